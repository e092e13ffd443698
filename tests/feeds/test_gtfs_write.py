"""What is written reads back as it was: timetables, frequencies, demand buses, names in other languages."""

import tempfile
import warnings
from dataclasses import fields, replace
from pathlib import Path

import gtfs_kit
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.gtfs import GtfsNetwork, read_gtfs
from feeds.gtfs_write import write_gtfs
from planner.timetable import Timetable
from tests.feeds.gtfs_feeds import BASE, calls, feed, in_seat, schedule, trips


def copied(network: GtfsNetwork, folder: Path) -> GtfsNetwork:
    write_gtfs(network.timetable, folder, network.flex, network.feeds)
    return read_gtfs([folder])


def texts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def told(timetable: Timetable) -> dict[str, object]:
    """All that a timetable says of each trip and stop, whatever the order of its patterns and headsigns."""
    t, stops, patterns = timetable.trips, timetable.stops, timetable.patterns
    signs = [
        (sign, *((language, column[row]) for language, column in t.headsign_translations.items() if column[row]))
        for row, sign in enumerate(t.headsigns)
    ]
    rights = np.stack([patterns.stop, patterns.can_board, patterns.can_alight], axis=1).tolist()
    spans = [slice(int(patterns.first[p]), int(patterns.first[p + 1])) for p in t.pattern.tolist()]
    of_trip = (t.route, t.service, t.direction, t.wheelchair, t.bikes, t.shape, t.headway)
    return {
        "trips": [list(t.ids), list(t.short_names), [signs[s] for s in t.headsign.tolist()]],
        "numbers": [column.tolist() for column in of_trip],
        "calls": [rights[span] for span in spans],
        "times": [t.arrival.tolist(), t.departure.tolist()],
        "stops": [
            [list(stops.ids), list(stops.names), list(stops.codes), list(stops.platforms)],
            {language: list(column) for language, column in stops.translations.items()},
            *(getattr(stops, f.name).tolist() for f in fields(stops) if hasattr(getattr(stops, f.name), "tolist")),
        ],
        "shapes": [getattr(timetable.shapes, f.name).tolist() for f in fields(timetable.shapes)],
        "transfers": [getattr(timetable.transfers, f.name).tolist() for f in fields(timetable.transfers)],
        "in seat": in_seat(timetable),
        "lines": [timetable.timezone, timetable.agencies, timetable.routes],
        "days": [timetable.first_date, timetable.service_active.tolist()],
    }


def assert_written_and_read_alike(network: GtfsNetwork, folder: Path) -> None:
    again = copied(network, folder / "once")
    before, after = told(network.timetable), told(again.timetable)
    for part, expected in before.items():
        assert after[part] == expected, part
    assert again.flex == network.flex
    assert again.notices == ()
    copied(again, folder / "twice")
    assert texts(folder / "once") == texts(folder / "twice")


def test_the_small_feed_in_full(tmp_path: Path) -> None:
    stops = (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,level_id,platform_code,wheelchair_boarding\n"
        'S,"Aoba, ""Green""",35.60,140.00,1,,,,1\nA,Aoba,35.60,140.00,0,S,deck,2,\nB,Bay,35.61,140.01,,,,,2\n'
        "C,Chuo,35.62,140.02,,,,,"
    )
    translations = (
        "table_name,field_name,language,translation,record_id,field_value\n"
        "stops,stop_name,en,Green Leaf,A,\nagency,agency_name,ja,A線,A,\nroutes,route_short_name,ja,一,R,\n"
        "trips,trip_headsign,en,Bay,,湾\ntrips,trip_headsign,en,The Bay,U,"
    )
    network = read_gtfs(
        [
            feed(
                tmp_path / "feed",
                stops=stops,
                translations=translations,
                levels="level_id,level_index\ndeck,1.5",
                routes=BASE["routes"].replace("route_type", "route_type,route_color,network_id") + ",FF0000,net",
                trips="route_id,service_id,trip_id,block_id,trip_headsign,shape_id,wheelchair_accessible,bikes_allowed\n"
                "R,Daily,T,1,湾,x,1,2\nR,Daily,U,1,湾,,2,1\nR,Weekend,F,,,,,",
                stop_times=calls("T A 8:00 B 8:10/8:11", "U B 8:15 C 25:20", "F A 0:00 C 0:10"),
                frequencies="trip_id,start_time,end_time,headway_secs\nF,6:00:00,7:00:00,1200\nF,7:05:00,8:00:00,900",
                shapes="shape_id,shape_pt_sequence,shape_pt_lat,shape_pt_lon\nx,1,35.6,140\nx,2,35.61,140.01",
                transfers="from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,B,2,300\nB,C,3,\nC,A,0,",
                calendar_dates="service_id,date,exception_type\nDaily,20260410,2\nWeekend,20260410,1\nExtra,20260501,1",
                attributions="organization_name,license\nAoba City,CC-BY-4.0",
            )
        ]
    )
    assert in_seat(network.timetable) == {"T>U"}
    assert len(network.timetable.trips) == 2 + 3 + 4
    assert_written_and_read_alike(network, tmp_path)
    assert read_gtfs([tmp_path / "once"]).feeds[0].attributions == ("Aoba City, CC-BY-4.0",)


