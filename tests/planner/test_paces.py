"""Sweeps beside plain relaxation; that they, and a longest journey, leave out nothing they need not."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.bounds import LEVELS
from planner.day import timetable_on
from planner.footpaths import feed_footpaths
from planner.journeys import UNREACHED, Options
from planner.labels import Leaving
from planner.paces import sweep
from planner.raptor import Transit, search_at, search_within, ways_of
from tests.planner.questions import Question, questions
from tests.planner.test_bounds import found, moments, relaxed, whole
from tests.planner.timetables import DAY, stop, timetable

spans = st.integers(0, 60).map(lambda m: 60 * m)


def swept(transit: Transit, to: dict[int, int], longest: int = UNREACHED) -> np.ndarray:
    least = np.zeros((LEVELS, transit.day.n_stops), np.int32)
    roads, egress = transit.roads, ways_of(Options.of(list(to), list(to.values())))
    sweep(least, roads.ways, roads.paces, roads.walks.change_s, egress, longest)
    return least


@settings(max_examples=60, deadline=None)
@given(questions())
def test_sweeps_never_exceed_the_shortest_ways_without_waiting(question: Question) -> None:
    transit = Transit.of(timetable_on(question.table, DAY), question.footpaths)
    for row, most_rides in enumerate([1, 2, 3, 12]):
        expected = relaxed(question, most_rides)
        for end in range(transit.day.n_stops):
            least = swept(transit, {end: 7})[row]
            assert all(least[start] <= expected.get((start, end), UNREACHED) + 7 for start in range(len(least)))


def test_a_sweep_adds_rides_stands_changes_walks_and_the_way_out() -> None:
    table = timetable(
        "A B C\n8:00 8:10/8:12 8:20\n9:00 9:09/9:13 9:20\n\nD E\n8:40 8:45", transfers="C D 60\nC C 30\nB B 200"
    )
    transit = Transit.of(timetable_on(table, DAY), feed_footpaths(table))
    a, b, c, d, e = (stop(table, name) for name in "ABCDE")
    least = swept(transit, {e: 5})
    # Fastest of both trips part by part: 9 min, 2 min of standing, 7 min.
    assert least[:, a].tolist() == [UNREACHED, *[18 * 60 + 60 + 300 + 5] * 3]
    assert least[:, b].tolist() == [UNREACHED, *[7 * 60 + 60 + 300 + 5] * 3]
    assert least[:, d].tolist() == [305] * 4
    assert least[:, c].tolist() == least[:, e].tolist() == [UNREACHED] * 4


@settings(max_examples=150, deadline=None)
@given(questions(), moments, spans, st.integers(0, 90).map(lambda m: 60 * m))
def test_sweeps_and_a_longest_journey_change_no_other_answer(
    question: Question, moment: int, span: int, longest: int
) -> None:
    quick = question.transit()
    plain = Transit.of(quick.day, quick.footpaths, sweeps=False)
    ends, most = (question.access, question.egress), question.max_transfers
    for swift, slow in ((quick, plain), (quick.mirrored(), plain.mirrored())):
        assert len(slow.roads.paces.run) == 0
        every = search_within(slow, ends, Leaving(moment, moment + span, UNREACHED), most)
        short = search_within(swift, ends, Leaving(moment, moment + span, longest), most)
        assert whole(short) == tuple(one for one in whole(every) if one[1] - one[0] <= longest)
        soonest, soon = search_at(slow, *ends, moment, most), search_at(swift, *ends, moment, most, None, longest)
        is_mirrored = slow.day.is_mirrored
        assert found(soon, is_mirrored) == tuple(
            one for one in found(soonest, is_mirrored) if _taken(one[0], moment, is_mirrored) <= longest
        )


def _taken(end: int, moment: int, is_mirrored: bool) -> int:
    return moment - end if is_mirrored else end - moment
