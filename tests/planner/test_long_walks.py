from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.day import timetable_on
from planner.footpaths import Footpaths
from planner.journeys import Options
from planner.long_walks import NEVER, long_walks, with_long_walks
from planner.raptor import Transit, search_at
from tests.planner import oracle
from tests.planner.questions import HOUR, questions
from tests.planner.timetables import DAY, timetable


def ways(seconds):
    return Options.of(list(range(len(seconds))), [int(s) for s in seconds])


def walked(points, others):
    """Minutes between points of a plane, streets at right angles: they obey the triangle inequality."""
    return 60 * np.abs(np.asarray(points)[:, None] - np.asarray(others)[None]).sum(axis=2)


places = st.tuples(st.integers(0, 12), st.integers(0, 4))


@settings(max_examples=200, deadline=None)
@given(questions(), st.lists(places, min_size=7, max_size=7), st.sampled_from([0, 120, 300]), st.data())
def test_who_may_walk_any_distance_is_there_as_soon_as_by_all_walks(question, points, radius, data):
    change_s = np.maximum(question.footpaths.change_s, 0)
    # Changes between vehicles of different service days are not searched for.
    alone = np.zeros_like(question.table.service_active)
    column = DAY.toordinal() - question.table.first_date
    alone[:, column] = question.table.service_active[:, column]
    table = replace(question.table, service_active=alone)
    walks = walked(points[:5], points[:5]).astype(np.int32)
    every = Footpaths.of(*np.argwhere(~np.eye(5, dtype=bool)).T, walks[~np.eye(5, dtype=bool)], change_s)
    near = every.seconds <= radius
    short = Footpaths.of(every.start[near], every.to[near], every.seconds[near], change_s)
    found = long_walks(table, short, walks)
    footpaths = with_long_walks(short, found, table, DAY)
    access, egress = ways(walked(points[5:6], points[:5])[0]), ways(walked(points[:5], points[6:])[:, 0])
    moment = 8 * HOUR + 60 * data.draw(st.integers(-10, 60))
    on_foot = moment + int(walked(points[5:6], points[6:])[0, 0])
    world = oracle.world(table, DAY, every)
    expected = {one for one in oracle.leaving_at(world, access, egress, moment, 3) if one[0] < on_foot}
    journeys = search_at(Transit.of(timetable_on(table, DAY), footpaths), access, egress, moment, 3)
    pairs = zip(journeys.arrival.tolist(), journeys.transfers.tolist(), strict=True)
    assert {one for one in pairs if one[0] < on_foot} == expected


def test_only_a_walk_that_brings_one_on_sooner_is_kept():
    table = timetable("A B\n8:00 8:10\n\nC D\n8:40 8:50\n\nE F\n8:40 9:50")
    walks = np.full((6, 6), NEVER, np.int32)
    for start, to, minutes in ((1, 2, 25), (1, 4, 25), (1, 5, 30), (0, 2, 50)):
        walks[start, to] = 60 * minutes
    nothing = Footpaths.of(*(np.zeros(0, np.int32) for _ in range(3)), np.zeros(6, np.int32))
    # From B one walks to C for D; to E nobody does, for F is nearer on foot.
    found = long_walks(table, nothing, walks)
    assert list(zip(found.start.tolist(), found.to.tolist(), found.seconds.tolist(), strict=True)) == [(1, 2, 1500)]


def test_a_walk_is_taken_on_the_days_that_need_it():
    weekly = {"daily": (-1, 0, 1, 2, 3, 4), "later": (3,)}
    table = timetable("A B\n8:00 8:10 @daily\n\nC D\n8:40 8:50 @later", services=weekly)
    walks = np.full((4, 4), NEVER, np.int32)
    walks[1, 2] = 1500
    nothing = Footpaths.of(*(np.zeros(0, np.int32) for _ in range(3)), np.zeros(4, np.int32))
    found = long_walks(table, nothing, walks)
    taken = [
        len(with_long_walks(nothing, found, table, date.fromordinal(DAY.toordinal() + later)).to) for later in range(6)
    ]
    # A day cut out has the vehicles of the days beside it.
    assert taken == [0, 0, 1, 1, 1, 0]
