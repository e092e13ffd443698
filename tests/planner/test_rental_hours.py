"""A shared bicycle is taken while its system is open, and given back at any time."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from planner.model import RentalLeg
from planner.network import Network
from planner.plan import plan
from planner.request import PlanRequest, StreetMode
from tests.cities import City, small_city

CITY = City(lines={"r": "A E\n08:00 08:10"}, ports={"A": (3, 9), "J": (3, 9)})
BICYCLE = frozenset({StreetMode.RENTAL_BICYCLE})


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return small_city(tmp_path_factory.mktemp("hours"), CITY)


def taken(
    network: Network, hours: str, clock: str, *, arrive_by: bool = False, origin: str = "A", holiday: int = 0
) -> list[str]:
    """When a bicycle is taken at A (or on the way to it from elsewhere) to J on Wednesday, 25 November 2026.

    `holiday` is a day of that month.
    """
    (system,) = network.snapshot.sharing
    holidays = (date(2026, 11, holiday).toordinal(),) if holiday else ()
    snapshot = replace(network.snapshot, sharing=(replace(system, opening_hours=hours, holidays=holidays),))
    moment = datetime.fromisoformat(f"2026-11-25T{clock}").replace(tzinfo=network.zone)
    request = PlanRequest(CITY.at(origin), CITY.at("J"), moment, direct_modes=BICYCLE, count=0, arrive_by=arrive_by)
    answer = plan(Network(snapshot, network.manifest), request)
    return [f"{leg.start:%a %H:%M}" for one in answer.direct for leg in one.legs if isinstance(leg, RentalLeg)]


@pytest.mark.parametrize(
    ("hours", "clock", "when"),
    [
        ("24/7", "05:00", ["Wed 05:00"]),
        ("06:00-22:00", "07:00", ["Wed 07:00"]),
        ("06:00-22:00", "05:30", ["Wed 06:00"]),
        ("06:00-22:00", "21:59", ["Wed 21:59"]),
        ("06:00-22:00", "22:30", []),
        ("22:00-02:00", "01:30", ["Wed 01:30"]),
        ("Mo,Tu 22:00-26:00; We off", "01:30", ["Wed 01:30"]),
        ("We 06:00-22:00", "01:30", []),
        ("Sa-Su 06:00-22:00", "12:00", []),
        ("no words", "12:00", ["Wed 12:00"]),
    ],
)
def test_a_bicycle_is_taken_within_the_hours(network: Network, hours: str, clock: str, when: list[str]) -> None:
    assert taken(network, hours, clock) == when


@pytest.mark.parametrize(
    ("hours", "holiday", "clock", "when"),
    [
        ("06:00-22:00; PH off", 25, "07:00", []),
        ("06:00-22:00; PH off", 23, "07:00", ["Wed 07:00"]),
        ("Mo-Fr 06:00-22:00; PH 10:00-18:00", 25, "09:30", ["Wed 10:00"]),
        ("Sa,Su,PH 10:00-18:00", 25, "12:00", ["Wed 12:00"]),
        ("Sa,Su,PH 10:00-18:00", 0, "12:00", []),
        ("06:00-22:00; PH 20:00-26:00", 24, "01:30", ["Wed 01:30"]),
        ("06:00-22:00; SH off", 25, "07:00", ["Wed 07:00"]),
    ],
)
def test_holidays_have_hours_of_their_own(
    network: Network, hours: str, holiday: int, clock: str, when: list[str]
) -> None:
    assert taken(network, hours, clock, holiday=holiday) == when


def test_to_arrive_after_closing_one_leaves_before(network: Network) -> None:
    (at_night,) = taken(network, "06:00-22:00", "22:03", arrive_by=True)
    assert "Wed 21:5" < at_night <= "Wed 22:00"


def test_one_walks_to_the_port_before_it_opens(network: Network) -> None:
    assert taken(network, "06:00-22:00", "05:50", origin="F") == ["Wed 06:00"]
    assert taken(network, "06:00-22:00", "21:58", origin="F") == []
