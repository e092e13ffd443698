"""The invariants of every answer (section 6 of the design), as assertions about a network, a request and its answer."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from planner.geo import great_circle_m
from planner.model import Answer, FlexLeg, Itinerary, Leg, Mode, RentalLeg, StreetLeg, TaxiLeg, TransitLeg, mode_of
from planner.network import Network
from planner.plan import plan
from planner.reasons import Reason
from planner.request import PlanRequest, StopId
from planner.sharing import ReturnConstraint, rules_at

DOWNHILL = 1.2
"""Tobler: nobody walks faster than exp(3.5 · 0.05) times the pace on level ground."""

SECOND = timedelta(seconds=1)


def check(network: Network, request: PlanRequest, answer: Answer) -> None:
    """Everything that holds of one answer by itself."""
    for itinerary in (*answer.itineraries, *answer.direct):
        legs_follow_each_other(itinerary)
        legs_join(answer, itinerary)
        nobody_runs(network, request, itinerary)
        the_asked_time_is_a_bound(request, itinerary)
        vehicles_are_returned(network, itinerary)
        rides_are_bookable(request, itinerary)
        prices_add_up(itinerary)
        if request.wheelchair:
            is_accessible(network, itinerary)
        else:
            modes_are_allowed(request, itinerary)
    for itinerary in answer.itineraries:
        transfers_count(request, itinerary)
    none_is_dominated(answer.itineraries)
    assert all(one.is_direct for one in answer.direct)
    assert answer.itineraries or answer.reason or not request.count or not request.transit_modes
    assert len({one.id for one in answer.itineraries}) == len(answer.itineraries)


def legs_follow_each_other(itinerary: Itinerary) -> None:
    """P1, P2."""
    assert itinerary.legs
    moment = itinerary.start
    for leg in itinerary.legs:
        assert leg.start >= moment, leg
        assert leg.end >= leg.start, leg
        moment = leg.end
        if isinstance(leg, TransitLeg):
            times = [leg.start, *(t for call in leg.calls for t in (call.arrival, call.departure)), leg.end]
            assert times == sorted(times), leg
    assert moment == itinerary.end
    assert itinerary.duration_s == (itinerary.end - itinerary.start).total_seconds()


def legs_join(answer: Answer, itinerary: Itinerary) -> None:
    """Each leg begins where the one before ended, and its line runs from its origin to its destination."""
    for before, after in zip(itinerary.legs, itinerary.legs[1:], strict=False):
        there, here = before.destination, after.origin
        is_same = great_circle_m(there.lat, there.lon, here.lat, here.lon) < 1
        assert is_same or getattr(after, "stays_seated", False)
    ends = ((answer.origin, itinerary.legs[0].origin), (answer.destination, itinerary.legs[-1].destination))
    for asked, got in ends:
        # A walk of less than a step is no leg.
        is_same = great_circle_m(asked.lat, asked.lon, got.lat, got.lon) < 1
        assert is_same or (asked.stop_id is not None and asked.stop_id == got.parent_id)
    for leg in itinerary.legs:
        assert leg.geometry, leg
        for place, point in ((leg.origin, leg.geometry[0]), (leg.destination, leg.geometry[-1])):
            # Stops of large stations lie up to so far from where their trains are.
            assert great_circle_m(place.lat, place.lon, *point) < 500, leg


def nobody_runs(network: Network, request: PlanRequest, itinerary: Itinerary) -> None:
    """P3; between two stops the feed's own time of a change holds, however long the way."""
    rules, index = network.snapshot.timetable.transfers, network.stop_index
    ruled = set(zip(rules.from_stop.tolist(), rules.to_stop.tolist(), strict=True))
    top = min(request.walk_speed_ms, 0.9) if request.wheelchair else request.walk_speed_ms
    for leg in itinerary.legs:
        speed = {Mode.WALK: top * DOWNHILL, Mode.BIKE: request.bike_speed_ms * DOWNHILL}.get(mode_of(leg), 40.0)
        a, b = leg.origin, leg.destination
        if isinstance(leg, StreetLeg) and (index.get(a.stop_id or ""), index.get(b.stop_id or "")) in ruled:
            continue
        # Feeds tell times to the minute, so a train may seem to arrive half a minute early.
        slack = 60 if isinstance(leg, TransitLeg) else 1
        seconds = (leg.end - leg.start).total_seconds() + slack
        assert great_circle_m(a.lat, a.lon, b.lat, b.lon) <= seconds * speed, leg
        # The inside of a station is not in the streets, and its platforms are joined as the crow flies.
        if isinstance(leg, StreetLeg) and (a.parent_id is None or a.parent_id != b.parent_id):
            assert leg.distance_m <= seconds * speed * 1.01, leg


def the_asked_time_is_a_bound(request: PlanRequest, itinerary: Itinerary) -> None:
    """P4."""
    if request.cursor is None:
        if request.arrive_by:
            assert itinerary.end <= request.time
        else:
            assert itinerary.start >= request.time
            within = request.window_s
            assert within is None or itinerary.is_direct or itinerary.start <= request.time + timedelta(seconds=within)


def none_is_dominated(itineraries: Iterable[Itinerary]) -> None:
    """P6: by another one whose first and last street modes are the same."""
    points = [(_ends(one), -one.start.timestamp(), one.end.timestamp(), one.transfers) for one in itineraries]
    for ends, *point in points:
        for other_ends, *other in points:
            beats = other != point and all(a <= b for a, b in zip(other, point, strict=True))
            assert not (ends == other_ends and beats), (point, other)


