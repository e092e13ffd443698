"""Where the vehicles of a city's day are and who waits where, for a map that plays it again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scenarios.city_scenario import read_city_scenario
from scenarios.city_setups import city_setup_of
from scenarios.positions import Point, Replay, StopOnMap, VehicleOnMap
from scenarios.run_tables import read_columns
from simulator.city import CitySetup, facts_of, town

MOVES = frozenset({"ENTERED", "ARRIVED", "DEPARTED", "LEFT"})
QUEUES = {"JOINED": 1, "BOARDED": -1, "LEFT_QUEUE": -1}
"""Events that change how many wait at a point, and by how many."""

MARGIN_DEG = 0.006
"""Around the places that people of the city go to."""

Row = tuple[float, str, int | None, int, int]
"""Time, kind, vehicle, point and load of an event."""


@dataclass(frozen=True, slots=True)
class CityReplay:
    """A day on a map.

    Attributes
    ----------
    fleets : dict of str to range
        Numbers of vehicles by the name of their fleet; a line's has several.
    box : (Point, Point)
        South-west and north-east corner of where people of the city go.
    """

    replay: Replay
    fleets: tuple[tuple[str, range], ...]
    box: tuple[Point, Point]

    def fleet_of(self, vehicle: int) -> str:
        """The name of a vehicle's fleet."""
        return next((name for name, numbers in self.fleets if vehicle in numbers), "")


def city_replay_of(run: Path, replication: int = 0) -> CityReplay:
    """Read a replication of a city's run for a map; vehicles go straight from call to call.

    A shared vehicle is there while it is ridden, in a track of its own each time.

    Raises
    ------
    RequestError
        There is no such replication.
    """
    setup = city_setup_of(*read_city_scenario(run / "scenario.toml"))
    columns = read_columns(run, "events", replication, ["time_s", "kind", "vehicle", "position", "load"])
    rows: list[Row] = list(zip(*columns.values(), strict=True))
    around = town(setup.place)
    at = list(zip(around.lat.tolist(), around.lon.tolist(), strict=True))
    stops = tuple(StopOnMap(around.names[point], *at[point], *steps) for point, steps in _queues(rows).items())
    tracks = (*_tracks(rows, at), *_rides(rows, at))
    begin_s, end_s = (rows[0][0], rows[-1][0]) if rows else (setup.from_s, setup.from_s)
    fleets = tuple((kept.name, range(kept.first, kept.end)) for kept in facts_of(setup).fleets)
    return CityReplay(Replay(replication, begin_s, end_s, (), stops, tracks), fleets, _box(setup))


def _queues(rows: Iterable[Row]) -> dict[int, tuple[tuple[float, ...], tuple[int, ...]]]:
    """By point: moments at which the number waiting changes, and the number from then on."""
    steps: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for time_s, kind, _, point, _ in rows:
        if change := QUEUES.get(kind):
            seen = steps[point]
            seen.append((time_s, (seen[-1][1] if seen else 0) + change))
    return {point: (tuple(t for t, _ in seen), tuple(n for _, n in seen)) for point, seen in sorted(steps.items())}


def _tracks(rows: Iterable[Row], at: list[Point]) -> Iterator[VehicleOnMap]:
    """Vehicles with drivers, and trucks, which are where they load before they are seen to arrive anywhere."""
    moves: dict[int, list[tuple[float, float, float, int]]] = defaultdict(list)
    for time_s, kind, vehicle, point, load in rows:
        if vehicle is not None and (kind in MOVES or kind == "MOVED"):
            seen = moves[vehicle]
            on_board = load if kind != "MOVED" else (seen[-1][3] if seen else 0) + load
            seen.append((round(time_s, 1), *at[point], on_board))
    for vehicle, seen in sorted(moves.items()):
        yield _track(vehicle, seen)


def _rides(rows: Iterable[Row], at: list[Point]) -> Iterator[VehicleOnMap]:
    """Shared vehicles from port to port."""
    taken: dict[int, tuple[float, float, float, int]] = {}
    for time_s, kind, vehicle, point, _ in rows:
        if vehicle is None or kind not in ("UNLOCKED", "LOCKED"):
            continue
        here = (round(time_s, 1), *at[point], int(kind == "UNLOCKED"))
        if kind == "UNLOCKED":
            taken[vehicle] = here
        else:
            yield _track(vehicle, [taken.pop(vehicle), here])


def _track(vehicle: int, seen: list[tuple[float, float, float, int]]) -> VehicleOnMap:
    times, lat, lon, load = zip(*seen, strict=True)
    return VehicleOnMap(vehicle, times, lat, lon, load)


def _box(setup: CitySetup) -> tuple[Point, Point]:
    sites = [site for site in setup.place.sites if not site.stops] or list(setup.place.sites)
    lat, lon = [site.lat for site in sites], [site.lon for site in sites]
    return (min(lat) - MARGIN_DEG, min(lon) - MARGIN_DEG), (max(lat) + MARGIN_DEG, max(lon) + MARGIN_DEG)
