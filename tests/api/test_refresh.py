"""Itineraries of before, computed again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.network import Network
from tests.api.asking import Server
from tests.api.small_network import small_network

EVENING = {"fromPlace": "km", "toPlace": "sg", "time": "2026-11-25T08:30:00Z"}
ANY_MODE = {
    "fromPlace": "35.6431,140.0458", "toPlace": "35.6548,140.0310", "time": "2026-11-25T02:30:00Z",
    "directModes": "WALK,RENTAL,FLEX,ODM,BIKE",
    "preTransitModes": "WALK,RENTAL", "postTransitModes": "WALK,RENTAL,FLEX",
}  # fmt: skip


def later(network: Network, seconds: int) -> Network:
    """The same network with every run so much later."""
    timetable = network.snapshot.timetable
    trips = replace(
        timetable.trips,
        arrival=timetable.trips.arrival + np.int32(seconds),
        departure=timetable.trips.departure + np.int32(seconds),
    )
    return Network(replace(network.snapshot, timetable=replace(timetable, trips=trips)), network.manifest)


def test_p8_every_itinerary_is_found_again_by_its_id(makuhari: Network) -> None:
    server = Server(makuhari)
    body = server.answer("/api/v6/plan", **ANY_MODE)
    found = [*body["itineraries"], *body["direct"]]
    assert len(found) > 4
    for itinerary in found:
        again = server.answer("/api/v6/refresh-itinerary", itineraryId=itinerary["id"])
        assert again["id"] == itinerary["id"]
        for key in ("startTime", "endTime", "transfers"):
            assert again[key] == itinerary[key]
        assert [leg["mode"] for leg in again["legs"]] == [leg["mode"] for leg in itinerary["legs"]]


def test_new_times_are_told_beside_the_old(tmp_path: Path) -> None:
    network = small_network(tmp_path)
    (itinerary,) = Server(network).answer("/api/v6/plan", **EVENING, searchWindow=3600)["itineraries"]
    (leg,) = Server(later(network, 120)).answer("/api/v6/refresh-itinerary", itineraryId=itinerary["id"])["legs"]
    assert (leg["scheduledStartTime"], leg["startTime"]) == ("2026-11-25T08:45:00Z", "2026-11-25T08:47:00Z")
    assert (leg["scheduledEndTime"], leg["endTime"]) == ("2026-11-25T09:05:00Z", "2026-11-25T09:07:00Z")


def test_walks_move_with_the_ride_they_lead_to(makuhari: Network) -> None:
    asked = ANY_MODE | {"directModes": "WALK", "preTransitModes": "WALK", "postTransitModes": "WALK"}
    for itinerary in Server(makuhari).answer("/api/v6/plan", **asked)["itineraries"]:
        again = Server(later(makuhari, 60)).answer("/api/v6/refresh-itinerary", itineraryId=itinerary["id"])
        assert again["duration"] == itinerary["duration"]
        assert again["startTime"] > itinerary["startTime"]


def test_a_trip_that_no_longer_runs_is_named(tmp_path: Path) -> None:
    network = small_network(tmp_path)
    (itinerary,) = Server(network).answer("/api/v6/plan", **EVENING, searchWindow=3600)["itineraries"]
    timetable = network.snapshot.timetable
    idle = replace(timetable, service_active=np.zeros_like(timetable.service_active))
    cancelled = Server(Network(replace(network.snapshot, timetable=idle), network.manifest))
    assert cancelled.error(404, "/api/v6/refresh-itinerary", itineraryId=itinerary["id"]) == (
        "itineraryId: the trip t2 does not run on 2026-11-25 any more."
    )


@pytest.mark.parametrize("text", ["x", "eJw", "17|t2@20261125:km>sg", "é", "A" * 9000])
def test_what_is_no_id_is_refused(tmp_path: Path, text: str) -> None:
    told = Server(small_network(tmp_path)).error(400, "/api/v6/refresh-itinerary", itineraryId=text)
    assert told == f"itineraryId={text[:20]}…: this is no itinerary of this server."
