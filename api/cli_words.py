"""What words on the command line mean: places, places on the way with a stay, lines and operators to avoid."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from api.messages import Catalogue
from planner.avoid import avoid_named, stops_named
from planner.errors import RequestError
from planner.geocoding import Ambiguous, Match, NotFound, PlaceIndex, Resolved, resolve
from planner.network import Network
from planner.request import LONGEST_STAY_S, Avoid, Coordinate, Location, Via


def located(network: Network, index: PlaceIndex, text: str, field: str, words: Catalogue) -> Location:
    """The one place a text means.

    Raises
    ------
    RequestError
        None or several; the sentence names candidates.
    """
    text = text.strip()
    found = resolve(index, text, network.snapshot.timetable.stops.ids, words.language)
    match found:
        case Resolved(location=Coordinate() as point, name=name):
            return replace(point, name=name)
        case Resolved():
            return found.location
        case Ambiguous():
            candidates = _candidates_text(found.candidates)
            raise RequestError(field, words.text("errors.place_ambiguous", text=text, candidates=candidates))
        case NotFound(near_misses=()):
            raise RequestError(field, words.text("errors.place_unknown", text=text))
        case NotFound():
            candidates = ", ".join(dict.fromkeys(match.name for match in found.near_misses))
            raise RequestError(field, words.text("errors.place_unknown_near", text=text, candidates=candidates))
        case _:
            assert_never(found)


def via_of(network: Network, index: PlaceIndex, text: str, words: Catalogue) -> Via:
    """A place on the way, `NAME` or `NAME:MINUTES`.

    Raises
    ------
    RequestError
        None or several places, minutes that are none, or a stay of more than a day.
    """
    name, colon, minutes = text.rpartition(":")
    if colon and minutes.strip().isdecimal():
        stay_s = 60 * int(minutes.strip()[:9])
        if stay_s > LONGEST_STAY_S:
            raise RequestError("--via", f"--via {text[:80]}: a stay of more than 24 hours is a journey of its own.")
        return Via(located(network, index, name, "--via", words), stay_s)
    try:
        # Ids of stops may have colons of their own.
        return Via(located(network, index, text, "--via", words))
    except RequestError as error:
        if not colon:
            raise
        told = f"'{minutes[:20]}' are no minutes; write NAME or NAME:MINUTES, such as {name[:60]}:15."
        raise RequestError("--via", f"--via {text[:80]}: {told}") from error


def passed_of(network: Network, text: str) -> frozenset[str]:
    """Ids of the stops of which one is to be passed, by their name or id.

    Raises
    ------
    RequestError
        No stop of the network is called so.
    """
    stops = stops_named(network.snapshot.timetable, text.strip())
    if not stops:
        raise RequestError("--through", f"--through: no stop here is called '{text.strip()[:80]}'.")
    return stops


def avoided(network: Network, texts: Sequence[str], field: str = "--avoid") -> Avoid:
    """Lines, operators and stops by their names or ids.

    Raises
    ------
    RequestError
        Nothing of the network is called so.
    """
    found = Avoid()
    for text in texts:
        named = avoid_named(network.snapshot.timetable, text.strip())
        if not named:
            raise RequestError(field, f"{field}: no line, operator or stop here is called '{text.strip()[:80]}'.")
        found |= named
    return found


def _candidates_text(candidates: tuple[Match, ...]) -> str:
    texts = (f"{match.name} ({match.kind}, {match.lat:.4f},{match.lon:.4f})" for match in candidates)
    return ", ".join(dict.fromkeys(texts))
