"""Printed answers to a resident's questions about the embedded city, compared with the ones kept beside this file.

``python -m tests.golden.test_golden --write`` prints them anew; read the difference before committing it.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from platformdirs import user_cache_path

from planner.geocoding import PlaceIndex, Resolved, place_index, resolve
from planner.model import Answer, FlexLeg, Itinerary, Leg, RentalLeg, TransitLeg, mode_of
from planner.network import Network, open_network
from planner.plan import plan
from planner.request import Location, PlanRequest, StreetMode
from scenarios.embedded import embedded_network

WALK = frozenset({StreetMode.WALK})
ANY = frozenset(StreetMode)
FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks; `time` is local."""

    origin: str
    destination: str
    time: str
    arrive_by: bool = False
    wheelchair: bool = False
    modes: frozenset[StreetMode] = WALK
    count: int = 3
    language: str = "ja"

    def __str__(self) -> str:
        kind = "arrive by" if self.arrive_by else "leave at"
        wishes = [*(["wheelchair"] if self.wheelchair else []), *(["any mode"] if self.modes == ANY else [])]
        return f"{self.origin} → {self.destination}, {kind} {', '.join([self.time, *wishes])}"


QUESTIONS = {
    "stadium-evening": Question("幕張本郷駅", "ZOZOマリンスタジアム", "2026-11-25 17:30"),
    "stadium-game-day": Question("海浜幕張駅", "ZOZOマリンスタジアム", "2026-04-14 16:30"),
    "messe-wheelchair": Question("Makuhari Messe", "千葉みなと駅", "2026-11-25 15:00", wheelchair=True),
    "messe-morning": Question("東京", "幕張メッセ", "2026-11-25 10:00", arrive_by=True),
    "last-train": Question("海浜幕張", "蘇我", "2026-11-25 00:20"),
    "after-the-last-train": Question("海浜幕張", "打瀬小学校", "2026-11-25 01:30", modes=ANY),
    "first-train": Question("幕張ベイパーク スカイグランドタワー", "東京", "2026-11-25 04:50", count=2),
    "in-seat": Question("千葉みなと", "都賀", "2026-11-25 09:00", count=2),
    "nishi-funabashi": Question("西船橋", "海浜幕張", "2026-11-25 08:00"),
    "keisei": Question("千葉中央", "幕張本郷", "2026-11-23 08:00", count=2),
    "mall-any-mode": Question("打瀬小学校", "イオンモール幕張新都心", "2026-11-28 11:00", modes=ANY, count=2),
    "hospital-wheelchair": Question("海浜幕張", "幕張海浜病院", "2026-11-25 09:30", wheelchair=True, count=2),
    "mall-in-english": Question("Kaihin-Makuhari", "AEON MALL Makuhari Shintoshin", "2026-11-28 13:00", language="en"),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_is_the_one_kept(makuhari: Network, name: str) -> None:
    printed = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert printed_answer(makuhari, QUESTIONS[name]) == printed


def test_every_kept_answer_has_its_question() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(QUESTIONS)


def printed_answer(network: Network, question: Question) -> str:
    """The answer as text, one line a leg."""
    return "\n".join([str(question), *_answer_lines(_answer(network, question)), ""])


def _answer(network: Network, question: Question) -> Answer:
    time = datetime.fromisoformat(question.time).replace(tzinfo=network.zone)
    request = PlanRequest(
        _location(network, question.origin, question.language),
        _location(network, question.destination, question.language),
        time,
        arrive_by=question.arrive_by,
        count=question.count,
        access_modes=question.modes,
        egress_modes=question.modes,
        direct_modes=question.modes,
        wheelchair=question.wheelchair,
        languages=(question.language,),
    )
    return plan(network, request)


@cache
def _index(network: Network) -> PlaceIndex:
    return place_index(network.snapshot.places)


def _location(network: Network, name: str, language: str) -> Location:
    found = resolve(_index(network), name, network.snapshot.timetable.stops.ids, language)
    assert isinstance(found, Resolved), found
    return found.location


def _answer_lines(answer: Answer) -> Iterator[str]:
    if answer.reason is not None:
        yield f"({answer.reason.code})"
    for itinerary in answer.itineraries:
        yield from _itinerary_lines(itinerary)
    if answer.direct:
        yield ""
        yield "without scheduled transport"
    for itinerary in answer.direct:
        yield from _itinerary_lines(itinerary)


def _itinerary_lines(itinerary: Itinerary) -> Iterator[str]:
    yen = [_yen(itinerary, medium) for medium in ("ic", "ticket")]
    cost = yen[0] if yen[0] == yen[1] else f"{yen[0]} ({yen[1]})"
    changes = "1 change" if itinerary.transfers == 1 else f"{itinerary.transfers} changes"
    yield ""
    yield (
        f"{itinerary.start:%H:%M}-{itinerary.end:%H:%M}  {itinerary.duration_s // 60} min  "
        f"{changes}  {itinerary.walk_m:.0f} m on foot  {cost}  {itinerary.co2_g:.0f} g CO2e"
    )
    for leg in itinerary.legs:
        what = "  ".join(filter(None, (mode_of(leg).value, _line(leg))))
        way = f"{leg.origin.name} → {leg.destination.name}"
        yield f"  {leg.start:%H:%M}-{leg.end:%H:%M}  {what}  {way}  {leg.distance_m:.0f} m"


def _yen(itinerary: Itinerary, medium: str) -> str:
    price = itinerary.price(medium=medium)
    return "price unknown" if price is None else f"{price.amount:.0f} yen"


def _line(leg: Leg) -> str:
    match leg:
        case TransitLeg():
            line = " ".join(filter(None, (leg.route_short_name, leg.route_long_name)))
            return f"{line} for {leg.headsign}{', stay seated' if leg.stays_seated else ''}"
        case RentalLeg():
            return f"{leg.system_name} {leg.form_factor}"
        case FlexLeg():
            until = "" if leg.book_until is None else f", book until {leg.book_until:%H:%M}"
            return f"{leg.route_name} picked up {leg.start:%H:%M}-{leg.pickup_window[1]:%H:%M}{until}"
        case _:
            return ""


def _write() -> None:
    network = open_network(embedded_network(user_cache_path("kaiteki", ensure_exists=True)))
    for stale in FOLDER.glob("*.txt"):
        stale.unlink()
    for name, question in QUESTIONS.items():
        (FOLDER / f"{name}.txt").write_text(printed_answer(network, question), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python -m tests.golden.test_golden --write")
    _write()
