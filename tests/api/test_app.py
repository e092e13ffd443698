"""The server, asked as MOTIS clients ask."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import VERSIONS, create_app
from api.cli_plan import plan_json
from api.geocode_requests import GeocodeQuery
from api.plan import plan_request
from api.requests import PlanQuery
from api.served import Served
from planner.network import Network
from planner.plan import plan
from tests.api.small_network import small_network

Get = Callable[..., httpx.Response]
ODD = st.sampled_from(
    ["", ",", "-1", "0", "1e9", "nan", "true", "35.6,140.0", "35.6,140.0,inf", "35,999", "9999-12-31T23:59:59Z",
     "0001-01-01T00:00:00+14:00", "LATER|0|1", "EARLIER|99999999999999|1", "LATER|253402300000|253402300001",
     "EARLIER|-62135596800|-62135596000", "RENTAL", "ODM,FLEX", "WHEELCHAIR", "\x00", "²"]
)  # fmt: skip
EVENING = {"fromPlace": "km", "toPlace": "sg", "time": "2026-11-25T08:30:00Z", "searchWindow": "3600"}


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return small_network(tmp_path_factory.mktemp("feed"))


@pytest.fixture(scope="module")
def get(network: Network) -> Get:
    app = create_app(network)

    def ask(path: str, **parameters: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://kaiteki") as client:
                return await client.get(path, params=parameters)

        return asyncio.run(asked())

    return ask


def error_of(response: httpx.Response, status: int) -> str:
    assert response.status_code == status, response.text
    assert set(response.json()) == {"error"}
    return str(response.json()["error"])


def test_a_train_is_found(get: Get) -> None:
    (itinerary,) = get("/api/v6/plan", **EVENING).json()["itineraries"]
    (leg,) = itinerary["legs"]
    assert (leg["startTime"], leg["endTime"]) == ("2026-11-25T08:45:00Z", "2026-11-25T09:05:00Z")
    assert (leg["from"]["stopId"], leg["to"]["stopId"], leg["tripId"]) == ("km", "sg", "20261125_t2")
    assert [call["name"] for call in leg["intermediateStops"]] == ["検見川浜"]


def test_every_version_gives_the_same_answer(get: Get) -> None:
    bodies = {get(f"/api/{version}/plan", **EVENING).text for version in VERSIONS}
    assert len(bodies) == 1


def test_the_command_line_prints_the_same_octets(get: Get, network: Network) -> None:
    query = PlanQuery.model_validate(EVENING)
    request = plan_request(query, Served(network).city.locate, datetime.now(UTC), network)
    assert plan_json(plan(network, request), request) == get("/api/v6/plan", **EVENING).text


def test_lists_are_written_with_commas_or_repeated(get: Get) -> None:
    with_commas = get("/api/v6/plan", **EVENING, transitModes="RAIL,BUS")
    repeated = get("/api/v6/plan", **EVENING, transitModes=["RAIL", "BUS"])
    assert with_commas.text == repeated.text
    assert len(with_commas.json()["itineraries"]) == 1
    assert get("/api/v6/plan", **EVENING, transitModes="BUS,FERRY").json()["itineraries"] == []


def test_a_question_of_the_fptf_client_is_answered(get: Get) -> None:
    asked = {
        "fromPlace": "km",
        "toPlace": "sg",
        "time": "2026-11-25T08:30:00.000Z",
        "maxTransfers": "2",
        "minTransferTime": "5",
        "detailedTransfers": "false",
        "transitModes": "TRANSIT",
        "numItineraries": "3",
        "arriveBy": "false",
    }
    assert get("/api/v6/plan", **asked).json()["itineraries"]


def test_the_next_page_continues(get: Get) -> None:
    first = get("/api/v6/plan", **EVENING).json()
    later = get("/api/v6/plan", **(EVENING | {"pageCursor": first["nextPageCursor"]})).json()
    back = get("/api/v6/plan", **(EVENING | {"pageCursor": later["previousPageCursor"]})).json()
    assert later["itineraries"] == []
    assert back["itineraries"] == first["itineraries"]


def test_zero_itineraries_are_a_legal_wish(get: Get) -> None:
    assert get("/api/v6/plan", **EVENING, numItineraries=0).json()["itineraries"] == []


def test_outside_the_service_period_the_reason_says_so(get: Get) -> None:
    body = get("/api/v6/plan", **(EVENING | {"time": "2027-11-25T08:30:00Z"})).json()
    assert body["itineraries"] == []
    told = "このネットワークの時刻表は2026-11-01から2026-11-30までです。"
    assert body["routingErrors"] == [
        {
            "code": "OUTSIDE_SERVICE_PERIOD",
            "inputField": "DATE_TIME",
            "sentence": told,
        }
    ]


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"foo": "1"}, "there is no parameter foo."),
        ({"transitModes": "HOVER"}, "transitModes=HOVER: Input should be 'TRANSIT'"),
        ({"time": "2026-11-25T08:30:00"}, "time=2026-11-25T08:30:00: a time needs its offset"),
        ({"time": "soon"}, "time=soon: "),
        ({"elevationCosts": "SOME"}, "elevationCosts=SOME: Input should be 'NONE'"),
        ({"transferTimeFactor": "0.9"}, "transferTimeFactor=0.9: "),
        ({"via": "kg,km,sg"}, "via="),
        ({"maxTransfers": "-1"}, "maxTransfers=-1: "),
        ({"toPlace": "140.1,35.6"}, "140.1,35.6 is no point on Earth"),
        ({"pageCursor": "zz"}, "pageCursor=zz: this is no page cursor"),
        ({"pageCursor": "LATER|0|99999999999"}, "pageCursor=LATER|0|99999999999: this page is longer than a day"),
        ({"pageCursor": "LATER|9|8"}, "pageCursor=LATER|9|8: this page"),
    ],
)
def test_bad_parameters_are_named(get: Get, parameters: dict[str, str], sentence: str) -> None:
    assert error_of(get("/api/v6/plan", **(EVENING | parameters)), 400).startswith(sentence)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(sorted(PlanQuery.model_fields)), st.one_of(st.text(max_size=12), ODD), max_size=4),
    st.booleans(),
)
def test_no_question_breaks_the_server(get: Get, changed: dict[str, str], with_times: bool) -> None:
    asked = (EVENING if with_times else {"fromPlace": "km", "toPlace": "kg"}) | changed
    response = get("/api/v6/plan", **asked)
    assert response.status_code in (200, 400, 404), response.text
    assert response.status_code == 200 or set(response.json()) == {"error"}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(sorted(GeocodeQuery.model_fields)), st.one_of(st.text(max_size=12), ODD)))
def test_no_name_breaks_the_server(get: Get, asked: dict[str, str]) -> None:
    response = get("/api/v1/geocode", **asked)
    assert response.status_code in (200, 400), response.text


def test_a_long_value_is_not_repeated_whole(get: Get) -> None:
    assert len(error_of(get("/api/v1/geocode", text="x" * 1000), 400)) < 200


def test_a_missing_parameter_is_named(get: Get) -> None:
    assert error_of(get("/api/v6/plan", fromPlace="km"), 400) == "the parameter toPlace is missing."


def test_an_unknown_stop_is_not_found(get: Get) -> None:
    response = get("/api/v6/plan", **(EVENING | {"fromPlace": "xx"}))
    assert error_of(response, 404) == "fromPlace=xx: there is no such stop in this network."


def test_an_unknown_address_is_not_found(get: Get) -> None:
    assert error_of(get("/api/v9/plan"), 404) == "Not Found"


def test_a_name_is_geocoded(get: Get) -> None:
    match = get("/api/v1/geocode", text="かいひんまくはり").json()[0]
    assert {"type", "name", "id", "lat", "lon", "tokens", "areas", "score"} <= set(match)
    assert (match["type"], match["name"], match["id"]) == ("STOP", "海浜幕張", "km")


def test_what_is_geocoded_can_be_planned_to(get: Get) -> None:
    (match,) = get("/api/v1/geocode", text="幕張メッセ", type="PLACE").json()
    assert match["id"] == "messe"
    body = get("/api/v6/plan", **(EVENING | {"fromPlace": match["id"]})).json()
    assert body["from"]["name"] == "幕張メッセ"
    assert body["itineraries"]


def test_names_are_given_in_the_language_asked_for(get: Get) -> None:
    assert get("/api/v1/geocode", text="蘇我", language="en").json()[0]["name"] == "Soga"


def test_a_point_is_geocoded_back(get: Get) -> None:
    (match,) = get("/api/v1/reverse-geocode", place="35.6487,140.0419", numResults=1).json()
    assert match["id"] == "km"
    (match,) = get("/api/v1/reverse-geocode", place="35.6487,140.0419", numResults=1, type="PLACE").json()
    assert match["id"] == "messe"
    assert error_of(get("/api/v1/reverse-geocode", place="here"), 400) == "place=here: this is no lat,lon."


def test_the_server_is_well(get: Get) -> None:
    assert get("/api/v1/health").json() == {"rt": {}, "gbfs": {}}


def test_the_description_has_each_path_once_with_examples(get: Get) -> None:
    description = get("/openapi.json").json()
    assert {path for path in description["paths"] if path.startswith("/api/")} == {
        "/api/v6/plan", "/api/v6/stoptimes", "/api/v6/stop", "/api/v6/trip",
        "/api/v6/map/stops", "/api/v6/map/trips", "/api/v6/one-to-all", "/api/v6/refresh-itinerary",
        "/api/v1/geocode", "/api/v1/reverse-geocode", "/api/v1/health", "/api/v1/one-to-many", "/api/v1/rentals",
        "/api/v1/map/initial", "/api/v1/map/levels",
    }  # fmt: skip
    parameters = {p["name"]: p for p in description["paths"]["/api/v6/plan"]["get"]["parameters"]}
    assert parameters["fromPlace"]["schema"]["examples"] == ["35.6431,140.0458"]
    leg = description["components"]["schemas"]["WireLeg"]
    assert {"from", "to", "mode"} <= set(leg["required"])


def test_the_network_covers_november(network: Network) -> None:
    assert network.snapshot.timetable.validity == (date(2026, 11, 1), date(2026, 11, 30))