def _ends(itinerary: Itinerary) -> tuple[frozenset[str], frozenset[str]]:
    rides = [i for i, leg in enumerate(itinerary.legs) if isinstance(leg, TransitLeg)]
    before, after = itinerary.legs[: rides[0]], itinerary.legs[rides[-1] + 1 :]
    return _means(before), _means(after)


def _means(legs: Iterable[Leg]) -> frozenset[str]:
    return frozenset(getattr(leg, "form_factor", mode_of(leg).value) for leg in legs) - {Mode.WALK.value}


def ids_are_accepted(network: Network, request: PlanRequest, answer: Answer) -> None:
    """P8: every stop or station of an answer may be asked from."""
    ids = {
        stop_id
        for itinerary in answer.itineraries
        for leg in itinerary.legs
        for place in (leg.origin, leg.destination)
        for stop_id in (place.stop_id, place.parent_id)
        if stop_id
    }
    for stop_id in sorted(ids):
        again = plan(network, replace(request, origin=StopId(stop_id), cursor=None, count=0, direct_modes=frozenset()))
        assert again.origin.stop_id == stop_id
        assert again.reason is None or again.reason.code is Reason.WALKING_BETTER_THAN_TRANSIT


def vehicles_are_returned(network: Network, itinerary: Itinerary) -> None:
    """P12."""
    for leg in itinerary.legs:
        if not isinstance(leg, RentalLeg):
            continue
        system = next(s for s in network.snapshot.sharing if s.id == leg.system_id)
        stations = {s.id: s for s in system.stations}
        if leg.return_constraint is not ReturnConstraint.NONE:
            start, end = (stations[place.station_id or ""] for place in (leg.origin, leg.destination))
            assert start.id != end.id
            assert start.is_renting
            assert start.bikes_available > 0
            assert end.is_returning
            assert end.docks_available != 0
        kinds = [kind.id for kind in system.vehicle_types if kind.form_factor is leg.form_factor]
        place = leg.destination
        assert any(rules_at(system, kind, place.lat, place.lon).ride_end_allowed for kind in kinds)


def rides_are_bookable(request: PlanRequest, itinerary: Itinerary) -> None:
    """A demand bus comes after the asker is there and can still be booked."""
    for leg in itinerary.legs:
        if isinstance(leg, FlexLeg):
            assert leg.pickup_window[0] >= leg.start
            assert leg.pickup_window[0] <= leg.pickup_window[1] <= leg.end
            assert leg.book_until is None or leg.book_until <= leg.start
            assert request.now is None or leg.book_until is None or leg.book_until >= request.now


def is_accessible(network: Network, itinerary: Itinerary) -> None:
    """P13, of stops and trips; ways are of the wheelchair's own profile and have no stairs among their steps."""
    stops = network.snapshot.timetable.stops
    for leg in itinerary.legs:
        assert not isinstance(leg, RentalLeg)
        assert mode_of(leg) not in {Mode.BIKE, Mode.E_BIKE}
        if isinstance(leg, TransitLeg):
            assert leg.wheelchair is True
        if isinstance(leg, TransitLeg | FlexLeg):
            for place in (leg.origin, leg.destination):
                assert place.stop_id is None or stops.wheelchair[network.stop_index[place.stop_id]] == 1
        if isinstance(leg, StreetLeg):
            assert all(step.turn.value != "STAIRS" for step in leg.steps), leg.steps


def modes_are_allowed(request: PlanRequest, itinerary: Itinerary) -> None:
    """Only vehicles that were asked for."""
    streets = request.direct_modes if itinerary.is_direct else request.access_modes | request.egress_modes
    words = {Mode.RENTAL if mode.startswith("RENTAL") else Mode(mode) for mode in streets}
    allowed = words | {Mode.WALK} | request.transit_modes
    assert {mode_of(leg) for leg in itinerary.legs} <= allowed


def prices_add_up(itinerary: Itinerary) -> None:
    """P16."""
    total = itinerary.price()
    if itinerary.fare is None:
        assert total is None
        return
    paid = [leg for part in itinerary.fare for leg in part.legs]
    assert len(paid) == len(set(paid))
    costs = {i for i, leg in enumerate(itinerary.legs) if isinstance(leg, TransitLeg | RentalLeg | FlexLeg | TaxiLeg)}
    assert costs <= set(paid), "a leg that costs something is paid by no product"
    assert all(price.amount >= 0 for part in itinerary.fare for price in part.prices)
    if all(len(part.prices) == 1 for part in itinerary.fare):
        assert total is not None
        assert total.amount == sum(part.prices[0].amount for part in itinerary.fare)


def transfers_count(request: PlanRequest, itinerary: Itinerary) -> None:
    """P17, exactness."""
    rides = [leg for leg in itinerary.legs if isinstance(leg, TransitLeg) and not leg.stays_seated]
    assert itinerary.transfers == len(rides) - 1 <= request.max_transfers


def soonest(itineraries: Iterable[Itinerary]) -> float:
    """Earliest arrival, in seconds since 1970; infinite if there is none."""
    return min((one.end.timestamp() for one in itineraries), default=float("inf"))
