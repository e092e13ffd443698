"""The embedded city as a network: written in the formats of any city, read back, built once and kept."""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import feeds
import planner
from planner.emissions import ELECTRIC_MINIBUS_G_KM
from planner.network import FORMAT, open_network
from planner.plan import plan
from planner.request import Coordinate, PlanRequest, StreetMode
from planner.taxi import CHIBA_TAXI

Progress = Callable[[str, float], None]

REMARK = (
    "時刻表・運賃・ポートの台数は公開された数値から合成したもので、事業者の公式な情報ではありません。"
    " Timetables, fares and vehicle counts are synthesised from public figures and are not the operators' own."
)

KEPT_UNUSED_S = 30 * 86400
"""How long the network of another version is kept: another checkout may use it."""

STATED_AT = datetime(2026, 4, 1, 9, tzinfo=UTC)
"""The moment at which the made counts of shared vehicles are said to hold."""


def embedded_network(cache: Path, progress: Progress | None = None) -> Path:
    """Folder of the embedded city's network inside `cache`, built if its tables or the program changed since.

    Other versions of the program keep theirs beside it; a folder that none has used for 30 days is removed.
    """
    folder = cache / f"makuhari-{_fingerprint()}"
    if not (folder / "manifest.json").is_file():
        build_embedded(folder, progress)
        for other in cache.glob("makuhari-*"):
            if other != folder and _unused_s(other) > KEPT_UNUSED_S:
                shutil.rmtree(other, ignore_errors=True)
    with suppress(OSError):
        os.utime(folder)
    return folder


def _unused_s(folder: Path) -> float:
    """Seconds since a version of the program last asked for the folder; none if another removes it meanwhile."""
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return 0.0


def build_embedded(folder: Path, progress: Progress | None = None, *, long_walks: bool = False) -> None:
    """Build the embedded city into `folder`, and compile the searches by using them.

    With `long_walks` journeys may walk any distance between vehicles.
    """
    from feeds.makuhari.crowds import expected_crowds
    from feeds.makuhari.demand_bus import write_flex
    from feeds.makuhari.gtfs import write_gtfs
    from feeds.makuhari.sharing import write_gbfs_systems
    from feeds.makuhari.streets import write_osm
    from scenarios.build import Sources, build_network

    with tempfile.TemporaryDirectory() as room:
        files = Path(room)
        write_gtfs(files / "makuhari")
        write_flex(files / "demand-bus")
        write_osm(files / "makuhari.osm")
        write_gbfs_systems(files / "gbfs", STATED_AT)
        sources = Sources(
            gtfs=[files / "makuhari", files / "demand-bus"],
            osm=files / "makuhari.osm",
            gbfs=sorted((files / "gbfs").iterdir()),
            taxi=CHIBA_TAXI,
            remark=REMARK,
            emissions={"makuhari_autonomous-loop": ELECTRIC_MINIBUS_G_KM},
            long_walks=long_walks,
            crowds=expected_crowds(),
        )
        build_network(folder, sources, progress)
    if progress:
        progress("compiling", 0.97)
    warm_up(folder)


def warm_up(folder: Path) -> None:
    """Answer questions of every kind once, so that no later answer waits for the compiler."""
    network = open_network(folder)
    first = network.snapshot.timetable.validity
    assert first is not None
    noon = datetime(first[0].year, first[0].month, first[0].day, 12, tzinfo=network.zone)
    modes = frozenset(StreetMode)
    for wheelchair in (False, True):
        for arrive_by in (False, True):
            request = PlanRequest(
                Coordinate(35.6484, 140.0416), Coordinate(35.6553, 140.0246), noon, arrive_by=arrive_by,
                access_modes=modes, egress_modes=modes, direct_modes=modes, wheelchair=wheelchair,
            )  # fmt: skip
            plan(network, request)


def _fingerprint() -> str:
    """Changes with the tables and the code that a network comes from."""
    # Of the program that runs: its files may be newer.
    digest = hashlib.sha256(str(FORMAT).encode())
    for package in (feeds, planner):
        folder = Path(str(package.__file__)).parent
        for file in sorted(folder.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts and "catalog" not in file.name:
                digest.update(file.read_bytes())
    digest.update(Path(__file__).with_name("build.py").read_bytes())
    return digest.hexdigest()[:12]
