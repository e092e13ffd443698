# ruff: noqa: N815
"""`/ngsi-ld/v1`: the city as entities that a city's data platform reads and subscribes to.

References
----------
ETSI GS CIM 009 V1.8.1, NGSI-LD API: clauses 5.7 (retrieve, query), 5.8 (subscriptions), 6.4 to 6.10 (HTTP binding).
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.errors import UnknownPlaceError
from api.requests import Split
from api.served import Served
from api.subscriptions import Subscription, Subscriptions
from feeds.ngsi import docking_station_entities, stop_entities, vehicle_entities
from planner.errors import RequestError
from planner.network import Network

LD_JSON = "application/ld+json"
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


class Receiver(BaseModel):
    """Where notifications go."""

    model_config = ConfigDict(extra="ignore")

    uri: str = Field(max_length=500, pattern="^https?://")
    accept: str | None = None


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
        if not query.type and not query.id:
            raise RequestError("type", "name a type or an id.")
        found = selected(served.network, query.type, query.id)
        page = found[query.offset : query.offset + query.limit]
        headers = {"NGSILD-Results-Count": str(len(found))} if query.count else {}
        shown = [_shaped(one, query.attrs, query.options == "keyValues") for one in page]
        return JSONResponse(shown, headers=headers, media_type=LD_JSON)

    @router.get("/entities/{entity_id}", response_class=JSONResponse)
    def entity(entity_id: str) -> JSONResponse:
        """One entity."""
        found = selected(served.network, (), [entity_id])
        if not found:
            raise UnknownPlaceError("id", f"id={entity_id[:80]}: there is no such entity.")
        return JSONResponse(found[0], media_type=LD_JSON)

    @router.post("/subscriptions", status_code=201)
    def subscribe(order: Annotated[SubscriptionOrder, Body()], response: Response) -> dict[str, str]:
        """Be told of entities now and whenever one of them changes."""
        question = order.model_dump(mode="json", exclude={"context"}, exclude_none=True)
        wish = subscriptions.add(KIND, order.notification.endpoint.uri, question)
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


def selected(network: Network, types: Iterable[str], ids: Iterable[str]) -> list[Entity]:
    """Entities of the types and ids; an empty list of either means any."""
    types, ids = set(types), set(ids)
    return [one for one in entities(network) if (not types or one["type"] in types) and (not ids or one["id"] in ids)]


@lru_cache(maxsize=2)
def entities(network: Network) -> tuple[Entity, ...]:
    """All entities of a network; kept for the network of now and the one before."""
    found: list[Entity] = list(stop_entities(network.snapshot.timetable))
    for system in network.snapshot.sharing:
        found += [*docking_station_entities(system), *vehicle_entities(system)]
    return tuple(found)


def notification(served: Served, question: dict[str, Any]) -> dict[str, Any]:
    """The notification of a subscription now: the entities it is about."""
    told, wanted = question["notification"], question["entities"]
    found = [
        one
        for one in entities(served.network)
        if any(one["type"] == w["type"] and w.get("id") in (None, one["id"]) for w in wanted)
    ]
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    is_short = told["format"] != "normalized"
    return {
        "id": f"urn:ngsi-ld:Notification:{now}",
        "type": "Notification",
        "notifiedAt": now,
        "data": [_shaped(one, told.get("attributes", []), is_short) for one in found[:MOST_ENTITIES]],
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
