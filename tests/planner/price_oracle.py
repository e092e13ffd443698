"""The cheapest journeys by plain enumeration: every vehicle boarded, every price worked out by the rules of fares."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from planner.fare_rides import rides_on
from planner.fare_states import FareStates
from planner.fares import Fares, price_legs
from planner.fares_passes import RidePass, price_with_passes
from planner.footpaths import Footpaths
from planner.model import Itinerary, Leg, Mode, Place, StopCall, TransitLeg
from planner.pass_states import PassStates
from planner.price_search import Bound, OnFoot, Priced, PriceSearch, cheapest_between
from tests.planner import oracle
from tests.planner.fare_journeys import TOKYO
from tests.planner.questions import Question
from tests.planner.timetables import DAY

Point = tuple[float | None, ...]
Journey = tuple[int, int, int, float | None]
"""(departure, arrival, rides, price)."""

Segments = tuple[tuple[oracle.Run, int, int], ...]


def rides_from(
    world: oracle.World, run: oracle.Run, board: int, before: Segments = ()
) -> Iterator[tuple[Segments, oracle.Call]]:
    """Every way to leave the vehicle, with the trips ridden in it."""
    calls = world.calls[run]
    for at in range(board + 1, len(calls)):
        if calls[at].can_alight:
            yield (*before, (run, board, at)), calls[at]
    seen = {segment[0] for segment in before} | {run}
    for following in world.goes_on_as.get(run, []):
        if following not in seen:
            # Where one trip becomes the next nothing has been ridden yet by who boards there.
            own = ((run, board, len(calls) - 1),) if board < len(calls) - 1 else ()
            yield from rides_from(world, following, 0, (*before, *own))


def legs_of(question: Question, world: oracle.World, segments: Segments) -> list[Leg]:
    return [_leg(question, world, *segment, is_on=part > 0) for part, segment in enumerate(segments)]


def _leg(question: Question, world: oracle.World, run: oracle.Run, board: int, alight: int, *, is_on: bool) -> Leg:
    table, calls = question.table, world.calls[run]
    route = table.routes[int(table.trips.route[run[0]])].id
    when = [
        datetime(DAY.year, DAY.month, DAY.day, tzinfo=TOKYO).timestamp() + t
        for t in (calls[board].departure, calls[alight].arrival)
    ]
    start, end = (datetime.fromtimestamp(t, TOKYO) for t in when)
    places = [Place(table.stops.ids[call.stop], 35.6, 140.0, stop_id=table.stops.ids[call.stop]) for call in calls]

    between = tuple(StopCall(place, start, end) for place in places[board + 1 : alight])
    names = (str(run), DAY, route, "", "", 3, "", "", "", "", "", "", "", between)
    return TransitLeg(Mode.BUS, start, end, places[board], places[alight], 0.0, (), *names, stays_seated=is_on)


@dataclass(frozen=True)
class Asked:
    """Fares, who pays them with which passes, and how long one can walk."""

    fares: Sequence[Fares]
    rider: str = ""
    passes: tuple[RidePass, ...] = ()
    on_foot: OnFoot | None = None


def enumerated(question: Question, asked: Asked, bound: Bound) -> Iterator[Journey]:  # noqa: C901
    """Every journey there is within the bound."""
    world, on_foot = question.world(), asked.on_foot or nobody_counts(question)

    def ridden(
        stop: int,
        ready: int,
        legs: list[Leg],
        rides: int,
        left: int | None,
        access: tuple[int, int] | None,
        walked: int,
    ):
        for departure, run, call in world.boardings.get(stop, []):
            if departure < ready or departure > bound.deadline:
                continue
            leaves = left if access is None else min(departure - access[0], access[1])
            if leaves < bound.start:
                continue
            for segments, at in rides_from(world, run, call):
                if at.arrival > bound.deadline:
                    continue
                now = [*legs, *legs_of(question, world, segments)]
                for row, (to, seconds, opens, closes) in enumerate(oracle.rows(question.egress)):
                    end, on_foot_s = max(at.arrival, opens) + seconds, walked + int(on_foot.egress[row])
                    if to != at.stop or at.arrival > closes or end > bound.deadline or on_foot_s > on_foot.longest_s:
                        continue
                    yield leaves, end, rides + 1, priced(asked, now)
                if rides + 1 < bound.max_rides:
                    for other, moment, more in ready_after(world.footpaths, on_foot, at.stop, at.arrival):
                        yield from ridden(other, moment, now, rides + 1, leaves, None, walked + more)

    for row, (stop, seconds, opens, closes) in enumerate(oracle.rows(question.access)):
        begin = max(bound.start, opens)
        if begin <= closes:
            yield from ridden(stop, begin + seconds, [], 0, None, (seconds, closes), int(on_foot.access[row]))


def ready_after(footpaths: Footpaths, on_foot: OnFoot, stop: int, arrival: int) -> Iterator[tuple[int, int, int]]:
    """Where one may board after a vehicle's arrival, when, and seconds on foot to there."""
    if footpaths.change_s[stop] >= 0:
        yield stop, arrival + int(footpaths.change_s[stop]), 0
    for row in range(int(footpaths.first[stop]), int(footpaths.first[stop + 1])):
        begin = oracle.earliest_open(int(footpaths.opens[row]), int(footpaths.closes[row]), arrival)
        yield int(footpaths.to[row]), begin + int(footpaths.seconds[row]), int(on_foot.footpaths[row])


def nobody_counts(question: Question) -> OnFoot:
    """Nothing is walked far."""
    parts = (question.access, question.egress, question.footpaths)
    return OnFoot(0, *(np.zeros(len(part.seconds), np.int32) for part in parts))


def priced(asked: Asked, legs: Sequence[Leg]) -> float | None:
    fare = (
        price_with_passes(asked.fares, legs, asked.passes, asked.rider)
        if asked.passes
        else price_legs(asked.fares, legs, asked.rider)
    )
    price = Itinerary(tuple(legs), 0, fare, 0.0, 0.0).price()
    return None if price is None else round(price.amount, 3)


def front(points: set[Point]) -> list[Point]:
    known = oracle.pareto({p for p in points if p[-1] is not None})
    unknown = oracle.pareto({p[:-1] for p in points if p[-1] is None})
    return [*sorted(known), *sorted((*p, None) for p in unknown)]


def search_of(question: Question, asked: Asked, bound: Bound) -> PriceSearch:
    transit = question.transit()
    return PriceSearch(
        transit,
        question.table.trips.route,
        question.access,
        question.egress,
        bound,
        PassStates(asked.fares, asked.passes, asked.rider) if asked.passes else FareStates(asked.fares, asked.rider),
        rides_on(question.table, transit.day, DAY, TOKYO),
        on_foot=asked.on_foot,
    )


def searched(question: Question, asked: Asked, bound: Bound) -> tuple[PriceSearch, list[Priced]]:
    search = search_of(question, asked, bound)
    return search, cheapest_between(search, search.transit.mirrored())


def point(one: Priced, bound: Bound) -> Point:
    return (
        -one.departure if bound.by_departure else one.arrival,
        len(one.rides),
        None if one.price is None else round(one.price, 3),
    )
