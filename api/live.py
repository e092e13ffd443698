"""`kaiteki serve --live`: the simulator plays the operators, whose feeds are served as anyone's are, and read likewise.

Every server process reads the same played day from a file; whichever comes first has it played, in a process beside.
"""

import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from threading import Event
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.errors import UnknownPlaceError
from api.jobs import is_alive, step_back
from feeds.gbfs_write import write_gbfs
from feeds.gtfs_realtime_write import write_trip_updates, write_vehicle_positions
from planner.flex import Offer, Rejection, TripRequest
from planner.network import Network, RealtimeEntry
from planner.sharing import SharingSystem
from scenarios.live import LiveDay, load_day, play_day, save_day, sharing_at, trip_updates, vehicle_positions
from scenarios.live_demand_bus import LiveDemandBus, live_demand_buses

DAY_BEGINS = timedelta(hours=4)
"""After midnight; what runs later than that belongs to the day before."""

LOOK_S, KEPT_DAYS = 20.0, 3
LANGUAGE = re.compile("[a-z]{2,3}(-[A-Z]{2})?")
"""Codes of languages that the schemas of GBFS 3.0 take."""

UPDATES, VEHICLES = "trip-updates", "vehicle-positions"
VERSION = "3.0"
PROTOBUF = "application/x-protobuf"


class Play:
    """The day that is being played: in files inside `folder`, made by one of the processes that share it.

    Demand buses are played by every process for itself, all alike, as far as the day has come.
    """

    def __init__(self, network: Network, built: Path, folder: Path) -> None:
        self.network, self.built, self.folder = network, built, folder
        self._day: date | None = None
        self._played: LiveDay | None = None
        self.buses: tuple[LiveDemandBus, ...] = ()

    def now(self, moment: datetime) -> LiveDay | None:
        """The day as far as it has been played; None while it has not, or where nothing runs."""
        day = self._day_of(moment)
        if day != self._day:
            file = self._file(day)
            self._played = load_day(file) if file.is_file() else None
            self._day = day if self._played is not None else None
        return self._played

    def keep_playing(self, stop: Event, clock: Callable[[], datetime]) -> None:
        """See to it that today's play is there until `stop` is set; meant for a thread of its own."""
        driven: date | None = None
        while not stop.is_set():
            now = clock()
            day = self._day_of(now)
            if day != driven:
                self.buses, driven = live_demand_buses(self.network, day), day
            for bus in self.buses:
                bus.play(now)
            self._see_to(day)
            stop.wait(LOOK_S)

    def offer(self, request: TripRequest) -> Offer | Rejection | None:
        """What the operators of demand buses answer now; None where none of them says anything."""
        now = datetime.now(UTC)
        answers = [answer for bus in self.buses if (answer := bus.offer(request, now)) is not None]
        return next((one for one in answers if isinstance(one, Offer)), answers[0] if answers else None)

    def _see_to(self, day: date) -> None:
        validity = self.network.snapshot.timetable.validity
        if validity is None or not validity[0] <= day <= validity[1] or self._file(day).is_file():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = self.folder / f"{day}.lock"
        if not _locked(lock):
            return
        try:
            with ProcessPoolExecutor(1, get_context("spawn"), initializer=step_back) as beside:
                beside.submit(_play, self.built, day, self._file(day)).result()
            for old in sorted(self.folder.glob("*.npz"))[:-KEPT_DAYS]:
                old.unlink(missing_ok=True)
        finally:
            lock.unlink(missing_ok=True)

    def _day_of(self, moment: datetime) -> date:
        return (moment.astimezone(self.network.zone) - DAY_BEGINS).date()

    def _file(self, day: date) -> Path:
        content = self.network.manifest.snapshot.partition("~")[0]
        return self.folder / f"{day}-{content}.npz"


def _play(built: Path, day: date, file: Path) -> None:
    save_day(play_day(built, day, seed=day.toordinal()), file)


def _locked(lock: Path) -> bool:
    """Whether this process may go ahead; the lock of a process that is gone counts for nothing."""
    try:
        with lock.open("x") as file:
            file.write(str(os.getpid()))
    except FileExistsError:
        text = lock.read_text()
        if text.isdigit() and not is_alive(int(text)):
            lock.unlink(missing_ok=True)
        return False
    return True


