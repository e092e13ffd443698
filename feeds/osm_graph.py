"""From OpenStreetMap ways to `Streets`: split at shared nodes, gates and lifts made edges, rights on every edge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from feeds.notices import Notice, Severity
from feeds.osm_access import LIFT_WAIT_S, NodeRule, Rights, opening_of
from feeds.osm_turns import TurnRestriction, banned_turns
from planner.geo import great_circle_m
from planner.opening_hours import unknown_days
from planner.streets import Access, Edges, OpeningHours, Streets
from planner.strings import Strings
from planner.timetable import NONE

LANGUAGES = ("ja", "ja-Hira", "ja-Latn", "en", "zh", "ko")
"""Languages of street names that are kept beside the name as signed."""

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Ints = NDArray[np.int32]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways as read: nodes of way w are ``ref[first[w]:first[w + 1]]``, positions NaN where the file lacks the node.

    Attributes
    ----------
    rights : int array
        Row of `rules` per way.
    name : int array
        Row of `names` per way, NONE without; a name is a tuple of the signed name and one per language of LANGUAGES.
    node_rules, node_levels : mappings of OSM node id
    """

    id: Longs
    first: Longs
    ref: Longs
    lat: Floats
    lon: Floats
    rights: Ints
    name: Ints
    rules: Sequence[Rights]
    names: Sequence[tuple[str, ...]]
    node_rules: Mapping[int, NodeRule]
    node_levels: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class _Segments:
    """Undirected stretches between junctions; points ``start[i]`` to ``stop[i]`` of `lat`, `lon`, both included."""

    tail: Longs
    head: Longs
    start: Longs
    stop: Longs
    way: Longs
    forward: NDArray[np.uint16]
    backward: NDArray[np.uint16]
    speed_kmh: Floats
    incline: Floats
    hours: Ints
    name: Ints
    level: Floats
    lat: Floats
    lon: Floats


def streets_of_ways(ways: Ways, restrictions: Sequence[TurnRestriction], file: str, notices: list[Notice]) -> Streets:
    """Build the street network; remarks on what could not be used are added to `notices`.

    Parameters
    ----------
    file : str
        Name of the source in the notices.
    """
    nodes, inverse = np.unique(ways.ref, return_inverse=True)
    opening, hours_of_rule = _opening(ways.rules, file, notices)
    segments = _split(ways, nodes, inverse, hours_of_rule, file, notices)
    node_rules = _by_row(nodes, ways.node_rules)
    segments = _with_gates(segments, node_rules, len(nodes), opening, (file, notices))
    used, dense = np.unique(np.concatenate([segments.tail, segments.head]), return_inverse=True)
    tail, head = dense[: len(segments.tail)], dense[len(segments.tail) :]
    edges = _edges(segments, tail, head, len(used))
    lat, lon = np.zeros(len(used)), np.zeros(len(used))
    lat[tail], lon[tail] = segments.lat[segments.start], segments.lon[segments.start]
    lat[head], lon[head] = segments.lat[segments.stop], segments.lon[segments.stop]
    row_of_node = {int(osm): row for row, osm in enumerate(nodes[used[used < len(nodes)]])} if restrictions else {}
    banned = banned_turns(edges, restrictions, row_of_node, file, notices)
    return Streets(
        lat,
        lon,
        _node_levels(segments, tail, head, _by_row(used, _by_row(nodes, ways.node_levels))),
        _node_waits(edges, _by_row(used, node_rules), len(used)),
        edges,
        Strings.of(name[0] for name in ways.names),
        {
            language: Strings.of(name[column] for name in ways.names)
            for column, language in enumerate(LANGUAGES, 1)
            if any(name[column] for name in ways.names)
        },
        tuple(opening),
        *banned,
    )


def _by_row(sorted_ids: Longs, values: Mapping[int, Value]) -> dict[int, Value]:
    """`values` by the row of their id in `sorted_ids`, without those that are not there."""
    ids = np.fromiter(values, np.int64, len(values))
    rows = np.searchsorted(sorted_ids, ids)
    found = rows < len(sorted_ids)
    found[found] = sorted_ids[rows[found]] == ids[found]
    return {row: values[key] for row, key in zip(rows[found].tolist(), ids[found].tolist(), strict=True)}


def _opening(rules: Sequence[Rights], file: str, notices: list[Notice]) -> tuple[list[OpeningHours], NDArray[np.int32]]:
    opening: list[OpeningHours] = []
    rows = [_hours_row(rule.hours, opening, file, notices) for rule in rules]
    return opening, np.array(rows, np.int32)


