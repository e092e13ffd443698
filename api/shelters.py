"""`/kaiteki/v1/shelters`: the nearest open shelters on foot, and their shape for every program."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.direct import DirectRoute
from api.errors import NotOfferedError, UnknownPlaceError
from api.requests import Languages, Moment, Split, asked_time
from api.served import Served
from feeds.shelters import MAKUHARI_SHELTERS, read_shelters
from planner.ends import MARGIN_DEG, end_of
from planner.errors import RequestError
from planner.model import Step
from planner.network import Network
from planner.reasons import InputField, RoutingError
from planner.shelters import Shelter, ShelterWay, nearest_shelters

MOST_SHELTERS = 100


@dataclass(frozen=True, slots=True)
class FoundShelter:
    """A shelter with the way to it; `floors` and `opening_hours` are null where unknown."""

    id: str
    name: str
    kind: str
    lat: float
    lon: float
    floors: int | None
    opening_hours: str | None
    confidence: str | None
    arrival: datetime
    duration_s: int
    distance_m: float
    stairs: int
    geometry: tuple[tuple[float, float], ...]
    steps: tuple[Step, ...]


class SheltersQuery(BaseModel):
    """Parameters of `/shelters`."""

    model_config = ConfigDict(extra="forbid")

    place: str = Field(min_length=1, description="`lat,lon` or a stop id", examples=["35.6483,140.0418"])
    time: Moment | None = Field(None, description="when one sets out; default: now")
    wheelchair: bool = False
    count: int = Field(3, ge=1, le=MOST_SHELTERS)
    kind: Annotated[list[str], Split] = Field([], description="designated_shelter, tsunami_building, …; default: any")
    language: Languages = Field(["ja"])


def shelters_router(served: Served) -> APIRouter:
    """Routes about safe places."""
    router = APIRouter(tags=["kaiteki"], route_class=DirectRoute)

    @router.get("/shelters")
    def shelters(query: Annotated[SheltersQuery, Query()]) -> list[FoundShelter]:
        """Shelters that are open on arrival, the one reached soonest first, with the way on foot."""
        city = served.city
        if city.network.snapshot.street_side is None:
            raise NotOfferedError("place", "This network has no streets to walk on.")
        wanted = wanted_shelters(city.network, MAKUHARI_SHELTERS, query.kind, ("place", "kind"))
        languages = tuple(query.language)
        end = end_of(city.network, city.locate(query.place, "place"), InputField.FROM, languages)
        if isinstance(end, RoutingError):
            raise UnknownPlaceError("place", f"place={query.place}: {end.code}.")
        when = asked_time(query.time, datetime.now(UTC)).astimezone(city.network.zone).replace(microsecond=0)
        found = nearest_shelters(city.network, end, wanted, when, query.count, in_wheelchair=query.wheelchair)
        return [found_shelter(one, when, query.language[0]) for one in found]

    return router


def wanted_shelters(
    network: Network, table: Path, kinds: Sequence[str], fields: tuple[str, str] = ("--shelters", "--kind")
) -> list[Shelter]:
    """Shelters of the table that lie in or beside the network and are of one of the kinds; no kind means all.

    Raises
    ------
    RequestError
        There is none in the network, or none of a kind; `fields` are at fault.
    """
    south, west, north, east = network.manifest.bounds
    inside = [
        one
        for one in read_shelters(table)
        if south - MARGIN_DEG <= one.lat <= north + MARGIN_DEG and west - MARGIN_DEG <= one.lon <= east + MARGIN_DEG
    ]
    if not inside:
        named = "the table of Makuhari's shelters" if table == MAKUHARI_SHELTERS else f"{table}"
        raise RequestError(fields[0], f"{fields[0]}: no shelter of {named} lies near this network.")
    known = {one.kind for one in inside}
    for kind in kinds:
        if kind not in known:
            listed = ", ".join(sorted(known))
            raise RequestError(fields[1], f"{fields[1]}: there is no '{kind}' here; the kinds are {listed}.")
    return [one for one in inside if not kinds or one.kind in kinds]


def name_of(shelter: Shelter, language: str) -> str:
    """Its name in a language, else its main name."""
    return shelter.names.get(language) or shelter.names.get("", shelter.id)


def found_shelter(one: ShelterWay, when: datetime, language: str) -> FoundShelter:
    """What is told of a shelter to programs."""
    shelter = one.shelter
    return FoundShelter(
        id=shelter.id,
        name=name_of(shelter, language),
        kind=shelter.kind,
        lat=shelter.lat,
        lon=shelter.lon,
        floors=shelter.floors,
        opening_hours=shelter.hours_text or None,
        confidence=shelter.confidence or None,
        arrival=one.arrival,
        duration_s=round((one.arrival - when).total_seconds()),
        distance_m=round(one.path.metres, 1),
        stairs=one.stairs,
        geometry=one.path.geometry,
        steps=one.path.steps,
    )
