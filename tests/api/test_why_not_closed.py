"""Why a line is out of reach: a gate is closed, or a ride may not end where it would have to."""

from collections import Counter
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

from planner.network import Network
from tests.api.asking import Server
from tests.cities import City, small_city
from tests.planner.door_to_door import ends
from tests.planner.street_maps import WAYS

WHY_NOT = "/kaiteki/v1/why-not"
LIMIT_S = 1200
EVENING_S = 20 * 3600 + 1800
OPEN_ONLY = {sign: tags for sign, tags in WAYS.items() if sign not in "&%"}
"""The drawing's ways but for the passages open from 8:00 to 20:00."""


def asked(network: Network, city: City, origin: str, destination: str, **more: Any) -> dict[str, Any]:
    (lat_a, lon_a), (lat_b, lon_b) = city.point(origin), city.point(destination)
    question = {
        "fromPlace": f"{lat_a},{lon_a}",
        "toPlace": f"{lat_b},{lon_b}",
        "maxPreTransitTime": LIMIT_S,
        "maxPostTransitTime": LIMIT_S,
        "departure": "20261125_r0",
        "time": "2026-11-25T20:30:00+09:00",
    }
    told: dict[str, Any] = Server(network).answer(WHY_NOT, **(question | more))
    return told


def test_a_closed_passage_is_named_with_its_hours(tmp_path: Path) -> None:
    city = City("A&&&B---C---D", {"r": "B D\n21:00 21:10"})
    told = asked(small_city(tmp_path, city), city, "A", "D")
    assert told["rule"] == "ZONE_CLOSED"
    assert told["sentence"] == "AB is closed then: it is open 08:00-20:00."
    assert told["candidate"]["legs"][0]["mode"] == "WALK"


def test_a_stop_at_which_no_ride_may_end_is_named(tmp_path: Path) -> None:
    city = City("A---B---C---D---E", {"r": "D E\n21:00 21:10"}, ports={"A": (3, 3), "D": (3, 3)}, no_parking="D")
    rented = {"preTransitModes": "RENTAL", "maxPreTransitTime": 500, "maxPostTransitTime": 60}
    network = small_city(tmp_path, city)
    told = asked(network, city, "A", "E", **rented)
    assert (told["rule"], told["sentence"]) == ("ZONE_CLOSED", "No ride of Bikes may end at Port D.")
    (system,) = network.snapshot.sharing
    free = replace(system, zones=(), opening_hours="06:00-20:00")
    told = asked(Network(replace(network.snapshot, sharing=(free,)), network.manifest), city, "A", "E", **rented)
    assert (told["rule"], told["sentence"]) == ("ZONE_CLOSED", "Bikes lends its vehicles 06:00-20:00.")
    free = replace(free, opening_hours="24/7")
    told = asked(Network(replace(network.snapshot, sharing=(free,)), network.manifest), city, "A", "E", **rented)
    assert told["rule"] != "ZONE_CLOSED"


GATED = City("A---B&&&C---D---E\n|   |   |   |   |\nF---G&&&H---I---J", {"r": "D J\n21:00 21:10"})
"""Two blocks joined by passages alone; their ends are neither stops nor asked from: they are joined to these alone."""


def is_possible(city: City, origin: str, destination: str) -> bool:
    """Whether one comes to the bus in time and from it to the end, by enumeration of its calls."""
    ((_, calls),) = city.trips()
    access = ends(city, origin, "WALK", LIMIT_S, backward=False)
    egress = ends(city, destination, "WALK", LIMIT_S, backward=True)
    return any(
        first in access and EVENING_S + access[first] <= time and last in egress
        for row, (first, time) in enumerate(calls)
        for last, _ in calls[row + 1 :]
    )


def test_closed_is_what_is_possible_with_the_passages_and_is_not_without(tmp_path: Path) -> None:
    network, without, seen = small_city(tmp_path, GATED), replace(GATED, ways=OPEN_ONLY), Counter[bool]()
    for origin, destination in permutations("AEJ", 2):
        expected = is_possible(GATED, origin, destination) and not is_possible(without, origin, destination)
        told = asked(network, GATED, origin, destination)
        assert (told["rule"] == "ZONE_CLOSED") == expected, (origin, destination, told)
        seen[expected] += 1
    assert min(seen[True], seen[False]) >= 2
