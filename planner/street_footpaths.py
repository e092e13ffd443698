"""Walks between stops over the streets, with the hours in which a shorter way through a gate or a building is open.

A way that needs gates is a footpath of its own beside the one that is always open. It may be begun from the time all of
its gates are open until so long before the first closes that the whole walk still fits.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.access import StreetSide
from planner.footpaths import DETOUR, OPEN_ALWAYS, Footpaths, feed_footpaths
from planner.geo import great_circle_m
from planner.long_walks import NEVER
from planner.pathways import Pathways, is_inside, station_walks
from planner.profiles import DAY_S, Profile, edge_seconds
from planner.reach import Pace, StreetSearch, least_s_per_m, reach, street_search
from planner.snapping import Linked, StreetIndex
from planner.street_table import street_table
from planner.streets import Access, Streets
from planner.timetable import BOARDING_PLACE, NONE, Timetable

ROUNDING_S = 0.01
"""A walk this little over a full second does not take the next one."""

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Walks:
    """Walks from row `start` to row `end` of the stops, to be begun within `opens` and `closes`."""

    start: Ints
    end: Ints
    seconds: Ints
    opens: Ints
    closes: Ints

    def __len__(self) -> int:
        return len(self.start)


def street_footpaths(
    timetable: Timetable,
    streets: Streets,
    index: StreetIndex,
    stops: Linked,
    profile: Profile,
    max_s: int,
    pathways: Pathways | None = None,
) -> Footpaths:
    """All walks of at most `max_s` seconds between boarding places.

    Rows of transfers.txt hold beside the streets: a forbidden pair is not walked, a row with a time replaces the walk
    of a pedestrian and is the least time of a wheelchair user. Platforms of one station are also joined directly: by
    its pathways, or as the crow flies where those are not known.

    Parameters
    ----------
    stops : Linked
        Every stop of the timetable, joined to streets that `profile` may use.
    """
    is_place = timetable.stops.location_type == BOARDING_PLACE
    linked = replace(stops, edge=np.where(is_place, stops.edge, NONE), reverse=np.where(is_place, stops.reverse, NONE))
    search = street_search(streets, index, replace(profile, obeys_turns=False))
    inside = _within_stations(timetable, profile, max_s)
    parts = [*_over_streets(search, linked, max_s), inside]
    if pathways is not None and len(pathways):
        known = is_inside(pathways, timetable.stops, inside.start, inside.end)
        parts[-1:] = [_chosen(inside, ~known), _over_pathways(timetable, pathways, profile)]
    walks = _joined(parts)
    walks = _ruled(timetable, walks, is_exact=bool(profile.needs & Access.FOOT))
    walks = _undominated(walks, len(timetable.stops))
    change_s = feed_footpaths(timetable).change_s
    return Footpaths.of(walks.start, walks.end, walks.seconds, change_s, (walks.opens, walks.closes))


def street_walks(timetable: Timetable, side: StreetSide, profile: Profile) -> NDArray[np.int32]:
    """Seconds of all walks between boarding places over ways without hours, of any length; NEVER where there is none.

    A pair that transfers.txt forbids is not walked. The streets' hierarchy helps where no way has hours.
    """
    search = street_search(side.streets, side.index, profile, None, side.hierarchies.values())
    if side.streets.opening:
        search = _when(search, np.zeros(len(side.streets.opening), np.bool_))
    stops = side.stops[profile.name]
    is_place = timetable.stops.location_type == BOARDING_PLACE
    linked = replace(stops, edge=np.where(is_place, stops.edge, NONE), reverse=np.where(is_place, stops.reverse, NONE))
    seconds = street_table(search, linked, linked)
    is_walked = np.isfinite(seconds)
    walks = np.full(seconds.shape, NEVER, np.int32)
    walks[is_walked] = np.ceil(seconds[is_walked] - ROUNDING_S)
    rules = timetable.transfers
    forbidden = rules.is_forbidden != 0
    walks[rules.from_stop[forbidden], rules.to_stop[forbidden]] = NEVER
    return walks


def _over_streets(search: StreetSearch, stops: Linked, max_s: int) -> Iterator[_Walks]:
    origins = np.flatnonzero(stops.edge != NONE).astype(np.int32)
    hours = search.streets.opening
    shut = np.zeros(len(hours), np.bool_)
    always = _walks(_when(search, shut), stops, origins, max_s)
    yield always
    if not hours:
        return
    fastest = _walks(search, stops, origins, max_s)
    origins = np.unique(fastest.start[_is_sooner(fastest, always, len(stops))])
    for is_open, spans in states_of_day(search.streets):
        found = _walks(_when(search, is_open), stops, origins, max_s)
        for opens, closes in spans:
            if (opens, closes) == OPEN_ALWAYS:
                yield found
                continue
            fits = opens <= closes - found.seconds
            walks = _chosen(found, fits)
            yield replace(walks, opens=np.full(len(walks), opens, np.int32), closes=(closes - walks.seconds))


def _is_sooner(walks: _Walks, than: _Walks, n_stops: int) -> NDArray[np.bool_]:
    """Which walks take less time than the one of their pair in `than`, or have none there; pairs are unique in both."""
    known = _pair(than.start, than.end, n_stops)
    order = np.argsort(known)
    pair = _pair(walks.start, walks.end, n_stops)
    at = np.minimum(np.searchsorted(known[order], pair), max(len(known) - 1, 0))
    if not len(known):
        return np.ones(len(walks), np.bool_)
    return np.asarray((known[order][at] != pair) | (walks.seconds < than.seconds[order][at]))


def _when(search: StreetSearch, is_open: NDArray[np.bool_]) -> StreetSearch:
    """The search while just these rows of `Streets.opening` are open."""
    seconds = edge_seconds(search.streets, search.profile)
    passable = np.append(is_open, True)[search.streets.edges.hours]
    open_s = np.where(passable, seconds, np.float32(np.inf))
    pace = Pace(open_s, search.pace.connector_ms, least_s_per_m(search.streets, open_s))
    return replace(search, pace=pace, known={})


def states_of_day(streets: Streets) -> list[tuple[NDArray[np.bool_], list[tuple[int, int]]]]:
    """Every set of ways that is open together at some time of day, with the longest spans during which all of it is.

    Spans are in seconds of the day, `closes` past 86400 for those over midnight, OPEN_ALWAYS for the whole day.
    """
    hours = streets.opening
    cuts = sorted({0} | {h.opens % DAY_S for h in hours} | {h.closes % DAY_S for h in hours})
    open_at = np.array(
        [[h.opens <= t < h.closes or h.opens <= t + DAY_S < h.closes for h in hours] for t in cuts], np.bool_
    )
    states = np.unique(open_at, axis=0)
    return [(state, _spans(cuts, (open_at | ~state).all(axis=1))) for state in states if state.any()]


def _spans(cuts: list[int], holds: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Longest runs of the circle of day parts in which `holds` is true."""
    if holds.all():
        return [OPEN_ALWAYS]
    n = len(cuts)
    spans = []
    for i in np.flatnonzero(holds & ~np.roll(holds, 1)).tolist():
        length = next(k for k in range(1, n + 1) if not holds[(i + k) % n])
        closes = cuts[(i + length) % n]
        spans.append((cuts[i], closes if closes > cuts[i] else closes + DAY_S))
    return spans


