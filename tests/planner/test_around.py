"""Searches shared by the questions of one journey answer as a search for each question does."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.around import NO_RADII, Around, Outset, Radii
from planner.ends import links_of
from planner.network import Network
from planner.profiles import bicycle, car, foot
from planner.reach import reach
from planner.snapping import in_a_row

PLACES = (35.6485, 140.0416), (35.6555, 140.0265), (35.6462, 140.0475), (35.6602, 140.0381)
PROFILES = (foot(), "foot"), (bicycle(), "bicycle"), (car(), "car")

question = st.tuples(
    st.sampled_from(range(len(PROFILES))),
    st.sampled_from(range(len(PLACES))),
    st.sampled_from((None, *range(len(PLACES)))),
    st.booleans(),
    st.sampled_from((60, 300, 900, 2400, 5400)),
    st.sampled_from((0.0, 300.0)),
)


@settings(max_examples=60, deadline=None)
@given(
    asked=st.lists(question, min_size=1, max_size=8),
    radii=st.sampled_from((NO_RADII, Radii((900.0, 60.0), (300.0, 2400.0)), Radii((5400.0, 0.0), (0.0, 900.0)))),
)
def test_questions_in_any_order_are_answered_as_one_by_one(makuhari: Network, asked: list[tuple], radii: Radii) -> None:
    side = makuhari.snapshot.street_side
    assert side is not None
    ends = [links_of(side.streets, side.index, *(np.array([degrees]) for degrees in place)) for place in PLACES]
    around = Around(side.ports, side.stops, radii)
    for profile, end, other, backward, limit, wait_s in asked:
        moves, link = PROFILES[profile]
        search = makuhari.street_search(moves, None)
        outset = Outset(search, link, ends[end][link], backward, wait_s)
        if other is None:
            found, sought = around.points_within(outset, limit), in_a_row([side.ports[link], side.stops[link]])
        else:
            sought = ends[other][link]
            found = around.others_within(outset, sought, limit)
        alone = reach(
            search, ends[end][link], sought, limit,
            head_starts=np.array([wait_s]), backward=backward,
        )  # fmt: skip
        # Who waits adds that in the end, which single precision may round otherwise.
        np.testing.assert_allclose(found, alone.seconds, rtol=1e-6 if wait_s else 0)


def test_one_search_answers_who_asks_for_the_other_end_and_then_for_stops(makuhari: Network) -> None:
    side = makuhari.snapshot.street_side
    assert side is not None
    here, there = (
        links_of(side.streets, side.index, *(np.array([degrees]) for degrees in place))["foot"] for place in PLACES[:2]
    )
    around = Around(side.ports, side.stops, Radii((1800.0, 0.0), (0.0, 0.0)))
    outset = Outset(makuhari.street_search(foot(), None), "foot", here, backward=False)
    around.others_within(outset, there, 3600)
    outset.search.workspace.settled[0] = -7
    around.points_within(outset, 1800)
    assert outset.search.workspace.settled[0] == -7
    around.points_within(outset, 1801)
    assert outset.search.workspace.settled[0] != -7
