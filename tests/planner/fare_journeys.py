"""Journeys for fare tests in the notation "8:00 A -keiyo- B 8:10", one leg a line.

`B1@B` is the platform B1 of station B, `-keiyo/X,Y-` calls at X and Y on the way, `=keiyo=` is a ride on which one
stays seated since the line before, `~area~` a demand bus; a line "walk 8:10 8:15" is on foot.
"""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from planner.model import FlexLeg, Leg, Mode, Place, StopCall, StreetLeg, TransitLeg
from planner.prices import FarePart, Price

TOKYO = ZoneInfo("Asia/Tokyo")
DAY = date(2026, 11, 25)
NOWHERE = Place("", 35.0, 140.0)


def at(clock: str, day: date = DAY) -> datetime:
    hour, minute = clock.split(":")
    return datetime(day.year, day.month, day.day, tzinfo=TOKYO) + timedelta(hours=int(hour), minutes=int(minute))


def stop(text: str) -> Place:
    id_, _, parent = text.partition("@")
    return Place(id_, 35.0, 140.0, stop_id=id_, parent_id=parent or None)


def ride(line: str, day: date = DAY) -> Leg:
    if line.startswith("walk"):
        _, start, end = line.split()
        return StreetLeg(Mode.WALK, at(start, day), at(end, day), NOWHERE, NOWHERE, 100.0, ())
    start, origin, by, destination, end = line.split()
    mark, route, via = re.fullmatch(r"([-=~])([^/]*?)(?:/(.*))?[-=~]", by).groups()
    when, places = (at(start, day), at(end, day)), (stop(origin), stop(destination))
    if mark == "~":
        return FlexLeg(*when, *places, 1000.0, (), "t", route, "", "", when, None, None)
    calls = tuple(StopCall(stop(text), *when) for text in (via or "").split(",") if text)
    names = ("t", day, route, "", "", 3, "", "", "", "", "", "", "", calls)
    return TransitLeg(Mode.BUS, *when, *places, 1000.0, (), *names, stays_seated=mark == "=")


def journey(text: str, day: date = DAY) -> tuple[Leg, ...]:
    return tuple(ride(line.strip(), day) for line in text.strip().splitlines())


def yen(amount: float, rider: str = "", medium: str = "") -> tuple[Price, ...]:
    return (Price(rider, medium, amount, "JPY"),)


def printed(parts: tuple[FarePart, ...] | None) -> str:
    """Parts as "name[legs] amount", unknown as "?"; several prices as rider/medium=amount."""
    if parts is None:
        return "?"
    return ", ".join(f"{p.name}{list(p.legs)} {_amounts(p.prices)}" for p in parts)


def _amounts(prices: tuple[Price, ...]) -> str:
    if len(prices) == 1:
        return f"{prices[0].amount:g}"
    return " ".join(f"{p.rider}/{p.medium}={p.amount:g}" for p in prices)
