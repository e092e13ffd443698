"""What is asked of a fleet's day: `FleetDayOrder`, and the fleet that is left for it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.errors import UnknownPlaceError
from planner.errors import RequestError
from scenarios.drone_fleet import FleetScenario, read_fleet
from scenarios.shipped import shipped_fleet_days

LONGEST_SEARCH_S, MOST_DAYS = 300.0, 100

Speed = Annotated[float, Field(ge=-60, le=60, allow_inf_nan=False)]

RESULT, FILES = "result.json", "files"
"""In a job's folder: the answer, and the folder of its tables."""


class FleetDayOrder(BaseModel):
    """A day to be scheduled: one that comes with the program, and how thoroughly."""

    model_config = ConfigDict(extra="forbid")

    fleetDay: str = Field(min_length=1, max_length=60, examples=["drone-tv-helicopter"])  # noqa: N815
    seconds: float = Field(20.0, ge=0.1, le=LONGEST_SEARCH_S, allow_inf_nan=False, description="for the search")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="of the search and of the days played")
    days: int = Field(20, ge=0, le=MOST_DAYS, description="to play with gusts, delays and mishaps")
    wind: Annotated[list[tuple[Speed, Speed]], Field(min_length=1, max_length=24)] | None = Field(
        None, description="to the east and the north in m/s, hour by hour from midnight; default: the day's own"
    )
    without: list[Annotated[str, Field(max_length=60)]] = Field([], max_length=100, description="drones that stay down")


def fleet_of(question: Mapping[str, Any]) -> FleetScenario:
    """The fleet's day of an order, in its wind, without the drones that stay on the ground.

    Raises
    ------
    UnknownPlaceError
        No day of this name comes with the program.
    RequestError
        A drone that stays down is none of the fleet, or nothing is left to fly.
    """
    known, name, without = shipped_fleet_days(), question["fleetDay"], question["without"]
    if name not in known:
        raise UnknownPlaceError("fleetDay", f"fleetDay={name}: there is none; known are {', '.join(known)}.")
    scenario = read_fleet(known[name].path, question.get("wind"))
    fleet = {drone.id: drone for drone in scenario.day.drones}
    for stranger in without:
        if stranger not in fleet:
            raise RequestError("without", f"without={stranger}: this fleet has {', '.join(fleet)}.")
    left = tuple(drone for drone in scenario.day.drones if drone.id not in without)
    if not left:
        raise RequestError("without", f"without={','.join(without)}: nothing is left to fly.")
    return replace(scenario, day=replace(scenario.day, drones=left))
