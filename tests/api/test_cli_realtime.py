"""`kaiteki plan --realtime`: planning on what operators report."""

import json
from datetime import date
from pathlib import Path

import pytest

from api.cli import main
from feeds.gtfs_realtime_write import write_alerts, write_trip_updates
from planner.live_records import Alert, InformedEntity, StopUpdate, TripRelationship, TripSelector, TripUpdate
from tests.api.small_network import stored_network

MADE = 1_795_594_000
WHEN = ("--depart", "2026-11-25 17:30", "--window", "60", "--json")


def trip(name: str) -> TripSelector:
    return TripSelector(name, start_date=date(2026, 11, 25))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored_network(tmp_path_factory.mktemp("city"))


def planned(capsys: pytest.CaptureFixture[str], city: Path, *messages: Path) -> tuple[int, str, str]:
    options = [text for message in messages for text in ("--realtime", str(message))]
    with pytest.raises(SystemExit) as exited:
        main(["plan", "km", "sg", *WHEN, "--network", str(city), "--lang", "en", *options])
    assert isinstance(exited.value.code, int)
    return exited.value.code, *capsys.readouterr()


def test_a_delay_and_an_alert_are_told(capsys: pytest.CaptureFixture[str], city: Path, tmp_path: Path) -> None:
    updates, alerts = tmp_path / "updates.pb", tmp_path / "alerts.pb"
    late = TripUpdate(trip("t2"), stop_updates=(StopUpdate(stop_sequence=1, departure_delay=300),))
    updates.write_bytes(write_trip_updates([late], MADE))
    texts = {"ja": "工事", "en": "Works"}
    alerts.write_bytes(write_alerts([Alert("1", (InformedEntity(stop_id="sg"),), header=texts)], MADE))
    code, out, err = planned(capsys, city, updates, alerts)
    assert (code, err) == (0, "見本です。\nData: 手書き (CC0)\n")
    (itinerary,) = json.loads(out)["itineraries"]
    (leg,) = [leg for leg in itinerary["legs"] if "tripId" in leg]
    assert (leg["realTime"], leg["scheduled"], leg["cancelled"]) == (True, True, False)
    assert (leg["scheduledStartTime"], leg["startTime"]) == ("2026-11-25T08:45:00Z", "2026-11-25T08:50:00Z")
    assert (leg["to"]["scheduledArrival"], leg["to"]["arrival"]) == ("2026-11-25T09:05:00Z", "2026-11-25T09:10:00Z")
    (call,) = leg["intermediateStops"]
    assert (call["scheduledArrival"], call["arrival"]) == ("2026-11-25T08:49:00Z", "2026-11-25T08:54:00Z")
    assert [alert["headerText"] for alert in leg["alerts"]] == ["Works"]


def test_a_cancelled_trip_is_not_planned(capsys: pytest.CaptureFixture[str], city: Path, tmp_path: Path) -> None:
    message = tmp_path / "updates.pb"
    unknown = TripUpdate(trip("t9"), delay=60)
    message.write_bytes(write_trip_updates([TripUpdate(trip("t2"), TripRelationship.CANCELED), unknown], MADE))
    code, out, err = planned(capsys, city, message)
    assert (code, json.loads(out)["itineraries"]) == (1, [])
    assert "there is no trip 't9'" in err


def test_a_file_that_is_no_message_is_refused(capsys: pytest.CaptureFixture[str], city: Path, tmp_path: Path) -> None:
    message = tmp_path / "updates.pb"
    message.write_text("<html>")
    code, _, err = planned(capsys, city, message)
    assert (code, err.strip()) == (2, "kaiteki: updates.pb is no GTFS-Realtime message.")
