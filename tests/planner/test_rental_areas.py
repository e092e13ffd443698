"""Where a station has ground of its own a vehicle may be left anywhere on it; and what operators tell of rides."""

from dataclasses import replace
from datetime import datetime

import pytest

from planner.live_records import Alert, Period
from planner.model import RentalLeg
from planner.network import Network
from planner.plan import plan
from planner.request import PlanRequest, StreetMode
from planner.sharing import GeofencingRule, GeofencingZone, Polygon, SharingAlert
from tests.cities import STEP_M, City, small_city

CITY = City(lines={"r": "A E\n08:00 08:10"}, ports={"A": (3, 9), "J": (3, 9)})
BICYCLE = frozenset({StreetMode.RENTAL_BICYCLE})
MARGIN = 0.0005
CITY_A = "A"


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return small_city(tmp_path_factory.mktemp("areas"), CITY)


def around(*letters: str) -> Polygon:
    """A rectangle about the letters."""
    lat, lon = zip(*map(CITY.point, letters), strict=True)
    south, north, west, east = min(lat) - MARGIN, max(lat) + MARGIN, min(lon) - MARGIN, max(lon) + MARGIN
    return (((south, west), (south, east), (north, east), (north, west), (south, west)),)


def ridden(network: Network, destination: str, *, arrive_by: bool = False, **changes: object) -> list[RentalLeg]:
    """Rides from A on Wednesday, 25 November 2026, with the station at J or the system changed."""
    (system,) = network.snapshot.sharing
    at_j = {key: changes.pop(key) for key in ("area", "region", "is_returning") if key in changes}
    stations = tuple(replace(one, **at_j) if one.id.endswith("J") else one for one in system.stations)
    snapshot = replace(network.snapshot, sharing=(replace(system, stations=stations, **changes),))  # type: ignore[arg-type]
    moment = datetime(2026, 11, 25, 7, tzinfo=network.zone)
    request = PlanRequest(
        CITY.at("A"), CITY.at(destination), moment, direct_modes=BICYCLE, count=0, arrive_by=arrive_by
    )
    answer = plan(Network(snapshot, network.manifest), request)
    return [leg for one in answer.direct for leg in one.legs if isinstance(leg, RentalLeg)]


@pytest.mark.parametrize("arrive_by", [False, True])
def test_a_bicycle_is_left_on_the_ground_of_its_station(network: Network, arrive_by: bool) -> None:
    (docked,) = ridden(network, "F", arrive_by=arrive_by)
    (left,) = ridden(network, "F", arrive_by=arrive_by, area=(around("F", "J"),))
    assert (docked.destination.station_id is None, left.destination.station_id) == (False, None)
    assert (left.destination.lat, left.destination.lon) == pytest.approx(CITY.point("F"))
    (elsewhere,) = ridden(network, "F", arrive_by=arrive_by, area=(around("J"),))
    assert elsewhere == docked


def test_the_ground_of_a_station_that_takes_nothing_back_is_no_use(network: Network) -> None:
    rides = ridden(network, "F", area=(around("F", "J"),), is_returning=False)
    assert [leg.destination.station_id for leg in rides] == [CITY_A]


def told(
    alert_id: str, stations: tuple[str, ...] = (), regions: tuple[str, ...] = (), *periods: Period
) -> SharingAlert:
    return SharingAlert(Alert(alert_id, (), periods), stations, regions)


def test_a_ride_carries_what_is_told_of_its_stations_regions_and_system(network: Network) -> None:
    (system,) = network.snapshot.sharing
    j = next(one.id for one in system.stations if one.id.endswith("J"))
    seven = int(datetime(2026, 11, 25, 7, tzinfo=network.zone).timestamp())
    alerts = (
        told("system"),
        told("station", (j,)),
        told("elsewhere", ("nowhere",)),
        told("region", (), ("bay",)),
        told("hill", (), ("hill",)),
        told("past", (), (), Period(seven - 7200, seven - 3600)),
        told("now", (j,), (), Period(seven - 7200, seven + 60)),
    )
    (leg,) = ridden(network, "J", alerts=alerts, region="bay")
    assert [alert.id for alert in leg.alerts] == ["system", "station", "region", "now"]


def zone(*letters: str, **rule: object) -> GeofencingZone:
    allowed = {"ride_start_allowed": True, "ride_end_allowed": True, "ride_through_allowed": True}
    whole = {"vehicle_type_ids": (), "maximum_speed_kmh": None, "station_parking": None, **allowed, **rule}
    return GeofencingZone("", (around(*letters),), (GeofencingRule(**whole),))  # type: ignore[arg-type]


def metres_and_seconds(network: Network, **changes: object) -> tuple[float, float]:
    (leg,) = ridden(network, "J", **changes)
    return leg.distance_m, (leg.end - leg.start).total_seconds()


def test_a_ride_goes_round_a_zone_it_may_not_pass(network: Network) -> None:
    free, _ = metres_and_seconds(network)
    banned = (zone("C", "M", ride_through_allowed=False),)
    assert not [leg for leg in ridden(network, "J", zones=banned) if leg.destination.station_id == "J"]
    round_about, _ = metres_and_seconds(network, zones=(zone("C", "H", ride_through_allowed=False),))
    assert round_about == pytest.approx(free + 2 * STEP_M, rel=0.01)
    shielded = (zone("H"), *(zone("C", "H", ride_through_allowed=False),))
    assert metres_and_seconds(network, zones=shielded)[0] == pytest.approx(free, rel=0.01)


def test_a_ride_is_slow_where_a_zone_says_so(network: Network) -> None:
    metres, seconds = metres_and_seconds(network)
    everywhere = GeofencingRule((), True, True, True, 5.0, None)
    assert metres_and_seconds(network, global_rules=(everywhere,))[1] == pytest.approx(
        seconds + metres * 3.6 * (1 / 5 - 1 / 15), abs=2
    )
    assert metres_and_seconds(network, global_rules=(replace(everywhere, maximum_speed_kmh=30.0),))[1] == seconds
