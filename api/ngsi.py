# ruff: noqa: N815
"""`/ngsi-ld/v1`: the city as entities that a city's data platform reads and subscribes to.

References
----------
ETSI GS CIM 009 V1.8.1, NGSI-LD API: clauses 4.9, 4.10 (query languages), 5.5.2 (errors), 5.7 (retrieve, query),
5.8 (subscriptions), 6.4 to 6.10 (HTTP binding).
"""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Body, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.errors import UnknownPlaceError
from api.ngsi_query import asked_by_place, asked_by_q
from api.requests import Split
from api.served import Served
from api.subscriptions import Subscription, Subscriptions
from api.vehicles import reported_vehicles
from feeds.ngsi import CORE, TRANSPORTATION, docking_station_entities, fleet_vehicle, stop_entities, vehicle_entities
from planner.errors import RequestError
from planner.network import Network

LD_JSON = "application/ld+json"
HEADERS: dict[str, dict[str, str]] = {
    "application/json": {
        "Content-Type": "application/json",
        "Link": f'<{TRANSPORTATION}>; rel="http://www.w3.org/ns/json-ld#context"; type="{LD_JSON}"',
    },
    LD_JSON: {"Content-Type": LD_JSON},
}
"""Of notifications, by what their receiver accepts."""

KIND = "ngsi-ld"
TYPES = ("GtfsStop", "BikeHireDockingStation", "Vehicle")
MOST_ENTITIES = 1000
PREFIX = "urn:ngsi-ld:Subscription:"
ATTRIBUTE_KEYS = frozenset({"id", "type", "@context"})

Entity = dict[str, Any]
Names = Annotated[list[str], Split]


class EntitiesQuery(BaseModel):
    """Parameters of `/entities`; one of `type` and `id` is needed."""

    model_config = ConfigDict(extra="forbid")

    type: Names = Field([], description=f"of {', '.join(TYPES)}", examples=[["BikeHireDockingStation"]])
    id: Names = Field([], description="URNs")
    attrs: Names = Field([], description="only these attributes")
    limit: int = Field(20, ge=0, le=MOST_ENTITIES)
    offset: int = Field(0, ge=0)
    count: bool = Field(False, description="tell how many there are in NGSILD-Results-Count")
    options: Literal["keyValues", "normalized"] = "normalized"
    q: str | None = Field(None, min_length=1, examples=['availableBikeNumber>2;status=="working"'])
    georel: str | None = Field(None, examples=["near;maxDistance==500"])
    geometry: str = "Point"
    coordinates: str | None = Field(None, examples=["[140.0418,35.6483]"], description="longitude before latitude")
    geoproperty: str = "location"

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if (self.georel is None) != (self.coordinates is None):
            raise ValueError("name georel and coordinates, or neither")
        return self


class Receiver(BaseModel):
    """Where notifications go."""

    model_config = ConfigDict(extra="ignore")

    uri: str = Field(max_length=500, pattern="^https?://")
    accept: Literal["application/json", "application/ld+json"] = "application/json"


class Notification(BaseModel):
    """What is sent, and where to."""

    model_config = ConfigDict(extra="ignore")

    endpoint: Receiver
    attributes: list[str] = []
    format: Literal["normalized", "keyValues", "simplified"] = "normalized"


class EntitySelector(BaseModel):
    """Entities that are meant."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(max_length=100)
    id: str | None = Field(None, max_length=300)


class SubscriptionOrder(BaseModel):
    """A subscription as NGSI-LD writes it; what is not offered here is refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    type: Literal["Subscription"]
    entities: list[EntitySelector] = Field(min_length=1, max_length=50)
    notification: Notification
    watchedAttributes: list[str] = []
    description: str | None = Field(None, max_length=500)
    context: Any = Field(None, alias="@context")


def ngsi_router(served: Served, subscriptions: Subscriptions) -> APIRouter:
    """Routes of a context broker that only reads."""
    router = APIRouter(tags=["ngsi-ld"], prefix="/ngsi-ld/v1")

    @router.get("/entities", response_class=JSONResponse)
    def query(query: Annotated[EntitiesQuery, Query()]) -> JSONResponse:
        """Stops, ports and vehicles as NGSI-LD entities of Smart Data Models."""
        if not (query.type or query.id or query.q or query.georel):
            raise RequestError("type", "name a type, an id, a query (q) or a place (georel).")
        tests = [] if query.q is None else [asked_by_q(query.q)]
        if query.georel is not None and query.coordinates is not None:
            tests.append(asked_by_place(query.georel, query.geometry, query.coordinates, query.geoproperty))
        found = [
            one
            for one in selected(served.network, query.type, query.id, datetime.now(UTC))
            if all(test(one) for test in tests)
        ]
        page = found[query.offset : query.offset + query.limit]
        headers = {"NGSILD-Results-Count": str(len(found))} if query.count else {}
        shown = [_shaped(one, query.attrs, query.options == "keyValues") for one in page]
        return JSONResponse(shown, headers=headers, media_type=LD_JSON)

    @router.get("/entities/{entity_id}", response_class=JSONResponse)
    def entity(entity_id: str) -> JSONResponse:
        """One entity."""
        found = selected(served.network, (), [entity_id], datetime.now(UTC))
        if not found:
            raise UnknownPlaceError("id", f"id={entity_id[:80]}: there is no such entity.")
        return JSONResponse(found[0], media_type=LD_JSON)

    @router.post("/subscriptions", status_code=201)
    def subscribe(order: Annotated[SubscriptionOrder, Body()], response: Response) -> dict[str, str]:
        """Be told of entities now and whenever one of them changes."""
        question = order.model_dump(mode="json", exclude={"context"}, exclude_none=True)
        receiver = order.notification.endpoint
        wish = subscriptions.add(KIND, receiver.uri, question, HEADERS[receiver.accept])
        response.headers["Location"] = f"/ngsi-ld/v1/subscriptions/{PREFIX}{wish.id}"
        return {"id": PREFIX + wish.id}

    @router.get("/subscriptions", response_class=JSONResponse)
    def listed() -> JSONResponse:
        """Subscriptions that are kept."""
        return JSONResponse([_told(one) for one in subscriptions.all(KIND)], media_type=LD_JSON)

    @router.get("/subscriptions/{subscription_id}", response_class=JSONResponse)
    def subscription(subscription_id: str) -> JSONResponse:
        """One subscription."""
        return JSONResponse(_told(_found(subscriptions, subscription_id)), media_type=LD_JSON)

    @router.delete("/subscriptions/{subscription_id}", status_code=204)
    def unsubscribe(subscription_id: str) -> None:
        """Be told no more."""
        subscriptions.remove(_found(subscriptions, subscription_id))

    return router


