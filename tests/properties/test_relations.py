"""What answers to related questions have to do with each other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from planner.model import Itinerary, Mode, mode_of
from planner.network import Network
from planner.plan import plan
from planner.request import PlanRequest, StreetMode
from tests.properties.invariants import soonest
from tests.properties.requests import AROUND_MAKUHARI, moments, points, requests, stops

SHORT_S = 1700
NEARLY_A_DAY_S = 86_000
"""Within so short a window no journey is left out for the waiting before it."""


def of_one_kind(request: PlanRequest) -> PlanRequest:
    """The request for one combination of modes: then nothing is left out for its bother, and the soonest is shown."""
    mode = Mode.BUS if Mode.BUS in request.transit_modes else Mode.RAIL
    walk = frozenset({StreetMode.WALK})
    return replace(
        request,
        transit_modes=frozenset({mode}),
        access_modes=walk,
        egress_modes=walk,
        direct_modes=frozenset(),
        window_s=SHORT_S,
        count=1000,
        max_access_s=1500,
        max_egress_s=1500,
    )


def ask(network: Network, cases: int, question: Callable[[PlanRequest], None]) -> None:
    """Put `cases` random questions."""
    first, last = network.snapshot.timetable.validity or pytest.fail("nothing runs")
    locations = st.one_of(points(*AROUND_MAKUHARI), stops(network))
    decorated = settings(
        max_examples=cases, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )(given(requests(locations, moments(network, first, last)))(question))
    decorated()


@pytest.mark.parametrize("cases", [40, pytest.param(2000, marks=pytest.mark.long)])
def test_what_arrives_in_time_is_found_again_by_its_departure(makuhari: Network, cases: int) -> None:
    """P5."""

    def question(request: PlanRequest) -> None:
        request = replace(of_one_kind(request), arrive_by=True)
        for itinerary in plan(makuhari, request).itineraries[:3]:
            again = replace(request, arrive_by=False, time=itinerary.start, max_transfers=itinerary.transfers)
            found = plan(makuhari, again).itineraries
            assert any(one.start >= itinerary.start and one.end <= itinerary.end for one in found)

    ask(makuhari, cases, question)


@pytest.mark.parametrize("cases", [25, pytest.param(1000, marks=pytest.mark.long)])
def test_paging_gives_each_itinerary_once_and_the_way_back_the_same_ones(makuhari: Network, cases: int) -> None:
    """P7."""

    def question(request: PlanRequest) -> None:
        answer = plan(makuhari, replace(request, cursor=None))
        assume(answer.itineraries)
        there = [answer]
        for _ in range(3):
            there.append(plan(makuhari, replace(request, cursor=there[-1].next_cursor)))
        back = [there[-1]]
        for _ in range(3):
            back.append(plan(makuhari, replace(request, cursor=back[-1].previous_cursor)))
        shown = [one.id for page in there for one in page.itineraries]
        assert len(shown) == len(set(shown))
        pages_there, pages_back = ([{one.id for one in page.itineraries} for page in way] for way in (there, back))
        assert pages_there == pages_back[::-1]

    ask(makuhari, cases, question)


@pytest.mark.parametrize("cases", [40, pytest.param(1000, marks=pytest.mark.long)])
def test_pages_join_without_gap(makuhari: Network, cases: int) -> None:
    """P7: two pages of one kind hold what one twice as long holds, less what the later page makes superfluous."""

    def question(request: PlanRequest) -> None:
        request = replace(of_one_kind(request), window_s=SHORT_S // 2 - 1, arrive_by=False)
        first = plan(makuhari, request)
        second = plan(makuhari, replace(request, cursor=first.next_cursor))
        both = plan(makuhari, replace(request, window_s=2 * (SHORT_S // 2 - 1) + 1))
        pages = {key(one) for page in (first, second) for one in page.itineraries}
        assert {key(one) for one in both.itineraries} <= pages

    def key(one: Itinerary) -> tuple[datetime, datetime, int]:
        return one.start, one.end, one.transfers

    ask(makuhari, cases, question)


@pytest.mark.parametrize("cases", [40, pytest.param(2000, marks=pytest.mark.long)])
def test_an_added_option_never_worsens_the_best_arrival(makuhari: Network, cases: int) -> None:
    """P14."""

    def question(request: PlanRequest) -> None:
        request = replace(of_one_kind(request), arrive_by=False, wheelchair=False)
        best = soonest(plan(makuhari, request).itineraries)
        wider = [
            replace(request, access_modes=frozenset({StreetMode.WALK, StreetMode.RENTAL_BICYCLE})),
            replace(request, egress_modes=frozenset({StreetMode.WALK, StreetMode.TAXI})),
            replace(request, transit_modes=frozenset({Mode.BUS, Mode.RAIL})),
            replace(request, max_egress_s=1800),
            replace(request, max_access_s=1800),
        ]
        for one in wider:
            # What leaves after the window may now be there sooner; then the page rightly leaves its rivals out.
            pages = (replace(one, window_s=seconds) for seconds in (one.window_s, NEARLY_A_DAY_S))
            assert any(soonest(plan(makuhari, page).itineraries) <= best for page in pages)

    ask(makuhari, cases, question)


@pytest.mark.parametrize("cases", [40, pytest.param(2000, marks=pytest.mark.long)])
def test_more_transfers_allowed_never_worsen_the_best_arrival(makuhari: Network, cases: int) -> None:
    """P17: and journeys of few transfers are the same whether more are allowed or not."""

    def question(request: PlanRequest) -> None:
        request = replace(of_one_kind(request), arrive_by=False)
        found = [plan(makuhari, replace(request, max_transfers=k)).itineraries for k in range(4)]
        arrivals = [soonest(one) for one in found]
        assert arrivals == sorted(arrivals, reverse=True)
        for k, itineraries in enumerate(found):
            few = {(one.start, one.end) for one in found[-1] if one.transfers <= k}
            assert few == {(one.start, one.end) for one in itineraries}

    ask(makuhari, cases, question)


@pytest.mark.parametrize("cases", [25, pytest.param(500, marks=pytest.mark.long)])
def test_who_waits_an_hour_never_arrives_sooner(makuhari: Network, cases: int) -> None:
    """First in, first out: along the streets, over every gate and in every vehicle."""

    def question(request: PlanRequest) -> None:
        request = replace(request, arrive_by=False, window_s=None, count=0)
        soon = {means(one): one.end for one in plan(makuhari, request).direct}
        late = plan(makuhari, replace(request, time=request.time + timedelta(hours=1))).direct
        for one in late:
            assert soon.get(means(one), one.end) <= one.end

    def means(one: Itinerary) -> tuple[str, ...]:
        return tuple(getattr(leg, "form_factor", mode_of(leg)) for leg in one.legs)

    ask(makuhari, cases, question)