minutes = st.integers(0, 1600)
visits = st.lists(st.tuples(st.sampled_from("ABC"), minutes), min_size=2, max_size=5)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(visits, st.sampled_from(["Daily", "Weekend"]), st.sampled_from(["", "b"])), max_size=5))
def test_any_timetable(drawn: list[tuple[list[tuple[str, int]], str, str]]) -> None:
    rows, lines = [], []
    for number, (visited, service, block) in enumerate(drawn):
        times = sorted(minute for _, minute in visited)
        stops = [f"{stop} {m // 60}:{m % 60:02d}" for (stop, _), m in zip(visited, times, strict=True)]
        rows.append(f"T{number} {' '.join(stops)}")
        lines.append(f"T{number} {service} {block}")
    with tempfile.TemporaryDirectory() as room:
        network = read_gtfs([feed(Path(room) / "feed", stop_times=calls(*rows), trips=trips(*lines))])
        assert len(network.timetable.trips) == len(drawn)
        assert_written_and_read_alike(network, Path(room))


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    network = read_gtfs([feed(tmp_path)])
    with pytest.raises(FileExistsError, match="is not empty"):
        write_gtfs(network.timetable, tmp_path)


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "gtfs/chiba-rail.zip",
        "gtfs/world/cdmx.zip",
        "gtfs/world/bart.zip",
        "gtfs/jp/tokai-kisen-ferry.zip",
        "gtfs/jp/rinkai.zip",
    ],
)
def test_real_feeds_read_back_alike(shared: Path, tmp_path: Path, name: str) -> None:
    assert_written_and_read_alike(read_gtfs([shared / "data" / name]), tmp_path)


def _flex_feeds(folder: Path) -> list[Path]:
    """Folders and zips with a GTFS feed."""
    zips = [p for p in folder.rglob("*") if p.suffix in (".zip", ".gtfs") and p.is_file()]
    return sorted({*zips, *(p.parent for p in folder.rglob("stop_times.txt"))})


@pytest.mark.shared
def test_real_demand_buses_read_back_alike(shared: Path, tmp_path: Path) -> None:
    found = 0
    for number, path in enumerate(_flex_feeds(shared / "data" / "gtfs-flex")):
        network = read_gtfs([path])
        again = copied(network, tmp_path / str(number))
        assert again.flex == network.flex
        assert schedule(again.timetable) == schedule(network.timetable)
        found += len(network.flex)
    assert found > 0


@pytest.mark.shared
def test_gtfs_kit_reads_what_is_written(shared: Path, tmp_path: Path) -> None:
    network = read_gtfs([shared / "data" / "gtfs" / "chiba-rail.zip"])
    write_gtfs(network.timetable, tmp_path / "feed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kit = gtfs_kit.read_feed(tmp_path / "feed", dist_units="km")
    assert (len(kit.stops), len(kit.trips), len(kit.stop_times)) == (527, 12_733, 174_310)
    day = kit.get_trips(date="20261125")
    expected = network.timetable.service_active[:, 739_945 - network.timetable.first_date][
        network.timetable.trips.service
    ]
    assert len(day) == int(expected.sum()) > 0


def test_flex_areas_of_stops_and_polygons_together(tmp_path: Path) -> None:
    group = {
        "stop_times": (
            "trip_id,stop_sequence,stop_id,location_group_id,location_id,start_pickup_drop_off_window,"
            "end_pickup_drop_off_window,pickup_type,drop_off_type,pickup_booking_rule_id\n"
            "T,1,,g,,8:00:00,20:00:00,2,1,r\nT,2,,,z,8:00:00,20:00:00,1,2,"
        ),
        "location_groups": "location_group_id,location_group_name,location_id\ng,Both,z",
        "location_group_stops": "location_group_id,stop_id\ng,A\ng,B",
        "booking_rules": "booking_rule_id,booking_type,prior_notice_last_day,prior_notice_last_time,phone_number\n"
        "r,2,1,17:00:00,043-000-0000",
    }
    folder = feed(tmp_path / "feed", **group)
    (folder / "locations.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","id":"z","properties":{},"geometry":'
        '{"type":"Polygon","coordinates":[[[140,35],[141,35],[141,36],[140,35]]]}}]}',
        encoding="utf-8",
    )
    network = read_gtfs([folder])
    assert [len(area.rings) for area in network.flex[0].areas] == [1, 1]
    assert replace(copied(network, tmp_path / "copy").flex[0]) == network.flex[0]