def _hours_row(text: str, opening: list[OpeningHours], file: str, notices: list[Notice]) -> int:
    if not text:
        return NONE
    try:
        hours = opening_of(text)
    except ValueError as error:
        _tell_once(notices, Notice(Severity.WARNING, file, None, f"{error}; the way is taken as always open"))
        return NONE
    if remark := unknown_days(text):
        _tell_once(notices, Notice(Severity.INFO, file, None, remark))
    if hours is None:
        return NONE
    for row, known in enumerate(opening):
        is_same = (known.opens, known.closes, known.is_by_day) == (hours.opens, hours.closes, hours.is_by_day)
        if is_same and (known.text == text or not hours.is_by_day):
            return row
    opening.append(hours)
    return len(opening) - 1


def _tell_once(notices: list[Notice], notice: Notice) -> None:
    if notice not in notices:
        notices.append(notice)


def _split(
    ways: Ways, nodes: Longs, inverse: Longs, hours_of_rule: Ints, file: str, notices: list[Notice]
) -> _Segments:
    """Cut the ways at every node that is used twice, ends a way or has a rule of its own."""
    counts = np.bincount(inverse, minlength=len(nodes))
    known = np.isfinite(ways.lat)
    way_of = np.repeat(np.arange(len(ways.id)), np.diff(ways.first))
    joined = (way_of[1:] == way_of[:-1]) & known[1:] & known[:-1]
    cut = counts[inverse] > 1
    if ways.node_rules:
        cut |= np.isin(ways.ref, np.fromiter(ways.node_rules, np.int64))
    starts_run = np.concatenate([[True], ~joined])
    ends_run = np.concatenate([~joined, [True]])
    leaves = np.flatnonzero((cut | starts_run) & ~ends_run)
    arrives = np.flatnonzero((cut | ends_run) & ~starts_run)
    if not known.all():
        broken = len(np.unique(way_of[~known]))
        message = f"{broken} ways name nodes that the file does not contain; the known parts are used"
        notices.append(Notice(Severity.WARNING, file, None, message))
    rule = ways.rights[way_of[leaves]]
    return _Segments(
        inverse[leaves],
        inverse[arrives],
        leaves,
        arrives,
        ways.id[way_of[leaves]],
        np.array([int(r.forward) for r in ways.rules], np.uint16)[rule],
        np.array([int(r.backward) for r in ways.rules], np.uint16)[rule],
        np.array([r.speed_kmh for r in ways.rules], np.float64)[rule],
        np.array([r.incline for r in ways.rules], np.float64)[rule],
        hours_of_rule[rule],
        ways.name[way_of[leaves]],
        np.array([r.levels[0] if len(r.levels) == 1 else np.nan for r in ways.rules], np.float64)[rule],
        ways.lat,
        ways.lon,
    )


def _with_gates(
    segments: _Segments,
    node_rules: Mapping[int, NodeRule],
    n_nodes: int,
    opening: list[OpeningHours],
    remarks: tuple[str, list[Notice]],
) -> _Segments:
    """Give each stretch that ends at a gate or lift a node of its own, joined to it by an edge with its rights."""
    gates = np.array([node for node, rule in node_rules.items() if rule.is_gate], np.int64)
    at_tail = np.flatnonzero(np.isin(segments.tail, gates))
    at_head = np.flatnonzero(np.isin(segments.head, gates))
    gate = np.concatenate([segments.tail[at_tail], segments.head[at_head]])
    owner = np.concatenate([at_tail, at_head])
    point = np.concatenate([segments.start[at_tail], segments.stop[at_head]])
    own = n_nodes + np.arange(len(gate))
    tail, head = segments.tail.copy(), segments.head.copy()
    tail[at_tail], head[at_head] = own[: len(at_tail)], own[len(at_tail) :]
    rows = {node: _hours_row(node_rules[node].hours, opening, *remarks) for node in gates.tolist()}
    passes = np.array([int(node_rules[g].passes) for g in gate.tolist()], np.uint16)
    hours = np.array([rows[g] for g in gate.tolist()], np.int32)
    nowhere, n = np.full(len(gate), NONE), len(gate)
    points = len(segments.lat) + 2 * np.arange(n)
    return _Segments(
        np.concatenate([tail, own]),
        np.concatenate([head, gate]),
        np.concatenate([segments.start, points]),
        np.concatenate([segments.stop, points + 1]),
        np.concatenate([segments.way, segments.way[owner]]),
        np.concatenate([segments.forward, passes]),
        np.concatenate([segments.backward, passes]),
        np.concatenate([segments.speed_kmh, np.full(n, 15.0)]),
        np.concatenate([segments.incline, np.zeros(n)]),
        np.concatenate([segments.hours, hours]),
        np.concatenate([segments.name, nowhere]).astype(np.int32),
        np.concatenate([segments.level, np.full(n, np.nan)]),
        np.concatenate([segments.lat, np.repeat(segments.lat[point], 2)]),
        np.concatenate([segments.lon, np.repeat(segments.lon[point], 2)]),
    )