def _walks(search: StreetSearch, stops: Linked, origins: Ints, max_s: int) -> _Walks:
    """Walks from `origins` to every other stop within the time."""
    starts, ends, seconds = [], [], []
    for origin in origins.tolist():
        row = slice(origin, origin + 1)
        here = Linked(stops.edge[row], stops.reverse[row], stops.fraction[row], stops.connector_m[row])
        found = reach(search, here, stops, max_s)
        reached = np.flatnonzero(np.isfinite(found.seconds))
        reached = reached[reached != origin]
        starts.append(np.full(len(reached), origin))
        ends.append(reached)
        seconds.append(np.ceil(found.seconds[reached] - ROUNDING_S))
    empty = [np.zeros(0)]
    return _always(*(np.concatenate(column + empty).astype(np.int32) for column in (starts, ends, seconds)))


def _always(start: Ints, end: Ints, seconds: Ints) -> _Walks:
    opens, closes = (np.full(len(start), bound, np.int32) for bound in OPEN_ALWAYS)
    return _Walks(start, end, seconds, opens, closes)


def _within_stations(timetable: Timetable, profile: Profile, max_s: int) -> _Walks:
    """Walks between platforms of one station as the crow flies with a detour: its inside is not in the streets."""
    stops = timetable.stops
    places = np.flatnonzero((stops.location_type == BOARDING_PLACE) & (stops.parent != NONE))
    places = places[np.argsort(stops.parent[places], kind="stable")]
    parents = stops.parent[places]
    low, high = np.searchsorted(parents, parents, "left"), np.searchsorted(parents, parents, "right")
    counts = high - low
    a = np.repeat(np.arange(len(places)), counts)
    b = np.arange(len(a)) - np.repeat(np.cumsum(counts) - counts - low, counts)
    start, end = places[a[a != b]].astype(np.int32), places[b[a != b]].astype(np.int32)
    flown = great_circle_m(stops.lat[start], stops.lon[start], stops.lat[end], stops.lon[end])
    walks = _always(start, end, np.ceil(flown * DETOUR / profile.speed_ms).astype(np.int32))
    return _chosen(walks, walks.seconds <= max_s)