def own_sources(network: Network, origin: str) -> tuple[RealtimeEntry, ...]:
    """The feeds of the play at a server's address, as a network's manifest names live sources."""
    timetables = [feed.name for feed in network.manifest.feeds if feed.kind == "gtfs"]
    told = [RealtimeEntry("gtfs-rt", f"{origin}/gtfsrt/{name}-{UPDATES}.pb", name) for name in timetables]
    told += [RealtimeEntry("gtfs-rt", f"{origin}/gtfsrt/{name}-{VEHICLES}.pb", name) for name in timetables]
    systems = [system.id for system in network.snapshot.sharing]
    return (*told, *(RealtimeEntry("gbfs", f"{origin}/gbfs/{VERSION}/{name}/gbfs.json", name) for name in systems))


def live_router(play: Play) -> APIRouter:
    """Routes of the played operators' feeds."""
    router = APIRouter(tags=["live"])
    network = play.network
    timetables = [feed.name for feed in network.manifest.feeds if feed.kind == "gtfs"]

    @router.get("/gtfsrt/{name}.pb", response_class=Response, responses={200: {"content": {PROTOBUF: {}}}})
    def realtime(name: str) -> Response:
        """Trip updates (`FEED-trip-updates`) or vehicle positions (`FEED-vehicle-positions`) as GTFS-Realtime."""
        feed = next((one for one in timetables if name in (f"{one}-{UPDATES}", f"{one}-{VEHICLES}")), None)
        if feed is None:
            raise UnknownPlaceError("name", f"name={name[:60]}: there is no such feed; known are {_names(timetables)}.")
        now = datetime.now(UTC)
        body = _message(play, now, f"{feed}_" if len(timetables) > 1 else "", name.endswith(UPDATES))
        return Response(body, media_type=PROTOBUF)

    @router.get("/gbfs/" + VERSION + "/{system}/{name}.json", response_class=JSONResponse)
    def gbfs(system: str, name: str, request: Request) -> JSONResponse:
        """A file of a sharing system as GBFS 3.0, `gbfs` the one that leads to the others."""
        documents = _documents(play, system, datetime.now(UTC))
        if name not in documents:
            raise UnknownPlaceError("name", f"{system[:60]}/{name[:60]}: there is no such file of shared vehicles.")
        if name == "gbfs":
            origin = f"{str(request.base_url).rstrip('/')}/gbfs/{VERSION}/{system}"
            for feed in documents[name]["data"]["feeds"]:
                feed["url"] = f"{origin}/{feed['name']}.json"
        return JSONResponse(documents[name])

    return router


def _names(timetables: list[str]) -> str:
    return ", ".join(f"{one}-{kind}" for one in timetables for kind in (UPDATES, VEHICLES))


def _message(play: Play, now: datetime, prefix: str, is_updates: bool) -> bytes:
    played, moment = play.now(now), int(now.timestamp())
    if is_updates:
        updates = () if played is None else trip_updates(play.network, played, now, prefix)
        return write_trip_updates(updates, moment)
    vehicles = () if played is None else vehicle_positions(play.network, played, now, prefix)
    vehicles += tuple(vehicle for bus in play.buses for vehicle in bus.positions(now, prefix))
    return write_vehicle_positions(vehicles, moment)


def _documents(play: Play, system: str, now: datetime) -> dict[str, Any]:
    played = play.now(now)
    systems = play.network.snapshot.sharing if played is None else sharing_at(play.network, played, now)
    chosen = next((one for one in systems if one.id == system), None)
    if chosen is None:
        raise UnknownPlaceError("system", f"system={system[:60]}: there is no such system of shared vehicles.")
    with tempfile.TemporaryDirectory() as room:
        write_gbfs(in_plain_languages(chosen), Path(room), now)
        return {file.stem: json.loads(file.read_bytes()) for file in Path(room).iterdir()}


def in_plain_languages(system: SharingSystem) -> SharingSystem:
    """The system without names whose language no GBFS file may state: ``ja-Hrkt``, readings in kana, names a script."""

    def plain(names: Mapping[str, str]) -> dict[str, str]:
        return {language: name for language, name in names.items() if LANGUAGE.fullmatch(language)}

    stations = tuple(replace(one, names=plain(one.names)) for one in system.stations)
    return replace(system, names=plain(system.names), stations=stations)
