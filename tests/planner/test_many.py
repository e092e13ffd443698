"""Many questions at once get the answers that each gets alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.journeys import Journeys, Options
from planner.many import Questions, search_many
from planner.raptor import search_at
from tests.planner.questions import Question, options, questions
from tests.planner.test_raptor import moments

asked = st.lists(st.tuples(options(), options(), moments), max_size=5)


@pytest.mark.parametrize("is_mirrored", [False, True])
@settings(max_examples=100, deadline=None)
@given(question=questions(), several=asked)
def test_many_questions_are_answered_as_one_by_one(
    is_mirrored: bool, question: Question, several: list[tuple[Options, Options, int]]
) -> None:
    transit = question.transit().mirrored() if is_mirrored else question.transit()
    access, egress, times = ([one[part] for one in several] for part in range(3))
    batch = Questions.of(access, egress, np.array(times, np.int32))
    first, found = search_many(transit, batch, question.max_transfers)
    assert len(first) == len(several) + 1
    for row, (to_stops, from_stops, moment) in enumerate(several):
        alone = search_at(transit, to_stops, from_stops, moment, question.max_transfers)
        journeys = range(int(first[row]), int(first[row + 1]))
        assert [whole(found, one) for one in journeys] == [whole(alone, one) for one in range(len(alone))]
    assert first[-1] == len(found)


def whole(found: Journeys, journey: int) -> tuple[object, ...]:
    columns = found.departure, found.arrival, found.transfers, found.access, found.egress
    return *(int(column[journey]) for column in columns), found.rides(journey)
