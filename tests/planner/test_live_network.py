"""Plans on a live network: what legs tell, how old reports may be, what the three modes make of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.gtfs import read_gtfs
from feeds.gtfs_realtime import read_realtime
from planner.live import LiveSource, apply, as_scheduled
from planner.live_records import (
    Alert,
    InformedEntity,
    Period,
    StopRelationship,
    StopUpdate,
    TripRelationship,
    TripSelector,
    TripUpdate,
)
from planner.model import Answer, TransitLeg
from planner.network import Network
from planner.plan import plan, plan_at
from planner.request import PlanRequest, Realtime, StopId
from tests.api.small_network import small_network

DATE = datetime(2026, 11, 25, tzinfo=UTC).date()
NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
REQUEST = PlanRequest(StopId("km"), StopId("sg"), NOW, window_s=3600)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return small_network(tmp_path_factory.mktemp("live"))


def late(minutes: int, *skipped: str, trip: str = "t2") -> TripUpdate:
    skips = [StopUpdate(stop_id=stop, relationship=StopRelationship.SKIPPED) for stop in skipped]
    told = (StopUpdate(stop_id="km", departure_delay=60 * minutes), *skips)
    return TripUpdate(TripSelector(trip, start_date=DATE), stop_updates=told)


def live(network: Network, *updates: TripUpdate, alerts: tuple[Alert, ...] = (), ttl: int | None = None) -> Network:
    return network.with_live(LiveSource("feed", int(NOW.timestamp()), ttl, updates, alerts), NOW)


def ride(answer: Answer) -> TransitLeg:
    (itinerary,) = answer.itineraries
    (leg,) = (leg for leg in itinerary.legs if isinstance(leg, TransitLeg))
    return leg


def spans(leg: TransitLeg) -> str:
    """ "17:45 17:50 > 18:05 18:10": scheduled and real times of both ends."""
    planned = (leg.scheduled_start or leg.start, leg.start, leg.scheduled_end or leg.end, leg.end)
    return "{:%H:%M} {:%H:%M} > {:%H:%M} {:%H:%M}".format(*planned)


def test_a_late_leg_tells_both_times(network: Network) -> None:
    leg = ride(plan(live(network, late(5)), REQUEST))
    assert spans(leg) == "17:45 17:50 > 18:05 18:10"
    assert (leg.is_realtime, leg.is_extra, leg.cancelled, leg.trip_id) == (True, False, False, "t2")
    (call,) = leg.calls
    assert f"{call.scheduled_arrival:%H:%M} {call.arrival:%H:%M}" == "17:49 17:54"


def test_a_leg_nobody_reported_on_is_as_scheduled(network: Network) -> None:
    leg = ride(plan(live(network, late(5, trip="t1")), REQUEST))
    assert (spans(leg), leg.is_realtime, leg.scheduled_start) == ("17:45 17:45 > 18:05 18:05", False, None)


def test_a_passed_call_is_told(network: Network) -> None:
    (call,) = ride(plan(live(network, late(0, "kg")), REQUEST)).calls
    assert call.cancelled
    to_passed = replace(REQUEST, destination=StopId("kg"))
    assert plan(live(network, late(0, "kg")), to_passed).itineraries == ()


def test_an_extra_trip_is_told(network: Network) -> None:
    times = (("km", NOW + timedelta(minutes=10)), ("sg", NOW + timedelta(minutes=20)))
    calls = tuple(StopUpdate(stop_id=stop, arrival_time=int(time.timestamp())) for stop, time in times)
    added = TripUpdate(TripSelector("x", "keiyo", start_date=DATE), TripRelationship.ADDED, calls)
    leg = ride(plan(live(network, added, cancelled("t2")), REQUEST))
    assert (spans(leg), leg.is_extra, leg.trip_id, leg.headsign) == ("17:40 17:40 > 17:50 17:50", True, "x", "蘇我")


def cancelled(trip: str) -> TripUpdate:
    return TripUpdate(TripSelector(trip, start_date=DATE), TripRelationship.CANCELED)


def test_three_modes(network: Network) -> None:
    running = live(network, cancelled("t2"))
    asked = {mode: plan(running, replace(REQUEST, realtime=mode)) for mode in Realtime}
    assert asked[Realtime.LIVE].itineraries == ()
    assert ride(asked[Realtime.ANNOTATE]).cancelled
    assert not ride(asked[Realtime.IGNORE]).cancelled
    delayed = live(network, late(5))
    found = {mode: spans(ride(plan(delayed, replace(REQUEST, realtime=mode)))) for mode in Realtime}
    assert found[Realtime.ANNOTATE] == "17:45 17:50 > 18:05 18:10"
    assert found[Realtime.IGNORE] == "17:45 17:45 > 18:05 18:05"


def test_who_reads_one_state_is_not_touched_by_the_next(network: Network) -> None:
    first = live(network, late(5))
    before = plan(first, REQUEST)
    second = live(first, late(10))
    assert spans(ride(plan(second, REQUEST))) == "17:45 17:55 > 18:05 18:15"
    assert plan(first, REQUEST) == before
    assert spans(ride(plan(network, REQUEST))) == "17:45 17:45 > 18:05 18:05"
    assert len({plan(one, REQUEST).snapshot for one in (network, first, second)}) == 3
    assert plan(live(network, late(5)), REQUEST) == before


@pytest.mark.parametrize(("seconds", "stale"), [(60, ()), (61, ("feed",))])
def test_reports_older_than_they_may_be_do_not_count(network: Network, seconds: int, stale: tuple[str, ...]) -> None:
    asked = replace(REQUEST, now=NOW + timedelta(seconds=seconds))
    answer = plan(live(network, late(5), ttl=60), asked)
    assert answer.stale == stale
    assert spans(ride(answer)) == ("17:45 17:45 > 18:05 18:05" if stale else "17:45 17:50 > 18:05 18:10")


def test_a_fresh_source_counts_beside_a_stale_one(network: Network) -> None:
    both = live(network, late(5), ttl=60).with_live(LiveSource("other", None, None, (late(5, trip="t3"),)), NOW)
    answer = plan(both, replace(REQUEST, now=NOW + timedelta(hours=1), window_s=8 * 3600))
    legs = [leg for one in answer.itineraries for leg in one.legs if isinstance(leg, TransitLeg)]
    assert [spans(leg) for leg in legs] == ["17:45 17:45 > 18:05 18:05", "00:20 00:25 > 00:40 00:45"]
    assert answer.stale == ("feed",)


def test_searches_backwards_and_for_one_departure_are_live_too(network: Network) -> None:
    running, until = live(network, late(5)), datetime(2026, 11, 25, 9, 9, tzinfo=UTC)
    assert plan_at(running, replace(REQUEST, time=until, arrive_by=True)).itineraries[-1].end.hour == 5
    by = replace(REQUEST, time=until + timedelta(minutes=1), arrive_by=True)
    assert spans(ride(plan(running, by))) == "17:45 17:50 > 18:05 18:10"
    assert spans(ride(plan_at(running, REQUEST))) == "17:45 17:50 > 18:05 18:10"


ABOUT: dict[str, tuple[InformedEntity, bool]] = {
    "its route": (InformedEntity(route_id="keiyo"), True),
    "its route in the other direction": (InformedEntity(route_id="keiyo", direction=1), False),
    "another route": (InformedEntity(route_id="sobu"), False),
    "its agency": (InformedEntity(agency_id="jre"), True),
    "railways": (InformedEntity(route_type=2), True),
    "buses": (InformedEntity(route_type=3), False),
    "where one boards": (InformedEntity(stop_id="km"), True),
    "a stop on the way": (InformedEntity(stop_id="kg"), False),
    "its trip": (InformedEntity(trip=TripSelector("t2")), True),
    "its trip on another day": (InformedEntity(trip=TripSelector("t2", start_date=DATE + timedelta(days=1))), False),
    "another route at its stop": (InformedEntity(route_id="sobu", stop_id="km"), False),
    "nothing": (InformedEntity(), False),
}


@pytest.mark.parametrize("whom", ABOUT)
def test_an_alert_stands_at_the_legs_it_concerns(network: Network, whom: str) -> None:
    entity, concerns = ABOUT[whom]
    alert = Alert("a", (entity,), header={"en": "Works"})
    assert ride(plan(live(network, alerts=(alert,)), REQUEST)).alerts == ((alert,) if concerns else ())


@pytest.mark.parametrize(
    ("begins", "ends", "holds"),
    [("17:00", "18:00", True), ("18:05", None, True), ("18:06", None, False), (None, "17:45", False)],
)
def test_an_alert_holds_in_its_period(network: Network, begins: str | None, ends: str | None, holds: bool) -> None:
    def moment(text: str | None) -> int | None:
        return None if text is None else int(datetime.fromisoformat(f"2026-11-25T{text}+09:00").timestamp())

    alert = Alert("a", (InformedEntity(route_id="keiyo"),), (Period(moment(begins), moment(ends)),))
    assert bool(ride(plan(live(network, alerts=(alert,)), REQUEST)).alerts) is holds


Applied = Callable[[str, str], tuple[int, int, int]]


@pytest.fixture
def applied(shared: Path) -> Applied:
    """Runs that changed, updates that could not be applied, greatest delay in seconds of a real feed's message."""

    def apply_to(feed: str, message: str) -> tuple[int, int, int]:
        folder = shared / "data" / "gtfs-rt"
        read = read_realtime(folder / message)
        assert read.timestamp is not None
        timetable = read_gtfs([folder / feed]).timetable
        source = LiveSource(message, read.timestamp, None, read.updates)
        state = apply(as_scheduled(timetable), source, datetime.fromtimestamp(read.timestamp, UTC))
        runs = state.live.runs
        moved = (runs.arrival - runs.planned_arrival)[(runs.is_extra == 0).repeat(runs.first[1:] - runs.first[:-1])]
        return len(runs), len(state.remarks), int(moved.max(initial=0))

    return apply_to


@pytest.mark.shared
def test_caltrains_message_changes_every_trip_it_names(applied: Applied) -> None:
    assert applied("tl-rt/rt_ct.zip", "tl-rt/rt_ct-trip-updates.pb") == (19, 0, 878)


@pytest.mark.shared
def test_barts_message_changes_what_its_timetable_has(applied: Applied) -> None:
    assert applied("tl-rt/rt_bart-rt.zip", "tl-rt/rt_bart-trip-updates.pb")[:2] == (72, 19)


@pytest.mark.shared
def test_a_message_of_another_operator_changes_nothing(applied: Applied) -> None:
    assert applied("testagency.zip", "septa.pbf") == (0, 35, 0)
    assert applied("bullrunner-gtfs.zip", "3b.pb") == (0, 2, 0)
