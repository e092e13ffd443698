"""Ways whose hours differ by weekday and holiday: searched by date, and between stops only where open on every day."""

from datetime import date, datetime

import pytest

from feeds.holidays import public_holidays
from planner.network import Network
from planner.opening_hours import hours_of, spans_on
from planner.plan import plan
from planner.request import PlanRequest, StreetMode
from planner.way_hours import hours_by_day, moment_at, open_rows, turns_within
from tests.cities import STEP_M, City, small_city
from tests.planner.street_maps import WAYS

HOURS = "Mo-Fr 08:00-20:00; Sa 10:00-26:00; PH off"
GATED = WAYS | {"&": {"highway": "footway", "opening_hours": HOURS}}
CITY = City(streets="A&&&B\n|   |\nC---D", lines={"r": "A B\n08:00 08:10"}, ways=GATED)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return small_city(tmp_path_factory.mktemp("gate"), CITY)


def walked(network: Network, moment: str, *, arrive_by: bool = False) -> float:
    """Steps between letters on the way from A to B."""
    when = datetime.fromisoformat(moment).replace(tzinfo=network.zone)
    modes = frozenset({StreetMode.WALK})
    request = PlanRequest(CITY.at("A"), CITY.at("B"), when, direct_modes=modes, count=0, arrive_by=arrive_by)
    (way,) = plan(network, request).direct
    return round(sum(leg.distance_m for leg in way.legs) / STEP_M, 2)


@pytest.mark.parametrize(
    ("moment", "steps"),
    [
        ("2026-11-24T12:00", 1),  # Tuesday
        ("2026-11-24T07:59", 3),
        ("2026-11-24T20:00", 3),
        ("2026-11-23T12:00", 3),  # Monday, a holiday
        ("2026-11-28T09:00", 3),  # Saturday
        ("2026-11-28T12:00", 1),
        ("2026-11-29T01:59", 1),  # Sunday, Saturday's night
        ("2026-11-29T02:00", 3),
        ("2026-11-29T12:00", 3),
    ],
)
def test_a_gate_is_open_by_weekday_and_holiday(network: Network, moment: str, steps: float) -> None:
    assert walked(network, moment) == steps


def test_to_arrive_by_a_moment_counts_too(network: Network) -> None:
    assert walked(network, "2026-11-24T12:00", arrive_by=True) == 1
    assert walked(network, "2026-11-23T12:00", arrive_by=True) == 3


def test_walks_between_stops_use_a_gate_while_it_is_open_on_every_day(network: Network) -> None:
    foot = network.snapshot.footpaths["foot"]
    stops = list(network.snapshot.timetable.stops.ids)
    a, b = (next(row for row, one in enumerate(stops) if one.endswith(letter)) for letter in "AB")
    between = [int(s) for f, t, s in zip(foot.start, foot.to, foot.seconds, strict=True) if {int(f), int(t)} == {a, b}]
    assert min(between) == pytest.approx(3 * STEP_M / 1.25, abs=2)


@pytest.mark.parametrize(
    ("text", "common"),
    [
        ("Mo-Fr 08:00-20:00; Sa,Su 10:00-22:00", (10, 20)),
        ("Mo-Su 06:00-10:00,12:00-20:00", (12, 20)),
        ("Mo-Sa 22:00-26:00; Su 20:00-24:00", (22, 24)),
        ("Mo-Fr 08:00-20:00", (0, 0)),
        ("08:00-20:00; PH 12:00-16:00", (12, 16)),
        ("Apr-Oct 06:00-20:00; Nov-Mar 07:00-18:00", (0, 0)),
    ],
)
def test_what_all_days_have_in_common(text: str, common: tuple[int, int]) -> None:
    hours = hours_by_day(text)
    assert (hours.opens / 3600, hours.closes / 3600) == common


def test_moments_between_which_nothing_opens_or_closes(network: Network) -> None:
    assert network.snapshot.street_side is not None
    streets = network.snapshot.street_side.streets
    first, last = moment_at(date(2026, 11, 27), 0), moment_at(date(2026, 11, 29), 12 * 3600)
    turns = turns_within(streets, first, last)
    expected = [(27, 8), (27, 20), (28, 10), (29, 2)]
    assert turns == [moment_at(date(2026, 11, day), hour * 3600) for day, hour in expected]
    states = [open_rows(streets, moment) for moment in range(first, last, 1800)]
    changes = [first + 1800 * i for i in range(1, len(states)) if states[i] != states[i - 1]]
    assert changes == turns


def test_a_holiday_by_the_timezone_of_the_feed() -> None:
    first, last = (date(2026, 11, day).toordinal() for day in (1, 30))
    assert public_holidays("Asia/Tokyo", first, last) == tuple(date(2026, 11, day).toordinal() for day in (3, 23))
    assert public_holidays("Mars/Base", first, last) == ()


def test_a_rule_of_holidays_goes_before_the_weekday() -> None:
    rules, day = hours_of("Mo-Fr 08:00-20:00; PH 10:00-12:00"), date(2026, 11, 23)
    assert spans_on(rules, day) == ((8 * 3600, 20 * 3600),)
    assert spans_on(rules, day, is_holiday=True) == ((10 * 3600, 12 * 3600),)
    assert spans_on(hours_of("PH off"), day) == () == spans_on(hours_of("Sa,PH 10:00-12:00"), day)