def selected(network: Network, types: Iterable[str], ids: Iterable[str], now: datetime) -> list[Entity]:
    """Entities of the types and ids; an empty list of either means any."""
    types, ids = set(types), set(ids)
    every = (*entities(network), *running_vehicles(network, now))
    return [one for one in every if (not types or one["type"] in types) and (not ids or one["id"] in ids)]


def running_vehicles(network: Network, now: datetime) -> list[Entity]:
    """Vehicles on their way, as the operators' reports that are not too old say where they are."""
    if network.reported is None:
        return []
    index, timetable = network.reported.state.index, network.snapshot.timetable
    found: dict[str, Entity] = {}
    for source, one in reported_vehicles(network, now):
        trip = None if one.trip is None else index.trips.get(source.prefix + (one.trip.trip_id or ""))
        mode = None if trip is None else timetable.routes[timetable.trips.route[trip]].mode
        told = one.timestamp if one.timestamp is not None else source.timestamp
        entity = fleet_vehicle(
            source.prefix + one.vehicle_id,
            (one.lat, one.lon),
            now if told is None else datetime.fromtimestamp(told, UTC),
            speed_kmh=None if one.speed_ms is None else round(one.speed_ms * 3.6, 1),
            heading=one.bearing,
            mode=mode,
        )
        found[str(entity["id"])] = entity
    return list(found.values())


@lru_cache(maxsize=2)
def entities(network: Network) -> tuple[Entity, ...]:
    """All entities of a network; kept for the network of now and the one before."""
    found: list[Entity] = list(stop_entities(network.snapshot.timetable))
    for system in network.snapshot.sharing:
        found += [*docking_station_entities(system), *vehicle_entities(system)]
    return tuple(found)


def notification(served: Served, wish: Subscription) -> dict[str, Any]:
    """The notification of a subscription now: the entities it is about.

    Who accepts plain JSON is told the context by the head of the message, others in it (ETSI GS CIM 009, 5.3.1, 6.3.5).
    """
    told, wanted = wish.question["notification"], wish.question["entities"]
    network, moment = served.network, datetime.now(UTC)
    found = [
        one
        for one in (*entities(network), *running_vehicles(network, moment))
        if any(one["type"] == w["type"] and w.get("id") in (None, one["id"]) for w in wanted)
    ]
    now = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    is_short, is_plain = told["format"] != "normalized", told["endpoint"]["accept"] != LD_JSON
    data = [_shaped(one, told.get("attributes", []), is_short) for one in found[:MOST_ENTITIES]]
    return {
        "id": f"urn:ngsi-ld:Notification:{secrets.token_hex(12)}",
        "type": "Notification",
        "subscriptionId": PREFIX + wish.id,
        "notifiedAt": now,
        "data": [{key: value for key, value in one.items() if key != "@context"} for one in data] if is_plain else data,
        **({} if is_plain else {"@context": [TRANSPORTATION, CORE]}),
    }


def _shaped(entity: Entity, attributes: list[str], is_short: bool) -> Entity:
    kept = {key: value for key, value in entity.items() if not attributes or key in {*attributes, *ATTRIBUTE_KEYS}}
    if not is_short:
        return kept
    return {
        key: value if key in ATTRIBUTE_KEYS else value.get("value", value.get("object")) for key, value in kept.items()
    }


def _found(subscriptions: Subscriptions, subscription_id: str) -> Subscription:
    wish = subscriptions.find(subscription_id.removeprefix(PREFIX))
    if wish is None or wish.kind != KIND:
        raise UnknownPlaceError("id", f"id={subscription_id[:80]}: there is no such subscription.")
    return wish


def _told(wish: Subscription) -> Entity:
    sent = {"timesSent": wish.sent, "timesFailed": wish.failures}
    return {"id": PREFIX + wish.id, **wish.question, "notification": {**wish.question["notification"], **sent}}
