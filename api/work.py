"""What takes longer than a request: runs of scenarios, plans of flights, days of fleets, each in a queue of its own."""

import shutil
import tempfile
import weakref
from functools import cached_property
from pathlib import Path
from typing import Annotated, cast

from fastapi import Depends, Request

from api.jobs import JobStore
from api.subscriptions import Subscriptions


class Room:
    """The folder in which long work is kept, with a queue for each kind."""

    def __init__(self, folder: Path | None = None, receivers: tuple[str, ...] = ()) -> None:
        self._chosen, self._receivers = folder, receivers

    @cached_property
    def folder(self) -> Path:
        """The chosen folder, or one that goes with this object."""
        if self._chosen is not None:
            return self._chosen
        borrowed = Path(tempfile.mkdtemp(prefix="kaiteki-"))
        weakref.finalize(self, shutil.rmtree, borrowed, ignore_errors=True)
        return borrowed

    @cached_property
    def runs(self) -> JobStore:
        """Scenarios being played, and played."""
        from api.run_work import play

        return JobStore(self.folder / "runs", play)

    @cached_property
    def missions(self) -> JobStore:
        """Flights being planned, and planned."""
        from api.mission_work import plan_flight

        return JobStore(self.folder / "missions", plan_flight)

    @cached_property
    def fleet_days(self) -> JobStore:
        """Days of fleets being scheduled, and scheduled."""
        from api.fleet_work import schedule_day

        return JobStore(self.folder / "fleet-days", schedule_day)

    @cached_property
    def subscriptions(self) -> Subscriptions:
        """Who wants to be told."""
        return Subscriptions(self.folder / "subscriptions", self._receivers)

    def close(self) -> None:
        """End the work in hand."""
        for name in ("runs", "missions", "fleet_days"):
            if name in self.__dict__:
                self.__dict__[name].close()


async def _run_store(request: Request) -> JobStore:
    return cast("Room", request.app.state.room).runs


async def _mission_store(request: Request) -> JobStore:
    return cast("Room", request.app.state.room).missions


async def _fleet_day_store(request: Request) -> JobStore:
    return cast("Room", request.app.state.room).fleet_days


RunStore = Annotated[JobStore, Depends(_run_store)]
MissionStore = Annotated[JobStore, Depends(_mission_store)]
FleetDayStore = Annotated[JobStore, Depends(_fleet_day_store)]
