"""Real feeds load; broken ones are refused in one sentence or load with notices."""

import io
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.gtfs import read_gtfs
from feeds.notices import FeedError
from planner.timetable import Timetable
from tests.feeds.gtfs_feeds import BASE


def assert_consistent(timetable: Timetable) -> None:
    """Every reference lies within its table, times of each trip never run backwards."""
    trips, patterns = timetable.trips, timetable.patterns
    sizes = np.diff(patterns.first)[trips.pattern]
    assert np.array_equal(sizes, np.diff(trips.first_event))
    assert (sizes >= 2).all()
    for column, size in (
        (trips.route, len(timetable.routes)),
        (trips.service, len(timetable.service_active)),
        (trips.headsign, len(trips.headsigns)),
        (trips.shape, len(timetable.shapes.first) - 1),
        (patterns.stop, len(timetable.stops)),
        (timetable.stops.parent, len(timetable.stops)),
        (timetable.in_seat.from_trip, len(trips)),
        (timetable.in_seat.to_trip, len(trips)),
    ):
        assert (column < size).all()
        assert (column >= -1).all()
    assert (trips.arrival <= trips.departure).all()
    ends = np.zeros(len(trips.arrival), np.bool_)
    ends[trips.first_event[1:] - 1] = True
    assert (trips.departure[:-1] <= trips.arrival[1:])[~ends[:-1]].all()
    assert len(set(trips.ids)) == len(trips)
    assert len(set(timetable.stops.ids)) == len(timetable.stops)


def assert_loads_or_is_refused(path: Path) -> bool:
    """Whether the feed loads; a refusal must be one line."""
    refusal = ""
    try:
        assert_consistent(read_gtfs([path]).timetable)
    except FeedError as error:
        refusal = str(error)
    assert "\n" not in refusal
    return not refusal


@pytest.mark.shared
def test_every_real_feed_loads_or_is_refused_in_one_sentence(shared: Path) -> None:
    loaded = 0
    zips = [
        p for name in ("gtfs", "gtfs-flex", "gtfs-rt", "gtfs-fares") for p in (shared / "data" / name).rglob("*.zip")
    ]
    for path in sorted(zips):
        if path.name == "tokyo-rail.zip":
            continue
        loaded += assert_loads_or_is_refused(path)
    assert loaded >= 40


@pytest.mark.shared
def test_the_everyday_feed_is_complete(shared: Path) -> None:
    timetable = read_gtfs([shared / "data" / "gtfs" / "chiba-rail.zip"]).timetable
    assert (len(timetable.stops), len(timetable.trips), len(timetable.trips.arrival)) == (527, 12_733, 174_310)
    assert (len(timetable.in_seat.from_trip), len(timetable.transfers.seconds)) == (2927, 216)


@pytest.mark.shared
@pytest.mark.long
def test_the_benchmark_feed_is_complete(shared: Path) -> None:
    timetable = read_gtfs([shared / "data" / "gtfs" / "tokyo-rail.zip"]).timetable
    assert (len(timetable.stops), len(timetable.trips), len(timetable.trips.arrival)) == (3249, 92_923, 1_208_522)
    assert (len(timetable.in_seat.from_trip), len(timetable.transfers.seconds)) == (28_368, 2670)
    assert_consistent(timetable)


RICH = BASE | {
    "stops": BASE["stops"] + '\nS,"幕張, S",35.6,140.0',
    "calendar_dates": "service_id,date,exception_type\nDaily,20260407,2\nExtra,20260408,1",
    "frequencies": "trip_id,start_time,end_time,headway_secs,exact_times\nU,6:00:00,7:00:00,1200,0",
    "trips": "route_id,service_id,trip_id,block_id,shape_id\nR,Daily,T,b,s\nR,Daily,U,,\nR,Extra,V,b,s",
    "stop_times": BASE["stop_times"] + "\nU,9:00:00,,B,1\nU,,,C,2\nU,9:20:00,,A,3\nV,10:00:00,,B,1\nV,10:10:00,,A,2",
    "transfers": (
        "from_stop_id,to_stop_id,from_trip_id,to_trip_id,transfer_type,min_transfer_time\nA,B,,,2,60\n,,T,V,4,"
    ),
    "shapes": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\ns,35.6,140.0,1\ns,35.61,140.01,2",
    "translations": "table_name,field_name,language,translation,record_id\nstops,stop_name,en,Makuhari,S",
    "booking_rules": "booking_rule_id,booking_type,prior_notice_duration_min\nr,1,30",
    "levels": "level_id,level_index\nL,1",
}


def packed() -> bytes:
    """The feed as a zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in RICH.items():
            archive.writestr(f"{name}.txt", text)
    return file.getvalue()


MUTATIONS = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8)


def read_octets(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f.zip"
        path.write_bytes(data)
        assert_loads_or_is_refused(path)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(MUTATIONS)
def test_a_zip_with_changed_octets_is_read_or_refused(mutations: list[tuple[int, int]]) -> None:
    data = bytearray(packed())
    for position, octet in mutations:
        data[position % len(data)] = octet
    read_octets(bytes(data))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(RICH)), MUTATIONS)
def test_texts_with_changed_octets_are_read_or_refused(name: str, mutations: list[tuple[int, int]]) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for other, text in RICH.items():
            octets = bytearray(text.encode())
            for position, octet in mutations if other == name else ():
                octets[position % len(octets)] = octet
            archive.writestr(f"{other}.txt", bytes(octets))
    read_octets(file.getvalue())
