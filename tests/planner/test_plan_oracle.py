"""Plans of small cities equal those of Dijkstra's method on a time-expanded graph, and keep the invariants."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.network import Network
from planner.plan import plan
from planner.request import PlanRequest, StreetMode
from tests.cities import City, small_city
from tests.planner.door_to_door import earliest_arrival
from tests.properties.invariants import check, soonest

MIDNIGHT = datetime(2026, 11, 25)
LETTERS = "ABCDEFGHIJKLMNO"
LIMIT_S = 1500
NEARLY_A_DAY_S = 86_000
RENTED = [("WALK", "WALK"), ("RENTAL_BICYCLE", "WALK"), ("WALK", "RENTAL_BICYCLE")]
DRIVEN = [("BIKE", "WALK"), ("E_BIKE", "WALK"), ("CAR_DROPOFF", "WALK"), ("WALK", "CAR_DROPOFF")]
Means = list[tuple[str, str]]


@st.composite
def cities(draw: st.DrawFn) -> City:
    """Any streets between fifteen letters, up to three lines with up to three buses, up to four ports."""
    across = draw(st.lists(st.sampled_from("---."), min_size=12, max_size=12))
    down = draw(st.lists(st.sampled_from("||: "), min_size=10, max_size=10))
    rows = []
    for r in range(3):
        letters = LETTERS[5 * r : 5 * r + 5]
        rows.append("".join(a + 3 * sign for a, sign in zip(letters, [*across[4 * r : 4 * r + 4], ""], strict=True)))
        if r < 2:
            rows.append("   ".join(down[5 * r : 5 * r + 5]))
    lines = {f"line{i}": draw(timetables()) for i in range(draw(st.integers(1, 3)))}
    port = st.tuples(st.integers(0, 2), st.integers(0, 2))
    ports = draw(st.dictionaries(st.sampled_from(LETTERS), port, max_size=4))
    no_parking = "".join(sorted(draw(st.sets(st.sampled_from(sorted(ports) or ["A"]), max_size=1))))
    return City("\n".join(rows), lines, ports, no_parking)


@st.composite
def timetables(draw: st.DrawFn) -> str:
    """One line of two to four stops; some buses run over midnight."""
    stops = draw(st.lists(st.sampled_from(LETTERS), min_size=2, max_size=4, unique=True))
    text = [" ".join(stops)]
    for _ in range(draw(st.integers(1, 3))):
        time = draw(st.sampled_from([8 * 60, 8 * 60 + 10, 24 * 60 + 10])) + draw(st.integers(0, 15))
        times = []
        for _ in stops:
            times.append(f"{time // 60:02}:{time % 60:02}")
            time += draw(st.integers(1, 6))
        text.append(" ".join(times))
    return "\n".join(text)


def small(city: City) -> tuple[TemporaryDirectory[str], Network]:
    folder = TemporaryDirectory()
    return folder, small_city(Path(folder.name), city)


@pytest.mark.parametrize(
    ("cases", "every"),
    [(40, RENTED), (15, DRIVEN), *(pytest.param(2000, means, marks=pytest.mark.long) for means in (RENTED, DRIVEN))],
)
def test_the_earliest_arrival_is_that_of_dijkstra_on_a_time_expanded_graph(cases: int, every: Means) -> None:
    @settings(
        max_examples=cases, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(cities(), st.data())
    def agrees(city: City, data: st.DataObject) -> None:
        folder, network = small(city)
        with folder:
            for _ in range(2):
                origin, destination = data.draw(st.permutations(LETTERS))[:2]
                start = data.draw(st.sampled_from([20 * 60, 7 * 3600 + 40 * 60, 8 * 3600])) + data.draw(
                    st.integers(0, 1200)
                )
                for means in every:
                    compare(network, city, (origin, destination, start), means)

    agrees()


def compare(network: Network, city: City, ask: tuple[str, str, int], means: tuple[str, str]) -> None:
    moment = MIDNIGHT.replace(tzinfo=network.zone) + timedelta(seconds=ask[2])
    request = PlanRequest(
        city.at(ask[0]),
        city.at(ask[1]),
        moment,
        window_s=1700,
        count=1000,
        access_modes=frozenset({StreetMode(means[0])}),
        egress_modes=frozenset({StreetMode(means[1])}),
        direct_modes=frozenset(),
        max_access_s=LIMIT_S,
        max_egress_s=LIMIT_S,
    )
    answer = plan(network, request)
    check(network, request, answer)
    expected = earliest_arrival(city, ask, means, LIMIT_S)
    found = soonest(answer.itineraries)
    if found == float("inf"):
        # Only departures of the next half hour were asked for; now those of nearly a day.
        wide = plan(network, replace(request, window_s=NEARLY_A_DAY_S)).itineraries
        assert bool(wide) or expected is None or expected > ask[2] + NEARLY_A_DAY_S
        assert expected is not None or not wide
    else:
        assert expected is not None
        assert round(found - moment.timestamp()) == expected - ask[2]
