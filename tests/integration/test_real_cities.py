"""Cities from real feeds, built and asked: one fact of each that the feed's own rows say."""

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from planner.model import TRANSIT, Answer, Mode, TransitLeg, mode_of
from planner.network import Network, open_network
from planner.plan import plan
from planner.request import Coordinate, PlanRequest, StopId
from scenarios.build import Sources, build_network

pytestmark = pytest.mark.shared

MARKET = Coordinate(-30.027565, -51.227811)
PUCRS = Coordinate(-30.057972, -51.176073)


def built(folder: Path, sources: Sources) -> Network:
    build_network(folder, sources)
    return open_network(folder)


@pytest.fixture(scope="module")
def chiba(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Network:
    return built(tmp_path_factory.mktemp("chiba") / "network", Sources([shared / "data/gtfs/chiba-rail.zip"]))


@pytest.fixture(scope="module")
def porto_alegre(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Network:
    folder = shared / "data/osm/porto-alegre"
    sources = Sources([folder / "poa_eptc.zip", folder / "poa_trensurb.zip"], folder / "poa_osm.pbf")
    return built(tmp_path_factory.mktemp("poa") / "network", sources)


def rows(feed: Path, table: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(feed) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(f"{table}.txt").decode("utf-8-sig"))))


def rides(answer: Answer) -> list[list[str]]:
    """The first itineraries, each ride as "8:00 A > 8:10 B"."""
    return [
        [
            f"{leg.start:%H:%M} {leg.origin.stop_id} > {leg.end:%H:%M} {leg.destination.stop_id}"
            for leg in itinerary.legs
            if isinstance(leg, TransitLeg)
        ]
        for itinerary in answer.itineraries
    ]


def test_the_first_train_from_makuhari_to_soga_is_the_feed_s_own(chiba: Network, shared: Path) -> None:
    feed = shared / "data/gtfs/chiba-rail.zip"
    running = running_on(feed, date(2026, 11, 25))
    own = [row for row in rows(feed, "stop_times") if row["trip_id"] in running]
    stops = rows(feed, "stops")
    makuhari, soga = (ids_of(stops, name) for name in ("海浜幕張", "蘇我"))
    left, came = (
        {row["trip_id"]: row[column][:5] for row in own if row["stop_id"] in ids}
        for ids, column in ((makuhari, "departure_time"), (soga, "arrival_time"))
    )
    both = [(left[trip], came[trip]) for trip in left.keys() & came.keys() if "10:00" <= left[trip] < came[trip]]
    earliest = min(arrival for _, arrival in both)
    start, end = (chiba.snapshot.timetable.stops.ids[named(chiba, name)] for name in ("海浜幕張", "蘇我"))
    when = datetime(2026, 11, 25, 10, tzinfo=chiba.zone)
    answer = plan(chiba, PlanRequest(StopId(start), StopId(end), when, window_s=3600))
    first = min(answer.itineraries, key=lambda itinerary: itinerary.end)
    assert f"{first.end:%H:%M}" == earliest
    assert (f"{first.start:%H:%M}", earliest) in both
    assert first.transfers == 0


def ids_of(stops: list[dict[str, str]], name: str) -> set[str]:
    return {row["stop_id"] for row in stops if row["stop_name"] == name}


def named(network: Network, name: str) -> int:
    return list(network.snapshot.timetable.stops.names).index(name)


def running_on(feed: Path, day: date) -> set[str]:
    services = {row["service_id"] for row in rows(feed, "calendar") if row[f"{day:%A}".lower()] == "1"}
    for row in rows(feed, "calendar_dates"):
        if row["date"] == f"{day:%Y%m%d}":
            (services.add if row["exception_type"] == "1" else services.discard)(row["service_id"])
    return {row["trip_id"] for row in rows(feed, "trips") if row["service_id"] in services}


def test_the_train_from_the_bus_station_takes_seven_minutes_to_porto_alegre_s_airport(porto_alegre: Network) -> None:
    when = datetime(2019, 5, 15, 13, tzinfo=porto_alegre.zone)
    ends = StopId("poa-trensurb_RD"), StopId("poa-trensurb_AP")
    answer = plan(porto_alegre, PlanRequest(*ends, when, window_s=1800))
    assert rides(answer) == [
        [f"13:{minute + 3:02} poa-trensurb_RD > 13:{minute + 10:02} poa-trensurb_AP"] for minute in (0, 10, 20)
    ]


def test_a_bus_joins_market_and_university_from_door_to_door(porto_alegre: Network) -> None:
    when = datetime(2019, 5, 15, 13, tzinfo=porto_alegre.zone)
    answer = plan(porto_alegre, PlanRequest(MARKET, PUCRS, when))
    assert answer.itineraries
    for itinerary in answer.itineraries:
        modes = [mode_of(leg) for leg in itinerary.legs]
        assert (modes[0], modes[-1]) == (Mode.WALK, Mode.WALK)
        assert Mode.BUS in modes
        assert set(modes) <= TRANSIT | {Mode.WALK}
        assert itinerary.duration_s < 3600
