"""Modes as people type them, and what they allow of a journey."""

from dataclasses import dataclass

from planner.driven import OWN_BIKES
from planner.errors import RequestError
from planner.model import TRANSIT, Mode
from planner.request import StreetMode

STREET_WORDS: dict[str, frozenset[StreetMode]] = {
    "walk": frozenset({StreetMode.WALK}),
    "bike": frozenset({StreetMode.BIKE}),
    "e-bike": frozenset({StreetMode.E_BIKE}),
    "bicycle-rental": frozenset({StreetMode.RENTAL_BICYCLE}),
    "scooter": frozenset({StreetMode.RENTAL_SCOOTER_STANDING, StreetMode.RENTAL_SCOOTER_SEATED}),
    "demand-bus": frozenset({StreetMode.FLEX}),
    "taxi": frozenset({StreetMode.TAXI}),
    "car-dropoff": frozenset({StreetMode.CAR_DROPOFF}),
}
TRANSIT_WORDS = {"transit": TRANSIT} | {
    mode.lower().replace("_", "-"): frozenset({mode}) for mode in Mode if mode in TRANSIT
}
SHARED = STREET_WORDS["bicycle-rental"] | STREET_WORDS["scooter"]
WALK = STREET_WORDS["walk"]


@dataclass(frozen=True, slots=True)
class AllowedModes:
    """Modes of a request, in its words."""

    transit: frozenset[Mode]
    access: frozenset[StreetMode]
    egress: frozenset[StreetMode]
    direct: frozenset[StreetMode]


def allowed_modes(text: str | None, wheelchair: bool) -> AllowedModes:
    """What ``walk,rail,bicycle-rental`` allows; None allows what a traveller meets in the street, a taxi all the way.

    Walking to and from stops is always allowed. One's own bicycle stays where one boards. In a wheelchair nothing is
    rented unless asked for.

    Raises
    ------
    RequestError
        A word is no mode.
    """
    if text is None:
        streets = WALK | STREET_WORDS["demand-bus"] | (frozenset() if wheelchair else SHARED)
        return AllowedModes(TRANSIT, streets, streets, streets | STREET_WORDS["taxi"])
    words = [word.strip().lower().replace("_", "-") for word in text.split(",") if word.strip()]
    for word in words:
        if word not in STREET_WORDS and word not in TRANSIT_WORDS:
            known = ", ".join([*STREET_WORDS, *TRANSIT_WORDS])
            raise RequestError("--modes", f"--modes: '{word}' is no mode; the modes are {known}.")
    if not words:
        raise RequestError("--modes", "--modes is empty; name at least one mode, such as walk.")
    transit = frozenset[Mode]().union(*(TRANSIT_WORDS[word] for word in words if word in TRANSIT_WORDS))
    streets = frozenset[StreetMode]().union(*(STREET_WORDS[word] for word in words if word in STREET_WORDS))
    return AllowedModes(transit, streets | WALK, (streets - OWN_BIKES) | WALK, streets)
