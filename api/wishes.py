# ruff: noqa: N815
"""`/kaiteki/v1/plan`: what `/api/v6/plan` takes, and what MOTIS has no words for: preferences, limits, margins."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import Field, model_validator

from api.cli_words import avoided
from api.direct import DirectRoute
from api.fares import known_rider
from api.motis import PlanResponse
from api.patience import be_patient
from api.plan import Locate, plan_body, plan_request
from api.requests import PlanQuery, Split
from api.served import Served
from planner.checks import LONGEST_WALK_S, MOST_SLACK_S, MOST_SLACK_TRANSFERS
from planner.last_safe import last_safe
from planner.network import Network
from planner.plan import plan
from planner.request import PlanRequest, Preferred, Slack, StreetMode

LONGEST_MARGIN_MIN = 240


class WishQuery(PlanQuery):
    """Parameters of `/plan`, and what one would rather."""

    prefer: Preferred | None = Field(None, description="what decides; default: a balance of time, effort and price")
    slackTime: int = Field(1800, ge=0, le=MOST_SLACK_S, description="seconds later than the quickest that are searched")
    slackTransfers: int = Field(1, ge=0, le=MOST_SLACK_TRANSFERS, description="changes more than the fewest, likewise")
    maxWalkTime: int | None = Field(None, ge=0, le=LONGEST_WALK_S, description="seconds on foot in all; default: any")
    maxPrice: float | None = Field(None, ge=0, allow_inf_nan=False, description="what it may cost; default: any")
    rider: str = Field("", max_length=80, description="who pays where prices decide; default: an adult")
    electricAssist: bool = Field(False, description="BIKE means one's own bicycle with a motor that helps")
    avoid: Annotated[list[str], Split] = Field([], max_length=20, description="lines, operators, stops by name or id")
    lastSafe: int | None = Field(
        None, ge=0, le=LONGEST_MARGIN_MIN, description="minutes one may be late on the way and still arrive by `time`"
    )

    @model_validator(mode="after")
    def _has_a_deadline(self) -> Self:
        if self.lastSafe is not None and not self.arriveBy:
            raise ValueError("lastSafe asks for the last departure before a deadline: give arriveBy=true and its time")
        return self


def wishes_router(served: Served) -> APIRouter:
    """Routes that plan journeys as one would rather have them."""
    router = APIRouter(tags=["kaiteki"], route_class=DirectRoute)

    @router.get("/plan", response_model_exclude_none=True)
    def plan_as_wished(query: Annotated[WishQuery, Query()]) -> PlanResponse:
        """Itineraries with little walking, few emissions, sure connections, at low prices, or the last safe one."""
        city = served.city
        if query.timeout is not None:
            be_patient(query.timeout)
        request = wished_request(query, city.locate, datetime.now(UTC), city.network)
        if query.lastSafe is None:
            return plan_body(city.network, request, plan(city.network, request, served.quote), query)
        return plan_body(city.network, request, last_safe(city.network, request, 60 * query.lastSafe), query)

    return router


def wished_request(query: WishQuery, locate: Locate, now: datetime, network: Network) -> PlanRequest:
    """The question in our words.

    Raises
    ------
    RequestError
        Nothing of the network bears a name that it says.
    """
    request = plan_request(query, locate, now, network)
    if query.electricAssist:
        request = _with_motor(request)
    return replace(
        request,
        prefer=query.prefer,
        slack=Slack(query.slackTime, query.slackTransfers),
        max_walk_s=query.maxWalkTime,
        max_price=query.maxPrice,
        rider=known_rider(network, query.rider, "rider") if query.rider else "",
        avoid=request.avoid | avoided(network, query.avoid, "avoid"),
    )


def _with_motor(request: PlanRequest) -> PlanRequest:
    def helped(modes: frozenset[StreetMode]) -> frozenset[StreetMode]:
        return frozenset(StreetMode.E_BIKE if mode is StreetMode.BIKE else mode for mode in modes)

    return replace(request, access_modes=helped(request.access_modes), direct_modes=helped(request.direct_modes))