def _edges(segments: _Segments, tail: Longs, head: Longs, n_nodes: int) -> Edges:
    """Both directions of every stretch that somebody may use, in order of the node they leave."""
    ahead, back = np.flatnonzero(segments.forward), np.flatnonzero(segments.backward)
    owner = np.concatenate([ahead, back])
    is_back = np.arange(len(owner)) >= len(ahead)
    leaves = np.where(is_back, head[owner], tail[owner])
    order = np.argsort(leaves, kind="stable")
    owner, is_back, leaves = owner[order], is_back[order], leaves[order]
    of_direction = np.full((2, len(segments.tail)), NONE, np.int32)
    of_direction[is_back.astype(np.int64), owner] = np.arange(len(owner))
    first = np.zeros(n_nodes + 1, np.int32)
    np.cumsum(np.bincount(leaves, minlength=n_nodes), out=first[1:])
    shape_first, points = _shape_points(segments, owner, is_back)
    return Edges(
        first=first,
        tail=leaves.astype(np.int32),
        head=np.where(is_back, tail[owner], head[owner]).astype(np.int32),
        length_m=_lengths(segments)[owner].astype(np.float32),
        access=np.where(is_back, segments.backward[owner], segments.forward[owner]),
        speed_kmh=segments.speed_kmh[owner].astype(np.float32),
        incline=np.where(is_back, -segments.incline[owner], segments.incline[owner]).astype(np.float32),
        hours=segments.hours[owner].astype(np.int16),
        name=segments.name[owner],
        way=segments.way[owner],
        reverse=of_direction[1 - is_back.astype(np.int64), owner],
        shape_first=shape_first,
        shape_lat=segments.lat[points],
        shape_lon=segments.lon[points],
    )


def _lengths(segments: _Segments) -> Floats:
    lat, lon = segments.lat, segments.lon
    steps: Floats = np.nan_to_num(great_circle_m(lat[:-1], lon[:-1], lat[1:], lon[1:]))
    along = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(along[segments.stop] - along[segments.start])


def _shape_points(segments: _Segments, owner: Longs, is_back: NDArray[np.bool_]) -> tuple[Longs, Longs]:
    counts = segments.stop[owner] - segments.start[owner] + 1
    shape_first = np.zeros(len(owner) + 1, np.int64)
    np.cumsum(counts, out=shape_first[1:])
    within = np.arange(shape_first[-1]) - np.repeat(shape_first[:-1], counts)
    ahead = np.repeat(segments.start[owner], counts) + within
    return shape_first, np.where(np.repeat(is_back, counts), np.repeat(segments.stop[owner], counts) - within, ahead)


def _node_levels(segments: _Segments, tail: Longs, head: Longs, tagged: Mapping[int, float]) -> NDArray[np.float32]:
    """Level of a node: its own tag, else that of a way with one level; the level farthest from the ground wins."""
    levels = np.zeros(int(max(tail.max(), head.max())) + 1, np.float32)
    known = np.flatnonzero(np.isfinite(segments.level))
    for row in known[np.argsort(np.abs(segments.level[known]), kind="stable")]:
        levels[tail[row]] = levels[head[row]] = segments.level[row]
    for node, level in tagged.items():
        levels[node] = level
    return levels


def _node_waits(edges: Edges, node_rules: Mapping[int, NodeRule], n_nodes: int) -> NDArray[np.float32]:
    """Wait of tagged nodes; a lift drawn as a way makes wait at its two ends, half each."""
    waits = np.zeros(n_nodes, np.float32)
    for node, rule in node_rules.items():
        waits[node] = rule.wait_s
    is_lift = (edges.access & Access.LIFT) != 0
    is_drawn = is_lift & (waits[edges.tail] == 0) & (waits[edges.head] == 0)
    waits[edges.tail[is_drawn]] = waits[edges.head[is_drawn]] = LIFT_WAIT_S
    return waits
