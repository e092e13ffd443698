"""The published rules of MobilityData's GTFS-Realtime validator for trip updates and vehicle positions, in our words.

Each function is a rule by its number and yields what breaks it. Rules about alerts (E030 to E034) are left out: nothing
that is held against these sends any. So is E010, which is about the timetable alone.

References
----------
https://github.com/MobilityData/gtfs-realtime-validator, RULES.md.
"""

import re

from tests.api.validator import message_rules, trip_rules, vehicle_rules
from tests.api.validator.told import Static, Told

RULES = {
    name.upper(): rule
    for module in (message_rules, trip_rules, vehicle_rules)
    for name, rule in vars(module).items()
    if re.fullmatch(r"[ew]0\d\d", name)
}


def broken(static: Static, told: Told) -> dict[str, list[str]]:
    """What breaks which rule; nothing where all are kept."""
    found = {name: list(rule(static, told)) for name, rule in sorted(RULES.items())}
    return {name: breaks for name, breaks in found.items() if breaks}
