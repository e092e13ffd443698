"""Answers in MOTIS' shape."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from api.motis import PlanResponse
from api.motis_answer import plan_response, wire_alerts
from planner.live_records import Alert, Period
from planner.model import Answer, RentalLeg
from planner.polyline import decode_polyline
from planner.reasons import InputField, Reason, RoutingError
from planner.request import Coordinate, PlanRequest, StopId
from tests.api.answers import ANSWER, BY_RAIL, at, nothing

REQUEST = PlanRequest(Coordinate(35.6431, 140.0458, 1.0), StopId("mono_kencho"), at("17:30"))
ITINERARY = {"duration", "startTime", "endTime", "transfers", "id", "legs"}
LEG = {
    "mode",
    "startTime",
    "endTime",
    "scheduledStartTime",
    "scheduledEndTime",
    "realTime",
    "scheduled",
    "duration",
    "from",
    "to",
    "legGeometry",
}
PLACE = {"name", "lat", "lon", "level"}
RENTAL = {"providerId", "providerGroupId", "systemId"}


def wire(answer: Answer) -> dict[str, Any]:
    text = TypeAdapter(PlanResponse).dump_json(plan_response(answer, REQUEST), by_alias=True, exclude_none=True)
    return json.loads(text)  # type: ignore[no-any-return]


def legs() -> list[dict[str, Any]]:
    body = wire(ANSWER)
    return [leg for itinerary in body["itineraries"] + body["direct"] for leg in itinerary["legs"]]


def test_every_required_property_of_the_body_is_there() -> None:
    assert set(wire(ANSWER)) >= {
        "requestParameters",
        "debugOutput",
        "from",
        "to",
        "direct",
        "itineraries",
        "previousPageCursor",
        "nextPageCursor",
    }


def test_what_an_operator_tells_of_a_ride_is_told_with_its_leg() -> None:
    ride = next(leg for one in ANSWER.itineraries + ANSWER.direct for leg in one.legs if isinstance(leg, RentalLeg))
    told = Alert("a", (), (Period(0, 3600),), effect="NO_SERVICE", header={"ja": "閉鎖", "en": "Closed"})
    (alert,) = wire_alerts(replace(ride, alerts=(told,)), ("en",)) or ()
    assert (alert.headerText, alert.effect) == ("Closed", "NO_SERVICE")
    assert [(period.start, period.end) for period in alert.impactPeriod] == [
        (datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, 1, tzinfo=UTC))
    ]
    assert wire_alerts(ride, ("en",)) is None


def test_every_itinerary_leg_and_place_has_its_required_properties() -> None:
    body = wire(ANSWER)
    assert all(set(itinerary) >= ITINERARY for itinerary in body["itineraries"] + body["direct"])
    for leg in legs():
        assert set(leg) >= LEG
        assert set(leg["from"]) >= PLACE
        assert set(leg["to"]) >= PLACE
        assert set(leg["legGeometry"]) == {"points", "precision", "length"}


def test_times_are_utc_in_rfc_3339() -> None:
    leg = legs()[1]
    assert (leg["startTime"], leg["from"]["departure"], leg["to"]["arrival"]) == (
        "2026-11-25T08:45:00Z",
        "2026-11-25T08:45:00Z",
        "2026-11-25T09:02:00Z",
    )


def test_modes_motis_lacks_are_named_by_their_neighbour_and_told_by_the_route_type() -> None:
    assert [(leg["mode"], leg.get("routeType")) for leg in legs()] == [
        ("WALK", None),
        ("REGIONAL_RAIL", 2),
        ("SUBWAY", 12),
        ("WALK", None),
        ("RENTAL", None),
        ("FLEX", None),
        ("ODM", None),
    ]


def test_a_ride_names_its_run_by_service_day() -> None:
    assert legs()[1]["tripId"] == "20261125_keiyo_1234"
    assert legs()[1]["intermediateStops"][0]["name"] == "検見川浜"


def test_a_rental_names_system_vehicle_and_return_rule() -> None:
    rental = legs()[4]["rental"]
    assert set(rental) >= RENTAL
    assert (rental["formFactor"], rental["propulsionType"], rental["returnConstraint"]) == (
        "BICYCLE",
        "ELECTRIC_ASSIST",
        "ANY_STATION",
    )


def test_the_demand_bus_tells_its_pickup_window() -> None:
    assert legs()[5]["from"]["flexEndPickupDropOffWindow"] == "2026-11-25T08:50:00Z"
    assert "flexStartPickupDropOffWindow" not in legs()[5]["to"]


def test_geometry_is_encoded_with_precision_6() -> None:
    geometry = legs()[0]["legGeometry"]
    assert (geometry["precision"], geometry["length"]) == (6, 2)
    assert decode_polyline(geometry["points"])[0] == pytest.approx((35.6431, 140.0458), abs=1e-9)


def test_each_paid_leg_points_to_its_product() -> None:
    itinerary = wire(ANSWER)["itineraries"][0]
    assert [leg.get("fareTransferIndex") for leg in itinerary["legs"]] == [None, 0, 1, None]
    products = itinerary["fareTransfers"][0]["effectiveFareLegProducts"][0]
    assert [(p["amount"], p["media"]["fareMediaType"], p["riderCategory"]["riderCategoryName"]) for p in products] == [
        (242.0, "TRANSIT_CARD", "adult"),
        (250.0, "PAPER_TICKET", "adult"),
        (121.0, "TRANSIT_CARD", "child"),
    ]
    assert BY_RAIL.price() is not None


def test_an_unknown_fare_is_left_out() -> None:
    assert "fareTransfers" not in wire(ANSWER)["direct"][1]


def test_the_question_is_repeated() -> None:
    assert wire(ANSWER)["requestParameters"] == {
        "fromPlace": "35.6431,140.0458,1",
        "toPlace": "mono_kencho",
        "time": "2026-11-25T08:30:00Z",
        "arriveBy": "false",
        "maxTransfers": "8",
        "pedestrianProfile": "FOOT",
    }


def test_a_reason_is_told_in_opentripplanners_words() -> None:
    body = wire(nothing(RoutingError(Reason.NO_STOPS_IN_RANGE, InputField.FROM)))
    assert body["routingErrors"] == [
        {
            "code": "NO_STOPS_IN_RANGE",
            "inputField": "FROM",
            "sentence": "出発地から行ける範囲に停留所・駅がありません。",
        }
    ]
    assert (body["itineraries"], body["direct"]) == ([], [])
