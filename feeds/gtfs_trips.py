"""Trips and patterns from the rows of a GTFS feed, frequencies written out as one trip per departure."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from feeds.gtfs_cells import NoticeLog, Table, clock, number, seconds, whole
from feeds.gtfs_stop_times import Calls, TripRows
from feeds.gtfs_translations import Translations
from feeds.notices import Severity
from planner.strings import Strings
from planner.timetable import NONE, Patterns, Shapes, Trips

_MAX_EVENTS = 100_000_000
"""Calls written out from frequencies.txt beyond which a row is refused."""


@dataclass(frozen=True, slots=True)
class Runs:
    """What is run: a row of TripRows each, shifted in time; `headway` > 0 and an id of its own for frequencies."""

    source: NDArray[np.int32]
    shift: NDArray[np.int32]
    headway: NDArray[np.int32]


def read_runs(table: Table, trips: TripRows, calls: Calls, log: NoticeLog) -> Runs:
    """Every trip with calls once, those of frequencies.txt once per departure instead."""
    size = np.diff(calls.first)
    departures: dict[tuple[int, int], int] = {}
    templates: set[int] = set()
    events = 0
    start, bad_start = table.parsed("start_time", seconds)
    end, bad_end = table.parsed("end_time", seconds)
    headway, bad_headway = table.parsed("headway_secs", whole)
    table.choices("exact_times", (0, 1), log)
    bad = bad_start | bad_end | bad_headway | ~(start < end) | ~(headway > 0)
    message = "'{}' to '{}' every '{}' s is no frequency; the row is left out"
    log.add_rows(Severity.ERROR, table, bad, message, "start_time", "end_time", "headway_secs")
    sources = table.positions("trip_id", trips.index)
    message = "trip_id '{}' is no usable trip; the row is left out"
    known = np.isin(table.column("trip_id"), sorted(trips.refused)) | (sources != NONE)
    log.add_rows(Severity.ERROR, table, ~known, message, "trip_id")
    for row in np.flatnonzero(sources != NONE):
        source = int(sources[row])
        templates.add(source)
        if bad[row] or not size[source]:
            continue
        times = range(int(start[row]), int(end[row]), int(headway[row]))
        events += len(times) * int(size[source])
        if events > _MAX_EVENTS:
            message = "the departures up to here make more than {} calls; the rest of the file is left out"
            log.add(Severity.ERROR, table.file, int(table.rows[row]), message, _MAX_EVENTS)
            break
        for time in times:
            departures.setdefault((source, time), int(headway[row]))
    single = np.array([row for row in np.flatnonzero(size) if int(row) not in templates], np.int32)
    repeated = np.array([source for source, _ in departures], np.int32)
    starts = np.array([time for _, time in departures], np.int32)
    return Runs(
        source=np.append(single, repeated),
        shift=np.append(np.zeros(len(single), np.int32), starts - calls.departure[calls.first[repeated]]),
        headway=np.append(np.zeros(len(single), np.int32), np.array(list(departures.values()), np.int32)),
    )


def build_trips(
    rows: TripRows,
    calls: Calls,
    runs: Runs,
    shape_index: dict[str, int],
    translations: Translations,
    prefix: str,
    log: NoticeLog,
) -> tuple[Patterns, Trips]:
    """Trips of all runs and the patterns they share."""
    patterns, pattern_of = _patterns(calls)
    table, source = rows.table, runs.source
    headsigns, languages, headsign_of = _headsigns(rows, calls, translations)
    size = np.diff(calls.first)[source]
    first_event = np.concatenate([[0], np.cumsum(size)])
    call = np.repeat(calls.first[source] - first_event[:-1], size) + np.arange(first_event[-1])
    shift = np.repeat(runs.shift, size)
    ids, names = table.column("trip_id"), table.column("trip_short_name")
    starts = calls.departure[calls.first[source]] + runs.shift
    trips = Trips(
        ids=Strings.of(
            f"{prefix}{ids[s]}@{clock(start)}" if headway else prefix + ids[s]
            for s, start, headway in zip(source.tolist(), starts.tolist(), runs.headway.tolist(), strict=True)
        ),
        short_names=Strings.of(names[source]),
        headsigns=headsigns,
        headsign_translations=languages,
        route=rows.route[source],
        service=rows.service[source],
        pattern=pattern_of[source],
        headsign=headsign_of[source],
        direction=table.choices("direction_id", (0, 1), log)[source],
        wheelchair=table.choices("wheelchair_accessible", range(3), log)[source],
        bikes=table.choices("bikes_allowed", range(3), log)[source],
        shape=_shape_of(table, shape_index, log)[source],
        headway=runs.headway,
        first_event=first_event,
        arrival=calls.arrival[call] + shift,
        departure=calls.departure[call] + shift,
        sequence=calls.sequence[call],
    )
    return patterns, trips


def _patterns(calls: Calls) -> tuple[Patterns, NDArray[np.int32]]:
    """Distinct sequences of calls, and which of them each row of TripRows has (NONE without calls)."""
    words = calls.stop.astype(np.int64) * 4 + calls.can_board * 2 + calls.can_alight
    first = calls.first.tolist()
    found: dict[bytes, int] = {}
    pattern_of = np.full(len(first) - 1, NONE, np.int32)
    for trip, (begin, end) in enumerate(pairwise(first)):
        if begin < end:
            pattern_of[trip] = found.setdefault(words[begin:end].tobytes(), len(found))
    flat = np.frombuffer(b"".join(found), np.int64)
    sizes = [len(sequence) // 8 for sequence in found]
    patterns = Patterns(
        first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        stop=(flat // 4).astype(np.int32),
        can_board=(flat // 2 % 2).astype(np.int8),
        can_alight=(flat % 2).astype(np.int8),
    )
    return patterns, pattern_of


def _headsigns(
    rows: TripRows, calls: Calls, translations: Translations
) -> tuple[Strings, dict[str, Strings], NDArray[np.int32]]:
    """Distinct headsigns with their translations, and which of them each row of TripRows shows."""
    own, ids = rows.table.column("trip_headsign"), rows.table.column("trip_id")
    found: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
    headsign_of = np.zeros(len(rows), np.int32)
    for row, (text, trip, of_stop) in enumerate(zip(own, ids, calls.headsign, strict=True)):
        spelled = translations.of("trips", "trip_headsign", trip, text)
        if not text:
            spelled = translations.of("stop_times", "stop_headsign", trip, of_stop)
        headsign_of[row] = found.setdefault((text or of_stop, tuple(sorted(spelled.items()))), len(found))
    spellings = [dict(spelled) for _, spelled in found]
    languages = sorted({language for spelled in spellings for language in spelled})
    columns = {language: Strings.of(s.get(language, "") for s in spellings) for language in languages}
    return Strings.of(text for text, _ in found), columns, headsign_of


def _shape_of(table: Table, shape_index: dict[str, int], log: NoticeLog) -> NDArray[np.int32]:
    rows = table.positions("shape_id", shape_index)
    unknown = (rows == NONE) & (table.column("shape_id") != "")
    log.add_rows(Severity.WARNING, table, unknown, "shape_id '{}' has no points; the trip has no shape", "shape_id")
    return rows


def read_shapes(table: Table, log: NoticeLog) -> tuple[Shapes, dict[str, int]]:
    """Points of every shape in the order of their sequence."""
    lat, bad_lat = table.parsed("shape_pt_lat", number)
    lon, bad_lon = table.parsed("shape_pt_lon", number)
    sequence, bad_sequence = table.parsed("shape_pt_sequence", number)
    bad = bad_lat | bad_lon | bad_sequence | np.isnan(sequence) | ~(np.abs(lat) <= 90) | ~(np.abs(lon) <= 180)
    message = "'{}', '{}' at position '{}' is no point of a shape; the row is left out"
    log.add_rows(Severity.WARNING, table, bad, message, "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence")
    kept = table.where(~bad)
    codes, ids = kept.coded("shape_id")
    order = np.lexsort((sequence[~bad], codes))
    first = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=len(ids)))]) if len(kept) else np.zeros(1)
    shapes = Shapes(first.astype(np.int64), lat[~bad][order], lon[~bad][order])
    return shapes, {shape: row for row, shape in enumerate(ids[: len(first) - 1])}
