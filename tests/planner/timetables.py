"""Timetables as text: `timetable("A B C\n8:00 8:10 8:20")`."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from planner.strings import Strings
from planner.timetable import (
    Agency,
    InSeat,
    Patterns,
    Route,
    Shapes,
    Stops,
    Timetable,
    TransferRules,
    Trips,
)

DAY = date(2026, 11, 25)
DAILY = {"daily": (-1, 0, 1)}


def seconds(clock: str) -> int:
    """ "25:10" or "8:00:30" as seconds."""
    hours, minutes, *rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest[0] if rest else 0)


def clock(time: int) -> str:
    """Seconds as "8:00", with seconds where there are any."""
    sign, time = "-" if time < 0 else "", abs(time)
    text = f"{sign}{time // 3600}:{time // 60 % 60:02}"
    return f"{text}:{time % 60:02}" if time % 60 else text


def timetable(
    text: str,
    transfers: str = "",
    in_seat: Sequence[tuple[int, int]] = (),
    services: Mapping[str, Sequence[int]] = DAILY,
    places: Mapping[str, tuple[float, float]] | None = None,
    timezone: str = "Asia/Tokyo",
) -> Timetable:
    """Build a timetable.

    Parameters
    ----------
    text : str
        Blocks apart by blank lines, one pattern each: a line of stops, then a line of times per trip. Trips count
        from 0 through all blocks. A stop written `B+` only takes passengers on, `B-` only lets them off, `B!` neither.
        A time is arrival and departure in one, or `8:10/8:12`. `@weekday` behind the times names the service.
    transfers : str
        A row a line: `A B 120`, `A A 60`, or `A B x` for forbidden.
    in_seat : pairs of trip numbers
    services : mapping
        Days on which a service runs, relative to `DAY`.
    places : mapping
        Latitude and longitude of stops; a stop named only here exists too.
    """
    blocks = [[line.split() for line in block.strip().splitlines()] for block in text.split("\n\n") if block.strip()]
    rules = [line.split() for line in transfers.splitlines() if line.strip()]
    named = [stop.rstrip("+-!") for block in blocks for stop in block[0]]
    named += [stop for rule in rules for stop in rule[:2]] + list(places or {})
    ids = sorted(set(named))
    service_ids = list(services)
    trips = [
        (pattern, [t for t in line if "@" not in t], next((t[1:] for t in line if "@" in t), service_ids[0]))
        for pattern, block in enumerate(blocks)
        for line in block[1:]
    ]
    day_offsets = sorted({offset for days in services.values() for offset in days} | {0})
    active = [[offset in services[s] for offset in range(day_offsets[0], day_offsets[-1] + 1)] for s in service_ids]
    return Timetable(
        timezone=timezone,
        agencies=(Agency("agency", "Agency", "", timezone),),
        routes=(Route("route", 0, "R", "Route", 3, "BUS"),),
        stops=_stops(ids, places or {}),
        patterns=_patterns([block[0] for block in blocks], ids),
        trips=_trips(trips, service_ids),
        shapes=Shapes(np.zeros(1, np.int64), np.zeros(0), np.zeros(0)),
        in_seat=InSeat(*(np.array([link[end] for link in in_seat], np.int32) for end in (0, 1))),
        transfers=TransferRules(
            *(np.array([ids.index(rule[end]) for rule in rules], np.int32) for end in (0, 1)),
            np.array([0 if rule[2] == "x" else int(rule[2]) for rule in rules], np.int32),
            np.array([rule[2] == "x" for rule in rules], np.int8),
        ),
        first_date=(DAY + timedelta(days=day_offsets[0])).toordinal(),
        service_active=np.array(active, np.uint8).reshape(len(service_ids), -1),
    )


def _stops(ids: list[str], places: Mapping[str, tuple[float, float]]) -> Stops:
    n, names = len(ids), Strings.of(ids)
    lat, lon = (np.array([places.get(stop, (35.6, 140.0))[axis] for stop in ids]) for axis in (0, 1))
    flags = np.zeros(n, np.int8)
    return Stops(
        names, names, {}, Strings.of([""] * n), Strings.of([""] * n), lat, lon, np.zeros(n, np.float32), flags, flags,
        np.full(n, -1, np.int32),
    )  # fmt: skip


def _patterns(sequences: list[list[str]], ids: list[str]) -> Patterns:
    calls = [call for sequence in sequences for call in sequence]
    return Patterns(
        np.cumsum([0, *(len(sequence) for sequence in sequences)]).astype(np.int32),
        np.array([ids.index(call.rstrip("+-!")) for call in calls], np.int32),
        np.array([call[-1] not in "-!" for call in calls], np.int8),
        np.array([call[-1] not in "+!" for call in calls], np.int8),
    )


def _trips(trips: list[tuple[int, list[str], str]], service_ids: list[str]) -> Trips:
    n = len(trips)
    times = [(time.partition("/")[0], time.partition("/")[2] or time) for _, line, _ in trips for time in line]
    zeros, flags, none = np.zeros(n, np.int32), np.zeros(n, np.int8), np.full(n, -1, np.int32)
    ids = Strings.of(f"t{i}" for i in range(n))
    return Trips(
        ids=ids,
        short_names=Strings.of([""] * n),
        headsigns=Strings.of([""]),
        headsign_translations={},
        route=zeros,
        service=np.array([service_ids.index(service) for _, _, service in trips], np.int32),
        pattern=np.array([pattern for pattern, _, _ in trips], np.int32),
        headsign=zeros,
        direction=flags,
        wheelchair=flags,
        bikes=flags,
        shape=none,
        headway=zeros,
        first_event=np.cumsum([0, *(len(line) for _, line, _ in trips)]).astype(np.int64),
        arrival=np.array([seconds(arrival) for arrival, _ in times], np.int32),
        departure=np.array([seconds(departure) for _, departure in times], np.int32),
    )


def stop(table: Timetable, name: str) -> int:
    """StopIndex of `name`."""
    return list(table.stops.ids).index(name)
