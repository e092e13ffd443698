"""Opening hours kept by day hold when the hours themselves say so."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.network import Network
from planner.openings import MOST_KEPT, Openings
from planner.profiles import bicycle, foot, hours_met
from planner.streets import OpeningHours, Streets
from planner.way_hours import hours_by_day, moment_at, open_rows

MONDAY = date(2026, 11, 23)
TEXTS = ("Mo-Fr 08:00-20:00; Sa 10:00-26:00", "06:00-25:00", "24/7", "Su off; Mo-Sa 00:00-24:00", "22:00-23:00")


@pytest.fixture(scope="module")
def streets(makuhari: Network) -> Streets:
    """The city's streets, whose hours are of every kind."""
    assert makuhari.snapshot.street_side is not None
    streets = makuhari.snapshot.street_side.streets
    opening = (*map(hours_by_day, TEXTS), OpeningHours(5 * 3600, 24 * 3600 + 1800, "05:00-24:30"))
    hours = np.where(streets.edges.hours >= 0, streets.edges.hours % len(opening), -1).astype(np.int16)
    return replace(streets, opening=opening, edges=replace(streets.edges, hours=hours))


@settings(deadline=None)
@given(day=st.integers(0, 8), begin=st.integers(-100_000, 200_000), length=st.integers(0, 200_000))
def test_states_of_a_span_hold_from_one_to_the_next(streets: Streets, day: int, begin: int, length: int) -> None:
    service_day, openings = MONDAY + timedelta(days=day), Openings(streets)
    first, last = (moment_at(service_day, second) for second in (begin, begin + length))
    met = openings.within(service_day, (begin, begin + length))
    since = [moment for moment, _ in met]
    assert since == sorted(since)
    assert since[0] <= first
    assert all(first < moment <= last for moment in since[1:])
    assert all(a[1] != b[1] for a, b in pairwise(met))
    for moment in {*range(first, last + 1, 1800), first, last, *since, *(one - 1 for one in since[1:])}:
        holding = next(rows for start, rows in reversed(met) if start <= moment)
        assert holding == open_rows(streets, moment)


@settings(deadline=None)
@given(moments=st.lists(st.integers(0, 200_000), min_size=1, max_size=4), is_dated=st.booleans())
def test_a_profile_meets_the_hours_of_its_ways_only(streets: Streets, moments: list[int], is_dated: bool) -> None:
    openings = Openings(streets)
    for seconds in moments:
        moment = moment_at(MONDAY, seconds) if is_dated else seconds % 86400
        for profile in (foot(), bicycle()):
            rows = open_rows(streets, moment)
            assert openings.met_by(profile, moment) == tuple(rows[row] for row in hours_met(streets, profile))
            assert openings.met_by(profile, None) == ()


def test_days_beyond_those_kept_are_judged_anew(streets: Streets) -> None:
    openings = Openings(streets)
    asked = [MONDAY + timedelta(days=number) for number in range(MOST_KEPT + 2)]
    for day in (*asked, *asked):
        assert openings.within(day, (0, 0)) == [(moment_at(day, 0), open_rows(streets, moment_at(day, 0)))]
