import math

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.footpaths import OPEN_ALWAYS
from planner.profiles import DAY_S, edge_seconds, foot, wheelchair
from planner.snapping import index_of, snap_many
from planner.street_footpaths import states_of_day, street_footpaths
from tests.planner.street_maps import street_map, to_networkx
from tests.planner.timetables import clock, timetable

HOURS = ["08:00-20:00", "06:00-10:00", "22:00-02:00", "09:59-10:03", "00:00-12:00"]


def footpaths(city, profile=None, max_s=900, transfers=""):
    places = {letter: city.points[letter] for letter in sorted(city.points)}
    letters = " ".join(list(places)[:2])
    table = timetable(f"{letters}\n8:00 9:00", transfers=transfers, places=places)
    index = index_of(city.streets)
    profile = profile or foot(1.0)
    linked = snap_many(city.streets, index, table.stops.lat, table.stops.lon, int(profile.needs))
    return table, street_footpaths(table, city.streets, index, linked, profile, max_s)


def printed(city, **options):
    table, found = footpaths(city, **options)
    ids = list(table.stops.ids)
    rows = zip(
        found.start.tolist(),
        found.to.tolist(),
        *(c.tolist() for c in (found.seconds, found.opens, found.closes)),
        strict=True,
    )
    return [
        f"{ids[a]}{ids[b]} {s} s" + ("" if (o, c) == OPEN_ALWAYS else f" {clock(o)}-{clock(c)}")
        for a, b, s, o, c in rows
        if ids[a] < ids[b]
    ]


def test_all_pairs_within_the_time_are_joined():
    assert printed(street_map("A---B---C"), max_s=150) == ["AB 100 s", "BC 100 s"]


def test_a_gate_gives_a_short_way_that_must_be_finished_before_it_closes():
    city = street_map("A&&&B\n|   |\nC---D")
    ab = [row for row in printed(city) if row.startswith("AB")]
    assert ab == ["AB 100 s 8:00-19:58:20", "AB 300 s"]


def test_a_gate_open_over_midnight_closes_on_the_next_day():
    city = street_map("A...B", named={"AB": {"opening_hours": "18:00-02:00"}})
    assert printed(city) == ["AB 100 s 18:00-25:58:20"]


def test_a_wheelchair_has_no_footpath_over_stairs():
    assert printed(street_map("A===B"), profile=wheelchair()) == []


def test_a_forbidden_row_of_the_feed_removes_the_walk():
    assert printed(street_map("A---B---C"), transfers="A B x") == ["AC 200 s", "BC 100 s"]


def test_a_time_of_the_feed_replaces_the_walk_of_a_pedestrian():
    assert printed(street_map("A---B"), transfers="A B 30") == ["AB 30 s"]


def test_a_time_of_the_feed_is_the_least_of_a_wheelchair_user():
    fast = wheelchair(1.0)
    assert printed(street_map("A---B"), profile=fast, transfers="A B 30") == ["AB 100 s"]
    assert printed(street_map("A---B"), profile=fast, transfers="A B 300") == ["AB 300 s"]
    assert printed(street_map("A===B"), profile=fast, transfers="A B 30") == []


def test_states_of_the_day_with_their_longest_spans():
    city = street_map(
        "A...B...C", named={"AB": {"opening_hours": "08:00-20:00"}, "BC": {"opening_hours": "22:00-10:00"}}
    )
    by_name = {h.text: row for row, h in enumerate(city.streets.opening)}
    day, night = by_name["08:00-20:00"], by_name["22:00-10:00"]
    shown = {
        frozenset(np.flatnonzero(state).tolist()): [f"{clock(a)}-{clock(b)}" for a, b in spans]
        for state, spans in states_of_day(city.streets)
    }
    assert shown == {
        frozenset({day}): ["8:00-20:00"],
        frozenset({night}): ["22:00-34:00"],
        frozenset({day, night}): ["8:00-10:00"],
    }


def is_open_through(hours, begin, end):
    return any(hours.opens + k * DAY_S <= begin and end <= hours.closes + k * DAY_S for k in (-1, 0, 1, 2))


def shortest(city, memo, begin, end, a, b):
    """Length of the fastest walk over ways open from `begin` to `end`."""
    streets = city.streets
    state = tuple(is_open_through(hours, begin, end) for hours in streets.opening)
    if state not in memo:
        seconds = edge_seconds(streets, foot(1.0)).astype(float)
        seconds[~np.array([*state, True])[streets.edges.hours]] = math.inf
        memo[state] = dict(networkx.all_pairs_dijkstra_path_length(to_networkx(streets, seconds)))
    return memo[state].get(a, {}).get(b, math.inf)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.sampled_from("-& "), min_size=6, max_size=6),
    st.lists(st.sampled_from("|% "), min_size=6, max_size=6),
    st.lists(st.sampled_from(HOURS), min_size=12, max_size=12),
    st.integers(0, DAY_S - 1),
)
def test_footpaths_are_the_fastest_walks_that_stay_open(across, down, hours, begin):
    across[0] = "-"
    rows = ["ABC", "DEF", "GHI"]
    lines = []
    for r, (a, b, c) in enumerate(rows):
        lines.append(f"{a}{3 * across[2 * r]}{b}{3 * across[2 * r + 1]}{c}")
        lines.append("   ".join(down[3 * r : 3 * r + 3]))
    gated = [rows[r][c] + rows[r][c + 1] for r in range(3) for c in range(2) if across[2 * r + c] == "&"]
    gated += [rows[r][c] + rows[r + 1][c] for r in range(2) for c in range(3) if down[3 * r + c] == "%"]
    named = {pair: {"opening_hours": text} for pair, text in zip(gated, hours, strict=False)}
    city = street_map("\n".join(lines), named=named)
    table, found = footpaths(city)
    ids = list(table.stops.ids)
    linked = {(ids[i]): i for i in range(len(ids))}
    letters = [letter for letter in city.points if letter in linked and _has_street(city, letter)]
    memo = {}
    walks = list(zip(found.start, found.to, found.seconds, found.opens, found.closes, strict=True))
    for a in letters:
        for b in letters:
            if a == b:
                continue
            nodes = city.node(a), city.node(b)
            mine = [(int(s), int(o), int(c)) for x, y, s, o, c in walks if (x, y) == (linked[a], linked[b])]
            for seconds, opens, closes in mine:
                if (opens, closes) == OPEN_ALWAYS:
                    assert seconds == pytest.approx(shortest(city, memo, 0, 10 * DAY_S, *nodes), abs=1)
                else:
                    assert shortest(city, memo, opens, opens + seconds, *nodes) <= seconds + 0.01
                    assert shortest(city, memo, closes, closes + seconds, *nodes) <= seconds + 0.01
            now = [s for s, o, c in mine if (o, c) == OPEN_ALWAYS or o <= begin <= c or o <= begin + DAY_S <= c]
            spans = [100 * k + 1 for k in range(1, 9)]
            best = min(
                (d for w in spans if (d := shortest(city, memo, begin, begin + w, *nodes)) <= w), default=math.inf
            )
            assert min(now, default=math.inf) == pytest.approx(best, abs=1) or (
                shortest(city, memo, begin, begin + 1, *nodes) != shortest(city, memo, begin, begin + 900, *nodes)
            )


def _has_street(city, letter):
    lat, lon = city.points[letter]
    return ((city.streets.node_lat == lat) & (city.streets.node_lon == lon)).any()
