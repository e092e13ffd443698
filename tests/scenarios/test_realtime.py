"""A network follows its live sources: what they tell counts while it is fresh, then the schedule holds and says so."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event

import httpx
import pytest

from feeds.gbfs import write_gbfs
from feeds.gtfs_realtime_write import write_trip_updates
from planner.errors import RequestError
from planner.live_records import StopUpdate, TripSelector, TripUpdate
from planner.model import TransitLeg
from planner.network import FeedEntry, Network, RealtimeEntry, open_network
from planner.plan import plan
from planner.request import PlanRequest, StopId
from planner.sharing import (
    FormFactor,
    Propulsion,
    RentalStation,
    RentalVehicle,
    ReturnConstraint,
    SharingSystem,
    VehicleType,
)
from scenarios.build import Sources, build_network
from scenarios.live_files import Web
from scenarios.realtime import (
    FRESH_S,
    LONGEST_PAUSE_S,
    PAUSE_S,
    Operation,
    follow,
    operation_of,
    polled,
    realtime_entry,
)
from tests.feeds.gtfs_feeds import BASE
from tests.feeds.odpt_dumps import LINE, dump, train

BICYCLE = VehicleType("b", FormFactor.BICYCLE, Propulsion.HUMAN, None, "", None, ReturnConstraint.ANY_STATION, None)
PORTS = tuple(
    RentalStation(name, name, lat, 140.0, 8, 4, 4, {"b": 4}, True, True, None, {})
    for name, lat in (("p", 35.60), ("q", 35.61))
)
SYSTEM = SharingSystem(
    *("bikes", "Bikes", {}, None, "Asia/Tokyo", None, None, None, (BICYCLE,), PORTS),
    *((), (), (), ()),
    last_updated=int(datetime(2026, 4, 6, 20, tzinfo=UTC).timestamp()),
    ttl_s=60,
)

UPDATES, BIKES = "https://bus.example/updates.pb", "https://bikes.example/gbfs.json"
NOW = datetime(2026, 4, 6, 22, 30, tzinfo=UTC)
"""7:30 on a Tuesday in Tokyo."""


@dataclass
class Publishers:
    """What the web answers, by address; what is not there answers 404."""

    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        content = self.files.get(str(request.url))
        return httpx.Response(404) if content is None else httpx.Response(200, content=content)

    def late(self, minutes: int, made: datetime = NOW) -> None:
        trip = TripSelector("T", start_date=date(2026, 4, 7))
        update = TripUpdate(trip, stop_updates=(StopUpdate(stop_id="A", departure_delay=60 * minutes),))
        self.files[UPDATES] = write_trip_updates([update], int(made.timestamp()))

    def bikes(self, system: SharingSystem, folder: Path) -> None:
        write_gbfs(system, folder, datetime.fromtimestamp(system.last_updated, UTC))
        for path in folder.glob("*.json"):
            document = json.loads(path.read_bytes())
            if path.stem == "gbfs":
                for feed in document["data"]["feeds"]:
                    feed["url"] = f"https://bikes.example/{feed['name']}.json"
            self.files[f"https://bikes.example/{path.name}"] = json.dumps(document).encode()


@pytest.fixture
def publishers() -> Publishers:
    return Publishers()


@pytest.fixture
def web(publishers: Publishers, tmp_path: Path) -> Web:
    return Web(tmp_path / "live", transport=httpx.MockTransport(publishers.answer))


@pytest.fixture
def city(tmp_path: Path) -> Network:
    return city_with(SYSTEM, tmp_path)


def city_with(system: SharingSystem, tmp_path: Path) -> Network:
    (tmp_path / "bus").mkdir()
    for name, text in BASE.items():
        (tmp_path / "bus" / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
    write_gbfs(system, tmp_path / "bikes", NOW)
    sources = Sources(gtfs=[tmp_path / "bus"], gbfs=[tmp_path / "bikes"], realtime=[UPDATES, BIKES])
    build_network(tmp_path / "network", sources)
    return open_network(tmp_path / "network")


def departure(network: Network, now: datetime) -> tuple[str, tuple[str, ...]]:
    """Departure of the first ride from A to B, and the sources that were too old for it."""
    request = PlanRequest(StopId("A"), StopId("B"), NOW, now=now)
    answer = plan(network, request)
    return f"{answer.itineraries[0].start:%H:%M}", answer.stale


def after(operation: Operation, web: Web, seconds: float) -> Operation:
    return polled(operation, web, NOW + timedelta(seconds=seconds))


def test_the_sources_stand_in_the_manifest(city: Network) -> None:
    assert city.manifest.realtime == (
        RealtimeEntry("gtfs-rt", UPDATES, "bus"),
        RealtimeEntry("gbfs", BIKES, SYSTEM.id),
    )


def test_a_delay_is_followed_and_ends_when_its_message_is_too_old(
    city: Network, web: Web, publishers: Publishers
) -> None:
    planned, _ = departure(city, NOW)
    publishers.late(7)
    operation = after(operation_of(city, NOW), web, 0)
    late, stale = departure(operation.network, NOW)
    assert int(late[3:]) - int(planned[3:]) == 7
    assert stale == ()
    operation = after(operation, web, FRESH_S)
    assert operation.sources[0].is_used
    operation = after(operation, web, FRESH_S + 1)
    assert not operation.sources[0].is_used
    assert operation.sources[0].trouble == "Its data are 301 s old; what was planned holds."
    assert departure(operation.network, NOW + timedelta(seconds=FRESH_S + 1)) == (planned, (UPDATES,))


def test_a_silent_source_is_asked_less_and_less_often_and_its_last_word_counts(
    city: Network, web: Web, publishers: Publishers
) -> None:
    publishers.late(7)
    operation = after(operation_of(city, NOW), web, 0)
    del publishers.files[UPDATES]
    pauses, moment = [], float(PAUSE_S)
    for _ in range(5):
        operation = after(operation, web, moment)
        pauses.append((operation.sources[0].due - NOW).total_seconds() - moment)
        moment += pauses[-1]
    assert pauses == [2 * PAUSE_S, 4 * PAUSE_S, 8 * PAUSE_S, LONGEST_PAUSE_S, LONGEST_PAUSE_S]
    assert operation.sources[0].trouble == f"{UPDATES} answered 404 Not Found."
    assert operation.sources[0].failures == 5
    assert not operation.sources[0].is_used
    publishers.late(9, NOW + timedelta(seconds=moment))
    operation = after(operation, web, moment)
    assert (operation.sources[0].failures, operation.sources[0].trouble, operation.sources[0].is_used) == (0, "", True)


def test_what_is_no_message_changes_nothing(city: Network, web: Web, publishers: Publishers) -> None:
    publishers.files[UPDATES] = b"<html>"
    operation = after(operation_of(city, NOW), web, 0)
    assert departure(operation.network, NOW) == departure(city, NOW)
    assert "is no GTFS-Realtime message" in operation.sources[0].trouble
    operation = after(operation, web, 600)
    assert "is no GTFS-Realtime message" in operation.sources[0].trouble


def test_where_no_file_can_be_kept_the_reason_is_told(city: Network, web: Web, publishers: Publishers) -> None:
    publishers.late(7)
    web.folder.write_text("a file where a folder should be")
    operation = after(operation_of(city, NOW), web, 0)
    assert departure(operation.network, NOW) == departure(city, NOW)
    assert "File exists" in operation.sources[0].trouble


def test_a_source_is_not_asked_before_it_is_due(city: Network, web: Web, publishers: Publishers) -> None:
    publishers.late(7)
    operation = after(operation_of(city, NOW), web, 0)
    asked = publishers.asked.count(UPDATES)
    operation = after(operation, web, PAUSE_S - 1)
    assert publishers.asked.count(UPDATES) == asked
    after(operation, web, PAUSE_S)
    assert publishers.asked.count(UPDATES) == asked + 1


def emptied(system: SharingSystem, made: datetime) -> SharingSystem:
    """The system with nothing left to rent."""
    stations = tuple(replace(one, bikes_available=0, vehicles_by_type={}) for one in system.stations)
    return replace(system, stations=stations, vehicles=(), last_updated=int(made.timestamp()))


def test_ports_run_empty_and_fill_again_when_nobody_tells(
    city: Network, web: Web, publishers: Publishers, tmp_path: Path
) -> None:
    publishers.bikes(emptied(SYSTEM, NOW), tmp_path / "now")
    operation = after(operation_of(city, NOW), web, 0)
    assert operation.sources[1].trouble == ""
    assert sum(one.bikes_available for one in operation.network.snapshot.sharing[0].stations) == 0
    assert operation.network.rentals == ()
    assert operation.network.manifest.snapshot != city.manifest.snapshot
    publishers.files.clear()
    operation = after(operation, web, FRESH_S + 1)
    assert operation.network.snapshot.sharing == city.snapshot.sharing
    assert operation.sources[1].trouble.endswith("answered 404 Not Found.")


def test_a_live_system_keeps_the_holidays_of_the_networks_days(
    web: Web, publishers: Publishers, tmp_path: Path
) -> None:
    system = replace(SYSTEM, opening_hours="06:00-22:00; PH off")
    city = city_with(system, tmp_path)
    assert city.snapshot.sharing[0].holidays == (date(2026, 4, 29).toordinal(),)
    publishers.bikes(emptied(system, NOW), tmp_path / "now")
    (told,) = after(operation_of(city, NOW), web, 0).network.snapshot.sharing
    assert (told.stations[0].bikes_available, told.holidays) == (0, city.snapshot.sharing[0].holidays)


def test_live_vehicles_and_live_ports_stand_beside_each_other(
    city: Network, web: Web, publishers: Publishers, tmp_path: Path
) -> None:
    publishers.late(7)
    publishers.bikes(emptied(SYSTEM, NOW), tmp_path / "now")
    operation = after(operation_of(city, NOW), web, 0)
    assert departure(operation.network, NOW) != departure(city, NOW)
    assert operation.network.rentals == ()


def test_a_bicycle_left_in_the_street_is_joined_to_it(
    makuhari: Network, publishers: Publishers, tmp_path: Path
) -> None:
    before = makuhari.snapshot.sharing[0]
    kind, port = before.vehicle_types[0], before.stations[0]
    left = RentalVehicle("left", port.lat, port.lon, kind.id, None, is_reserved=False, is_disabled=False, range_m=None)
    publishers.bikes(replace(before, vehicles=(left,), last_updated=int(NOW.timestamp())), tmp_path / "now")
    manifest = replace(makuhari.manifest, realtime=(RealtimeEntry("gbfs", BIKES, before.id),))
    web = Web(tmp_path / "live", transport=httpx.MockTransport(publishers.answer))
    operation = after(operation_of(Network(makuhari.snapshot, manifest), NOW), web, 0)
    assert operation.sources[0].trouble == ""
    sides = operation.network.snapshot.street_side, makuhari.snapshot.street_side
    after_, before_ = [side.ports["bicycle"] for side in sides if side is not None]
    assert len(after_) == len(before_) + 1
    row = len(before.stations)
    assert after_.edge[row] == after_.edge[0]
    assert after_.edge[row + 1 :].tolist() == before_.edge[row:].tolist()


def test_only_files_that_change_are_asked_for_within_the_hour(
    city: Network, web: Web, publishers: Publishers, tmp_path: Path
) -> None:
    publishers.bikes(emptied(SYSTEM, NOW), tmp_path / "now")
    operation = after(operation_of(city, NOW), web, 0)
    publishers.asked.clear()
    operation = after(operation, web, PAUSE_S)
    files = {url.rpartition("/")[2] for url in publishers.asked if "bikes" in url}
    assert files == {"station_status.json", "vehicle_status.json"}
    publishers.asked.clear()
    after(operation, web, 3600)
    assert BIKES in publishers.asked


def test_another_system_is_not_taken_for_this_one(
    city: Network, web: Web, publishers: Publishers, tmp_path: Path
) -> None:
    publishers.bikes(replace(emptied(SYSTEM, NOW), id="elsewhere"), tmp_path / "now")
    operation = after(operation_of(city, NOW), web, 0)
    assert operation.network.snapshot.sharing == city.snapshot.sharing
    assert operation.sources[1].trouble == f"{BIKES} tells of the system 'elsewhere', not of '{SYSTEM.id}'."


def test_following_publishes_every_round_until_it_is_stopped(city: Network, web: Web, publishers: Publishers) -> None:
    publishers.late(7)
    stop, rounds = Event(), list[Operation]()

    def publish(operation: Operation) -> None:
        rounds.append(operation)
        stop.set()

    follow(city, publish, stop, web, lambda: NOW)
    assert [round_.sources[0].is_used for round_ in rounds] == [True]


def test_a_key_is_put_into_the_address_and_shown_to_nobody(city: Network, web: Web, publishers: Publishers) -> None:
    entry = RealtimeEntry("gtfs-rt", "https://bus.example/u.pb?key={key}", "bus")
    network = Network(city.snapshot, replace(city.manifest, realtime=(entry,)))
    operation = after(operation_of(network, NOW), web, 0)
    assert operation.sources[0].trouble == "bus needs a personal key of its publisher."
    operation = after(operation_of(network, NOW), replace(web, key="secret"), 0)
    assert publishers.asked == ["https://bus.example/u.pb?key=secret"]
    assert "secret" not in operation.sources[0].trouble


TRAINS = "https://api.example/api/v4/odpt:Train?odpt:operator=odpt.Operator:Op"


def test_trains_of_odpt_are_late_and_their_lines_disturbed(web: Web, publishers: Publishers, tmp_path: Path) -> None:
    source = dump(
        tmp_path / "odpt", *LINE, train("A 8:00 B 8:09 C 8:20"), train("A 8:00 C 8:25", calendar="SaturdayHoliday")
    )
    told = f"{TRAINS.replace('odpt:Train?', 'odpt:TrainInformation?')}"
    build_network(tmp_path / "rail", Sources((), odpt=(source,), realtime=[TRAINS, told]))
    network, now = open_network(tmp_path / "rail"), datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    assert [entry.kind for entry in network.manifest.realtime] == ["odpt", "odpt"]
    made = {"dc:date": now.isoformat(), "owl:sameAs": "odpt.Train:Op.Line.1M", "@type": "odpt:Train", "odpt:delay": 240}
    publishers.files[TRAINS] = json.dumps([made]).encode()
    line = {"odpt:railway": "odpt.Railway:Op.Line", "odpt:trainInformationStatus": {"ja": "遅延", "en": "Delay"}}
    publishers.files[told] = json.dumps([made | line | {"@type": "odpt:TrainInformation"}]).encode()
    operation = polled(operation_of(network, now), web, now)
    assert [one.trouble for one in operation.sources] == ["", ""]
    request = PlanRequest(StopId("Op.Line.A"), StopId("Op.Line.C"), now, now=now, window_s=3600)
    (itinerary,) = plan(operation.network, request).itineraries
    assert (f"{itinerary.start:%H:%M}", f"{itinerary.end:%H:%M}") == ("08:04", "08:24")
    (leg,) = itinerary.legs
    assert isinstance(leg, TransitLeg)
    assert [alert.header["ja"] for alert in leg.alerts] == ["遅延"]


FEEDS = [FeedEntry("rail", "gtfs", ""), FeedEntry("bus", "gtfs", ""), FeedEntry("bikes", "gbfs", "")]


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("bus=https://a/u.pb?x=1", RealtimeEntry("gtfs-rt", "https://a/u.pb?x=1", "bus")),
        ("https://a/gbfs.json", RealtimeEntry("gbfs", "https://a/gbfs.json", "bikes")),
    ],
)
def test_a_source_names_its_feed_where_several_could_be_meant(text: str, entry: RealtimeEntry) -> None:
    assert realtime_entry(text, FEEDS) == entry


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("https://a/u.pb", "write FEED=https://a/u.pb, where FEED is one of: rail, bus."),
        ("bus=updates.pb", "'updates.pb' is no address that begins with http."),
        ("file:///etc/passwd", "'file:///etc/passwd' is no address that begins with http."),
        ("bus=https://a/gbfs.json", "write FEED=https://a/gbfs.json, where FEED is one of: bikes."),
    ],
)
def test_a_source_that_is_none_is_refused(text: str, message: str) -> None:
    with pytest.raises(RequestError) as refusal:
        realtime_entry(text, FEEDS)
    assert str(refusal.value) == f"--realtime {text}: {message}"