def _over_pathways(timetable: Timetable, pathways: Pathways, profile: Profile) -> _Walks:
    stops = timetable.stops
    found = station_walks(pathways, stops, wheelchair=profile.needs == Access.WHEELCHAIR)
    is_place = stops.location_type == BOARDING_PLACE
    walks = _always(found.start, found.end, found.seconds)
    return _chosen(walks, is_place[found.start] & is_place[found.end])


def _ruled(timetable: Timetable, walks: _Walks, is_exact: bool) -> _Walks:
    """The walks as transfers.txt has them; its times replace the walks if `is_exact`, else they are the least time."""
    rules, n_stops = timetable.transfers, len(timetable.stops)
    ruled = _pair(rules.from_stop, rules.to_stop, n_stops)
    walks = _chosen(walks, ~np.isin(_pair(walks.start, walks.end, n_stops), ruled[rules.is_forbidden != 0]))
    timed = np.flatnonzero((rules.seconds > 0) & (rules.is_forbidden == 0) & (rules.from_stop != rules.to_stop))
    timed = timed[~np.isin(ruled[timed], ruled[rules.is_forbidden != 0])]
    pair = _pair(walks.start, walks.end, n_stops)
    if is_exact:
        given = _always(rules.from_stop[timed], rules.to_stop[timed], rules.seconds[timed])
        return _joined([_chosen(walks, ~np.isin(pair, ruled[timed])), given])
    least = {int(p): int(s) for p, s in zip(ruled[timed], rules.seconds[timed], strict=True)}
    floor = np.array([least.get(p, 0) for p in pair.tolist()], np.int32)
    return replace(walks, seconds=np.maximum(walks.seconds, floor))


def _undominated(walks: _Walks, n_stops: int) -> _Walks:
    """Without the walks that another of the same pair replaces: no slower, and to be begun whenever this one may."""
    pair = _pair(walks.start, walks.end, n_stops)
    order = np.lexsort((walks.opens - walks.closes, walks.seconds, pair))
    is_first = np.diff(pair[order], prepend=-1) != 0
    kept = is_first.copy()
    begin = np.flatnonzero(is_first)[np.cumsum(is_first) - 1]
    opens, closes = walks.opens[order], walks.closes[order]
    for i in np.flatnonzero(~is_first).tolist():
        better = np.arange(begin[i], i)[kept[begin[i] : i]]
        is_always = (opens[better] == OPEN_ALWAYS[0]) & (closes[better] == OPEN_ALWAYS[1])
        kept[i] = not (is_always | ((opens[better] <= opens[i]) & (closes[better] >= closes[i]))).any()
    return _chosen(walks, order[kept])


def _pair(start: Ints, end: Ints, n_stops: int) -> Longs:
    return start.astype(np.int64) * n_stops + end


def _chosen(walks: _Walks, rows: NDArray[np.bool_] | Longs) -> _Walks:
    return _Walks(walks.start[rows], walks.end[rows], walks.seconds[rows], walks.opens[rows], walks.closes[rows])


def _joined(parts: list[_Walks]) -> _Walks:
    start, end, seconds, opens, closes = (
        np.concatenate([getattr(part, name) for part in parts]).astype(np.int32)
        for name in ("start", "end", "seconds", "opens", "closes")
    )
    return _Walks(start, end, seconds, opens, closes)
