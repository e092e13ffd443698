"""A server process from its start to its stop: the city it serves, read again when it is built anew."""

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import anyio.to_thread
import msgspec
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from api.app import create_app
from api.gate import App, Gate, Message, Receive, Send
from api.headers import Headed
from api.live import Play, live_router, own_sources
from api.ngsi import KIND as NGSI
from api.ngsi import notification
from api.rates import RateTable
from api.served import Served
from api.telemetry import Telemetry
from api.watch import KIND as WATCH
from api.watch import watch_news
from api.work import Room
from planner.errors import KaitekiError
from planner.network import Network, RealtimeEntry, open_network
from planner.plan import plan
from planner.request import PlanRequest, StopId
from scenarios.live_files import Web
from scenarios.realtime import Operation, follow, realtime_entry

SETTINGS = "KAITEKI_SERVE"
"""Environment variable through which the command tells its server processes what to serve."""

THREADS = 4
"""Requests worked on at once; the others wait. Each thread keeps room for a search."""

LOOK_S = 2.0
"""Between two looks at whether the network has been built anew."""

START_S = 1.0
WARM_TRIPS = 4

logger = logging.getLogger("kaiteki.serving")


class Settings(msgspec.Struct, frozen=True):
    """What `kaiteki serve` was told.

    Attributes
    ----------
    rate : float
        All rate limits times this; 0: none.
    salt : str
        Secret of this start, for the clients' places in the table of rates.
    origin : str
        Address under which the server can ask itself.
    realtime : tuple of str
        Live sources besides those the network was built to follow, as `scenarios.realtime.realtime_entry` reads them.
    live : bool
        Whether the simulator plays the operators.
    style : str or None
        Map of the page other than the network's own.
    receivers : tuple of str
        Beginnings of addresses to which news may be sent.
    """

    network: str
    room: str
    rate: float = 1.0
    cors: tuple[str, ...] = ()
    salt: str = ""
    origin: str = ""
    realtime: tuple[str, ...] = ()
    live: bool = False
    style: str | None = None
    receivers: tuple[str, ...] = ()


def served_app() -> "Serving":
    """The application of this process, as the environment says; uvicorn calls this."""
    return Serving(msgspec.json.decode(os.environ[SETTINGS], type=Settings))


class Serving:
    """The application with all that is around it."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.folder = settings, Path(settings.network)
        self.room = Room(Path(settings.room), settings.receivers)
        self.stop = threading.Event()
        self.seen = _state_of(self.folder)
        self.served, self.inner, self.city_app = self._open()
        rates = None
        if settings.rate:
            rates = RateTable(self.room.folder / "rates", settings.salt.encode(), settings.rate)
        gate: App = Gate(self._city, rates)
        if settings.cors:
            gate = CORSMiddleware(gate, list(settings.cors), allow_methods=["GET", "POST", "DELETE"])
        self.app = Telemetry(gate, lambda: self.served.city.sources)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or live from start to stop."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self.app(scope, receive, send)

    async def _city(self, scope: Message, receive: Receive, send: Send) -> None:
        """Whoever asks now is answered by the network of now to the end."""
        await self.city_app(scope, receive, send)

    def _open(self) -> tuple[Served, FastAPI, App]:
        network = open_network(self.folder)
        told = [realtime_entry(text, network.manifest.feeds) for text in self.settings.realtime]
        own = own_sources(network, self.settings.origin) if self.settings.live else ()
        network = following(network, (*network.manifest.realtime, *told, *own))
        warm(network)
        built = datetime.fromtimestamp((self.folder / "manifest.json").stat().st_mtime, UTC)
        self.play = Play(network, self.folder, self.room.folder / "played") if self.settings.live else None
        served = Served(network, built, self.play.offer if self.play else None)
        app = create_app(served, self.room, self.settings.style)
        if self.play is not None:
            app.include_router(live_router(self.play))
        return served, app, Headed(app, served)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        self.ended, self.running = asyncio.Event(), set[asyncio.Task[None]]()
        await self._run(self.inner)
        watching = asyncio.create_task(self._watch())
        # Sources may be this server's own, which answers once it has started.
        asyncio.get_running_loop().call_later(START_S, self._follow)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        watching.cancel()
        self.stop.set()
        self.ended.set()
        await asyncio.gather(*self.running)
        await send({"type": "lifespan.shutdown.complete"})

    async def _run(self, app: FastAPI) -> None:
        """Begin the lifetime of an application, which ends with the server: requests may still be in its hands."""
        begun = asyncio.Event()

        async def lifetime() -> None:
            async with app.router.lifespan_context(app):
                begun.set()
                await self.ended.wait()

        self.running.add(asyncio.create_task(lifetime()))
        await begun.wait()

    async def _watch(self) -> None:
        """Serve the network that was built anew from the next request on."""
        while True:
            await asyncio.sleep(LOOK_S)
            state = _state_of(self.folder)
            if state in (self.seen, None):
                continue
            self.seen = state
            try:
                opened = await asyncio.to_thread(self._open)
            except (KaitekiError, OSError) as error:
                logger.error("not reloaded", exc_info=error)
                continue
            self.stop.set()
            self.stop = threading.Event()
            await self._run(opened[1])
            self.served, self.inner, self.city_app = opened
            self._follow()
            logger.info("reloaded", extra={"about": {"snapshot": self.served.network.manifest.snapshot}})

    def _follow(self) -> None:
        served, stop = self.served, self.stop

        def publish(operation: Operation) -> None:
            served.follow(operation.network, operation.sources)

        web = Web(self.room.folder / "live" / str(os.getpid()), os.environ.get("KAITEKI_FEED_KEY"))
        now: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731
        if self.play is not None:
            threading.Thread(target=self.play.keep_playing, args=(stop, now), daemon=True).start()
        contents = {NGSI: partial(notification, served), WATCH: partial(watch_news, served)}
        threading.Thread(target=self.room.subscriptions.keep_telling, args=(contents, stop), daemon=True).start()
        threading.Thread(target=follow, args=(served.network, publish, stop, web, now), daemon=True).start()


def following(network: Network, sources: tuple[RealtimeEntry, ...]) -> Network:
    """The network, told to follow these live sources."""
    return Network(network.snapshot, replace(network.manifest, realtime=sources))


def warm(network: Network) -> None:
    """Load what the first questions need: compiled searches, today's timetable."""
    stops, now = network.snapshot.timetable.stops.ids, datetime.now(UTC).astimezone(network.zone)
    known = list(stops)
    if len(known) < 2:
        return
    for number in range(WARM_TRIPS):
        ends = StopId(known[number * len(known) // WARM_TRIPS]), StopId(known[-1 - number % len(known)])
        plan(network, PlanRequest(*ends, now + timedelta(hours=number), arrive_by=bool(number % 2)))


def _state_of(folder: Path) -> tuple[int, int] | None:
    """What changes when the network in a folder is replaced; None while it is being replaced."""
    try:
        found = (folder / "manifest.json").stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns
