"""The server: MOTIS 2's interface over one network, and what is ours alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware

from api.board import board_router
from api.direct import PACKED_FROM, PACKING
from api.errors import add_error_answers
from api.fares import fares_router
from api.geocode import geocode_router
from api.map import feeds_router, initial_router, map_router
from api.missions import missions_router
from api.motis import Health
from api.ngsi import ngsi_router
from api.occasions import occasions_router
from api.page import page_router
from api.plan import plan_router
from api.reach import one_to_all_router, one_to_many_router, reach_router
from api.rentals import rentals_router
from api.served import Served
from api.shelters import shelters_router
from api.tiles import tiles_router
from api.truck_rounds import truck_rounds_router
from api.vehicles import vehicles_router
from api.watch import watch_router
from api.why_not import why_not_router
from api.wishes import wishes_router
from api.work import Room
from planner.network import Network

VERSIONS = ("v1", "v2", "v3", "v4", "v5", "v6")
"""Prefixes in use by MOTIS clients; answers are those of v6, which v5 reads unchanged."""

DOCUMENTED = "v6"

VERSIONED = (plan_router, board_router, map_router, one_to_all_router)
FIRST_ONLY = (geocode_router, one_to_many_router, rentals_router, initial_router)
OURS = (
    reach_router,
    feeds_router,
    why_not_router,
    occasions_router,
    fares_router,
    shelters_router,
    vehicles_router,
    wishes_router,
)


def create_app(network: Network | Served, room: Path | Room | None = None, style: str | None = None) -> FastAPI:
    """Server that answers over `network`; its own description is under ``/docs``.

    Parameters
    ----------
    room : Path, Room or None
        Folder for what is worked on longer than a request; without one it is forgotten with the server.
    style : str or None
        Address of a MapLibre style for the page; default: the network's own streets and lines.
    """
    served = network if isinstance(network, Served) else Served(network)
    app = FastAPI(
        title="Kaiteki",
        version=served.network.manifest.program,
        summary="Journeys from door to door",
        lifespan=_lifetime,
    )
    app.state.served, app.state.room = served, room if isinstance(room, Room) else Room(room)
    app.add_middleware(GZipMiddleware, minimum_size=PACKED_FROM, compresslevel=PACKING)
    add_error_answers(app)
    for router in [router_of(served) for router_of in VERSIONED]:
        # The version that clients of today ask for first: routes are looked through in this order.
        for version in reversed(VERSIONS):
            app.include_router(router, prefix=f"/api/{version}", include_in_schema=version == DOCUMENTED)
    for router_of in FIRST_ONLY:
        app.include_router(router_of(served), prefix="/api/v1")
    for router_of in OURS:
        app.include_router(router_of(served), prefix="/kaiteki/v1")
    app.include_router(watch_router(served, app.state.room.subscriptions), prefix="/kaiteki/v1")
    app.include_router(ngsi_router(served, app.state.room.subscriptions))
    app.include_router(tiles_router(served.network), prefix="/kaiteki/v1")
    app.include_router(page_router(served.network, style))
    _include_work(app)
    if find_spec("mcp") is not None:
        from api.assistant import assistant, mounted

        app.state.assistant = assistant(served)
        app.router.routes.extend(mounted(app.state.assistant).routes)

    @app.get("/api/v1/health", tags=["health"])
    def health() -> Health:
        """Whether the server answers, and when its live sources last told something."""
        city = served.city
        told = {one.entry.url: one.made for one in city.sources if one.made is not None and one.entry.kind != "gbfs"}
        systems = city.network.snapshot.sharing
        return Health(rt=told, gbfs={s.id: datetime.fromtimestamp(s.last_updated, UTC) for s in systems})

    return app


def _include_work(app: FastAPI) -> None:
    """Routes about long work; those of the simulator and of fleets only where their libraries are installed."""
    if find_spec("simpy") is not None and find_spec("ortools") is not None:
        from api.fleet_days import fleet_days_router

        # Before the missions, of which it would be one by its address.
        app.include_router(fleet_days_router, prefix="/kaiteki/v1")
    app.include_router(truck_rounds_router, prefix="/kaiteki/v1")
    app.include_router(missions_router, prefix="/kaiteki/v1")
    if find_spec("simpy") is not None:
        from api.runs import runs_router, scenarios_router

        app.include_router(scenarios_router, prefix="/kaiteki/v1")
        app.include_router(runs_router, prefix="/kaiteki/v1")


@asynccontextmanager
async def _lifetime(app: FastAPI) -> AsyncIterator[None]:
    """From the first request to the last; work in other processes ends with the server."""
    async with AsyncExitStack() as stack:
        if hasattr(app.state, "assistant"):
            await stack.enter_async_context(app.state.assistant.session_manager.run())
        yield
    await asyncio.to_thread(app.state.room.close)
