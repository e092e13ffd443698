"""Every answer of the embedded city, whatever is asked, keeps the invariants of section 6 of the design."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.network import Network
from planner.plan import plan
from planner.request import PlanRequest
from tests.properties.invariants import check, ids_are_accepted
from tests.properties.requests import AROUND_MAKUHARI, moments, points, requests, stops


def answers_hold(network: Network, cases: int) -> None:
    """Ask `cases` random questions."""
    first, last = network.snapshot.timetable.validity or pytest.fail("nothing runs")
    locations = st.one_of(points(*AROUND_MAKUHARI), points(*AROUND_MAKUHARI), stops(network))

    @settings(
        max_examples=cases, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(requests(locations, moments(network, first, last)))
    def ask(request: PlanRequest) -> None:
        answer = plan(network, request)
        check(network, request, answer)
        ids_are_accepted(network, request, answer)

    ask()


def test_answers_hold(makuhari: Network) -> None:
    answers_hold(makuhari, 150)


@pytest.mark.long
def test_ten_thousand_answers_hold(makuhari: Network) -> None:
    answers_hold(makuhari, 10_000)
