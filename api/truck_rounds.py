# ruff: noqa: N815
"""`/kaiteki/v1/missions/rounds`: a truck's round with a drone on its roof, planned at once."""

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field

from api.errors import UnknownPlaceError
from api.fleet_order import Speed
from api.metric_texts import texts_of
from api.mission_map import Feature, lon_lat, place_point
from api.run_shapes import MissionSummary, Texts
from drones.truck_round import DEPOT, Stretch, TruckRound
from scenarios.drone_truck import TruckScenario, read_truck_round, with_and_without
from scenarios.shipped import ShippedScenario, shipped_rounds

truck_rounds_router = APIRouter(prefix="/missions/rounds", tags=["drones"])


class RoundOrder(BaseModel):
    """A round to be planned: one that comes with the program."""

    model_config = ConfigDict(extra="forbid")

    round: str = Field(min_length=1, max_length=60, examples=["drone-truck-round"])
    seed: int = Field(0, ge=0, le=2**31 - 1, description="of the search")
    wind: tuple[Speed, Speed] | None = Field(None, description="to the east and the north in m/s; default: the round's")


@dataclass(frozen=True, slots=True)
class RoundSummary(MissionSummary):
    """A round that comes with the program, with its stops, the depot first."""

    stops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoundList:
    """Body of an answer to `/kaiteki/v1/missions/rounds`."""

    rounds: tuple[RoundSummary, ...]


@dataclass(frozen=True, slots=True)
class RoundStretch:
    """From one meeting of truck and drone to the next: the truck's stops, and the one that the drone serves meanwhile.

    One stop alone is where the truck waits for the drone. Times are seconds after the start.
    """

    beginS: float
    seconds: float
    truck: tuple[str, ...]
    drone: str | None


@dataclass(frozen=True, slots=True)
class RoundAnswer:
    """A planned round. No round takes less than `boundS`; the truck alone takes `aloneS`.

    Features of `geojson` carry `role`: stop (`by` truck or drone, none at the depot), drive, flight.
    """

    round: str
    title: Texts
    seed: int
    windMs: tuple[float, float]
    seconds: float
    aloneS: float
    boundS: float
    stretches: tuple[RoundStretch, ...]
    geojson: dict[str, Any]


@truck_rounds_router.get("")
def rounds() -> RoundList:
    """Rounds that come with the program."""
    return RoundList(tuple(_summary(one) for one in shipped_rounds().values()))


@truck_rounds_router.post("")
def plan_round(order: Annotated[RoundOrder, Body()]) -> RoundAnswer:
    """Who of truck and drone brings which parcel, in the least time, as `kaiteki drones fleet` plans it."""
    known = shipped_rounds()
    if order.round not in known:
        raise UnknownPlaceError("round", f"round={order.round}: there is none; known are {', '.join(known)}.")
    scenario = read_truck_round(known[order.round].path, order.wind)
    found, alone = with_and_without(scenario, order.seed)
    return RoundAnswer(
        round=order.round,
        title=texts_of("mission_titles", order.round, scenario.name),
        seed=order.seed,
        windMs=scenario.wind,
        seconds=found.seconds,
        aloneS=alone.seconds,
        boundS=found.bound_s,
        stretches=_stretches(scenario, found),
        geojson={"type": "FeatureCollection", "features": _features(scenario, found)},
    )


def _summary(shipped: ShippedScenario) -> RoundSummary:
    return RoundSummary(
        name=shipped.name,
        title=texts_of("mission_titles", shipped.name, shipped.title),
        facts=texts_of("mission_about", shipped.name, shipped.about),
        stops=read_truck_round(shipped.path).stops,
    )


def _stretches(scenario: TruckScenario, found: TruckRound) -> tuple[RoundStretch, ...]:
    begins = accumulate((one.seconds for one in found.stretches), initial=0.0)
    return tuple(
        RoundStretch(
            begin,
            one.seconds,
            tuple(scenario.stops[stop] for stop in one.truck),
            None if one.drone is None else scenario.stops[one.drone],
        )
        for begin, one in zip(begins, found.stretches, strict=False)
    )


def _features(scenario: TruckScenario, found: TruckRound) -> list[Feature]:
    """Stops, and straight lines for drives and flights: how streets run does not matter to the times."""
    flown = {one.drone for one in found.stretches}
    features = []
    for stop, (name, place) in enumerate(zip(scenario.stops, scenario.places, strict=True)):
        by = None if stop == DEPOT else "drone" if stop in flown else "truck"
        features.append(place_point(place, {"role": "stop", "id": name, "by": by}))
    for one in found.stretches:
        features += [_line(scenario, ends, "drive") for ends in pairwise(one.truck)]
        features += [_line(scenario, ends, "flight") for ends in _flight(one)]
    return features


def _flight(stretch: Stretch) -> list[tuple[int, int]]:
    """From where the drone leaves the truck to its stop, and on to where they meet."""
    if stretch.drone is None:
        return []
    return [(stretch.truck[0], stretch.drone), (stretch.drone, stretch.truck[-1])]


def _line(scenario: TruckScenario, ends: tuple[int, int], role: str) -> Feature:
    coordinates = [lon_lat(*scenario.places[stop]) for stop in ends]
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": coordinates},
        "properties": {"role": role},
    }
