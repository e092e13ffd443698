"""A station whose lift is closed is left alone by wheelchairs while its alert holds, and by nobody else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from planner.closures import shut_on
from planner.live import LiveSource
from planner.live_records import Alert, InformedEntity, Period
from planner.network import Network
from planner.plan import plan
from planner.request import PlanRequest, Realtime, StopId
from tests.api.small_network import small_network
from tests.planner.timetables import timetable

TOKYO = ZoneInfo("Asia/Tokyo")
DAY = date(2026, 11, 25)
MIDNIGHT = datetime(2026, 11, 25, tzinfo=TOKYO)
NOW = MIDNIGHT.astimezone(UTC)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """海浜幕張 km, 検見川浜 kg, 蘇我 sg, all of them and every train fit for wheelchairs."""
    plain = small_network(tmp_path_factory.mktemp("closures"))
    table = plain.snapshot.timetable
    stops, trips = table.stops, table.trips
    fit = replace(
        table,
        stops=replace(stops, wheelchair=np.ones_like(stops.wheelchair)),
        trips=replace(trips, wheelchair=np.ones_like(trips.wheelchair)),
    )
    return Network(replace(plain.snapshot, timetable=fit), plain.manifest)


def closed(*stops: str, begin: int | None = None, end: int | None = None, effect: str = "ACCESSIBILITY_ISSUE") -> Alert:
    """An alert about stops, from and until hours after midnight."""
    hours = [None if hour is None else int(MIDNIGHT.timestamp()) + 3600 * hour for hour in (begin, end)]
    return Alert("lift", tuple(InformedEntity(stop_id=stop) for stop in stops), (Period(*hours),), effect=effect)


def rides(network: Network, origin: str, target: str, *, wheelchair: bool, day: int = 0, **more: Realtime) -> int:
    start = MIDNIGHT + timedelta(days=day, hours=17)
    request = PlanRequest(StopId(origin), StopId(target), start, window_s=7200, wheelchair=wheelchair, **more)
    return len(plan(network, request).itineraries)


def told(network: Network, *alerts: Alert) -> Network:
    return network.with_live(LiveSource("alerts", int(NOW.timestamp()), None, alerts=alerts), NOW)


def test_a_wheelchair_is_not_led_to_a_closed_lift(network: Network) -> None:
    assert rides(network, "km", "sg", wheelchair=True) == 1
    at_the_end, at_the_start = told(network, closed("sg")), told(network, closed("km"))
    assert rides(at_the_end, "km", "sg", wheelchair=True) == 0
    assert rides(at_the_start, "km", "sg", wheelchair=True) == 0
    assert rides(at_the_end, "km", "sg", wheelchair=False) == 1


def test_trains_still_pass_a_station_whose_lift_is_closed(network: Network) -> None:
    assert rides(told(network, closed("kg")), "km", "sg", wheelchair=True) == 1
    assert rides(told(network, closed("kg")), "km", "kg", wheelchair=True) == 0


def test_a_lift_is_closed_while_its_alert_holds(network: Network) -> None:
    today = told(network, closed("sg", begin=0, end=24))
    assert [rides(today, "km", "sg", wheelchair=True, day=day) for day in (-3, 0, 1)] == [1, 0, 1]
    without_end = told(network, closed("sg", begin=30))
    assert [rides(without_end, "km", "sg", wheelchair=True, day=day) for day in (-1, 1, 3)] == [1, 0, 0]


def test_only_alerts_about_access_close(network: Network) -> None:
    assert rides(told(network, closed("sg", effect="DETOUR")), "km", "sg", wheelchair=True) == 1


def test_alerts_that_are_ignored_close_nothing(network: Network) -> None:
    shut = told(network, closed("sg"))
    assert rides(shut, "km", "sg", wheelchair=True, realtime=Realtime.IGNORE) == 1
    assert rides(shut, "km", "sg", wheelchair=True, realtime=Realtime.ANNOTATE) == 1


@pytest.mark.parametrize(
    ("named", "shut"),
    [("P", "P"), ("b", "Q"), ("S", "P Q"), ("door", "P Q"), ("node", "P Q"), ("lone", ""), ("nobody", "")],
)
def test_what_an_alert_names_shuts_the_platforms_behind_it(named: str, shut: str) -> None:
    kinds = {"P": (0, "S"), "Q": (0, "S"), "S": (1, ""), "door": (2, "S"), "node": (3, "S"), "b": (4, "Q")}
    kinds |= {"lone": (2, ""), "X": (0, "")}
    table = timetable("P X\n8:00 8:10", places=dict.fromkeys(kinds, (35.6, 140.0)))
    index = {stop: row for row, stop in enumerate(table.stops.ids)}
    stops = replace(
        table.stops,
        location_type=np.array([kinds[stop][0] for stop in table.stops.ids], np.int8),
        parent=np.array([index.get(kinds[stop][1], -1) for stop in table.stops.ids], np.int32),
    )
    source = LiveSource("alerts", None, None, alerts=(closed(named),))
    found = shut_on([source], DAY, TOKYO, stops, index)
    assert ([] if found is None else [stops.ids[row] for row in np.flatnonzero(found)]) == shut.split()


def test_ids_of_a_source_have_its_prefix() -> None:
    table = timetable("rail_P rail_X\n8:00 8:10")
    index = {stop: row for row, stop in enumerate(table.stops.ids)}
    source = LiveSource("alerts", None, None, alerts=(closed("P"),), prefix="rail_")
    found = shut_on([source], DAY, TOKYO, table.stops, index)
    assert found is not None
    assert found.tolist() == [True, False]
