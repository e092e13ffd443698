"""Build a network: read a city's feeds, join them to its streets, and store them in one folder."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

import msgspec
import numpy as np

from feeds.fetch import Receipt, receipt_of
from feeds.gbfs import read_gbfs
from feeds.gtfs import FeedRecord, GtfsNetwork
from feeds.gtfs_fares import read_fares
from feeds.holidays import sharing_with_holidays, with_holidays
from feeds.notices import Notice, Severity
from feeds.odpt import read_timetables
from feeds.osm import OsmExtract, read_osm
from planner.access import StreetSide
from planner.bounds import least_seconds
from planner.crowds import Crowds
from planner.errors import RequestError
from planner.footpaths import WALK_MS, WHEELCHAIR_MS, Footpaths, crow_footpaths, feed_footpaths
from planner.long_walks import MOST_STOPS, LongWalks, joined_walks, long_walks
from planner.network import FORMAT, FeedEntry, Manifest, Snapshot
from planner.pathways import Pathways
from planner.places import NamedPlace, Places, named_stops, pack_places
from planner.profiles import foot, wheelchair
from planner.reach import hierarchies_of
from planner.sharing import SharingSystem
from planner.storage import store
from planner.street_footpaths import street_footpaths, street_walks
from planner.taxi import TaxiMeter
from planner.timetable import BOARDING_PLACE, NONE, Timetable
from scenarios.named_places import named_osm_places, named_ports, named_regions, named_streets
from scenarios.ports import port_links
from scenarios.realtime import realtime_entry
from scenarios.stations import crow_with_stations, pathways_of, streets_with_stations

MAX_WALK_S = 900
"""Longest footpath between two stops over the streets, seconds."""

CROW_RADIUS_M = 600.0
"""Longest footpath between two stops as the crow flies, before the detour."""

OSM_LICENCE = "ODbL-1.0"

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Sources:
    """What a network is built from.

    Attributes
    ----------
    footpaths : str or None
        "street", "feed" or "crow"; None: "street" with streets, "crow" without.
    place : str
        Name of a place whose streets are downloaded; instead of `osm`.
    realtime : sequence of str
        Live sources, ``URL`` or ``FEED=URL``, for whoever serves the network.
    long_walks : bool
        Search for the walks of any length between vehicles by which journeys are quicker.
    crowds : Crowds
        How full it is expected to be on days when much is on.
    """

    gtfs: Sequence[Path]
    osm: Path | None = None
    gbfs: Sequence[Path] = ()
    footpaths: str | None = None
    odpt: Sequence[Path] = ()
    taxi: TaxiMeter | None = None
    remark: str = ""
    emissions: Mapping[str, float] = field(default_factory=dict)
    realtime: Sequence[str] = ()
    place: str = ""
    long_walks: bool = False
    crowds: Crowds = field(default_factory=Crowds)


@dataclass(frozen=True, slots=True)
class Built:
    """A network as it was stored, and what was wrong with its sources."""

    manifest: Manifest
    notices: tuple[Notice, ...]


def build_network(folder: Path, sources: Sources, progress: Progress | None = None) -> Built:
    """Read `sources` and store the network in `folder`, which is replaced whole once everything is written.

    Raises
    ------
    FeedError
        If a source cannot be used.
    RequestError
        If `folder` holds something that is no network, or street footpaths are asked for without streets.
    """
    report = progress or (lambda _stage, _share: None)
    kind = sources.footpaths or ("street" if sources.osm or sources.place else "crow")
    _check(folder, sources, kind)
    report("timetables", 0.05)
    gtfs = read_timetables(sources.gtfs, sources.odpt)
    report("streets", 0.35)
    osm, osm_entry = _read_streets(sources) or (None, None)
    days = _service_days(gtfs.timetable)
    osm = osm and replace(osm, streets=with_holidays(osm.streets, gtfs.timetable.timezone, *days))
    report("shared vehicles", 0.5)
    read = [read_gbfs(source) for source in sources.gbfs]
    sharing = tuple(sharing_with_holidays(system, *days) for system, _ in read)
    report("links", 0.55)
    pathways, remarks = pathways_of(gtfs)
    side = _street_side(osm, gtfs, sharing, pathways) if osm else None
    report("footpaths", 0.65)
    footpaths = _footpaths(gtfs, side, kind, pathways)
    fares = [read_fares(tables, record.prefix) for tables, record in zip(gtfs.tables, gtfs.feeds, strict=True)]
    long = _long_walks(gtfs, side, footpaths["foot"], report) if sources.long_walks else LongWalks()
    least = least_seconds(gtfs.timetable, joined_walks(footpaths["foot"], long.start, long.to, long.seconds))
    report("names", 0.9)
    snapshot = Snapshot(
        timetable=gtfs.timetable,
        street_side=side,
        footpaths=footpaths,
        sharing=sharing,
        flex=gtfs.flex,
        fares=tuple(fare for fare, _ in fares),
        taxi=sources.taxi,
        places=_places(gtfs, osm, sharing),
        least=least,
        long_walks=long,
        crowds=sources.crowds,
    )
    manifest = _manifest(sources, snapshot, gtfs, osm_entry, kind)
    report("writing", 0.95)
    _write(folder, snapshot, manifest)
    notices = [*gtfs.notices, *remarks, *_unreached(gtfs, side), *(osm.notices if osm else ())]
    notices += [notice for _, found in [*read, *fares] for notice in found]
    return Built(manifest, tuple(notices))


def _service_days(timetable: Timetable) -> tuple[int, int]:
    """Ordinals of the first and the last."""
    return timetable.first_date, timetable.first_date + timetable.service_active.shape[1] - 1


def _read_streets(sources: Sources) -> tuple[OsmExtract, FeedEntry] | None:
    """The streets, from a file or downloaded, and what the manifest says of where they are from."""
    if sources.place:
        from feeds.osm_networkx import read_place

        with tempfile.TemporaryDirectory(prefix="kaiteki-") as answers:
            osm = read_place(sources.place, Path(answers))
            digest = _digest(Path(answers))
        return osm, FeedEntry(sources.place, "osm", digest, attribution=osm.attribution, licence=OSM_LICENCE)
    if sources.osm is None:
        return None
    osm, receipt = read_osm(sources.osm), receipt_of(sources.osm)
    licence = receipt.licence if receipt else ""
    return osm, FeedEntry(sources.osm.name, "osm", _digest(sources.osm), attribution=osm.attribution, licence=licence)


def _unreached(gtfs: GtfsNetwork, side: StreetSide | None) -> list[Notice]:
    """Says how many stops lie beyond the streets, where nobody can walk to them."""
    if side is None:
        return []
    is_place = gtfs.timetable.stops.location_type == BOARDING_PLACE
    lost = int(np.count_nonzero(is_place & (side.stops["foot"].edge[: len(is_place)] == NONE)))
    message = (
        f"{lost} of {int(is_place.sum())} stops have no street for walkers within 250 m and are reached by ride only"
    )
    return [Notice(Severity.WARNING, "stops.txt", None, message)] if lost else []


def _check(folder: Path, sources: Sources, kind: str) -> None:
    if not sources.gtfs and not sources.odpt:
        raise RequestError("--gtfs", "A network needs at least one GTFS feed (--gtfs) or ODPT dump (--odpt).")
    if sources.osm and sources.place:
        raise RequestError(
            "--place", "Streets come from a file (--osm) or from a place's name (--place), not from both."
        )
    if kind == "street" and not (sources.osm or sources.place):
        raise RequestError("--footpaths", "Footpaths over the streets need an OpenStreetMap file (--osm) or --place.")
    if folder.is_file():
        raise RequestError("DIR", f"{folder} is a file, not a folder.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "manifest.json").is_file():
        raise RequestError("DIR", f"{folder} holds other files; a network is built in a folder of its own.")


def _street_side(
    osm: OsmExtract, gtfs: GtfsNetwork, sharing: Sequence[SharingSystem], pathways: Pathways
) -> StreetSide:
    streets, index, links = streets_with_stations(osm, gtfs.timetable, pathways)
    ports = port_links(streets, index, sharing)
    return StreetSide(streets, index, links, ports, hierarchies_of(streets, index))


def _footpaths(gtfs: GtfsNetwork, side: StreetSide | None, kind: str, pathways: Pathways) -> dict[str, Footpaths]:
    """Footpaths for walkers and wheelchairs; exactly the feed's rows are the same for both."""
    timetable = gtfs.timetable
    if kind == "street" and side is not None:
        profiles = {"foot": foot(WALK_MS), "wheelchair": wheelchair(WHEELCHAIR_MS)}
        return {
            name: street_footpaths(timetable, side.streets, side.index, side.stops[name], profile, MAX_WALK_S, pathways)
            for name, profile in profiles.items()
        }
    if kind == "feed":
        plain = feed_footpaths(timetable)
        return {"foot": plain, "wheelchair": plain}
    return crow_with_stations(crow_footpaths(timetable, CROW_RADIUS_M, WALK_MS), timetable, pathways)


def _long_walks(gtfs: GtfsNetwork, side: StreetSide | None, footpaths: Footpaths, report: Progress) -> LongWalks:
    n_stops = len(gtfs.timetable.stops)
    if side is None or n_stops > MOST_STOPS:
        reason = "this network has no streets" if side is None else f"{n_stops} stops are more than {MOST_STOPS}"
        raise RequestError("--long-walks", f"--long-walks: {reason}.")
    walks = street_walks(gtfs.timetable, side, foot(WALK_MS))
    return long_walks(gtfs.timetable, footpaths, walks, lambda share: report("long walks", 0.65 + 0.25 * share))


def _places(gtfs: GtfsNetwork, osm: OsmExtract | None, sharing: Sequence[SharingSystem]) -> Places:
    named: list[NamedPlace] = [*named_stops(gtfs.timetable), *named_ports(sharing), *named_regions(sharing)]
    if osm:
        named += [*named_osm_places(osm), *named_streets(osm.streets)]
    return pack_places(named)


def _manifest(
    sources: Sources, snapshot: Snapshot, gtfs: GtfsNetwork, osm_entry: FeedEntry | None, kind: str
) -> Manifest:
    fetched = {receipt.sha256: receipt for receipt in map(receipt_of, sources.gtfs) if receipt}
    entries = [_gtfs_entry(record, fetched.get(record.sha256)) for record in gtfs.feeds]
    entries += [osm_entry] if osm_entry else []
    entries += [_gbfs_entry(system, folder) for system, folder in zip(snapshot.sharing, sources.gbfs, strict=True)]
    program = version("kaiteki")
    parts = [program, str(FORMAT), kind + "+long" * sources.long_walks, *(entry.sha256 for entry in entries)]
    content = "|".join([*parts, *_crowd_digests(sources.crowds)])
    return Manifest(
        format=FORMAT,
        program=program,
        snapshot=hashlib.sha256(content.encode()).hexdigest()[:12],
        timezone=snapshot.timetable.timezone,
        footpaths=kind,
        bounds=_bounds(snapshot),
        feeds=tuple(entries),
        remark=sources.remark,
        emissions=dict(sources.emissions),
        realtime=tuple(realtime_entry(text, entries) for text in sources.realtime),
    )


def _gtfs_entry(record: FeedRecord, receipt: Receipt | None) -> FeedEntry:
    """What the feed says of itself, and what the catalogue says of a feed that was fetched by it."""
    first, last = record.validity or (None, None)
    return FeedEntry(
        name=record.name,
        kind="gtfs",
        sha256=record.sha256,
        first_date=first,
        last_date=last,
        version=record.version,
        publisher=record.publisher,
        attribution="; ".join(record.attributions) or record.publisher or (receipt.name if receipt else ""),
        licence=receipt.licence if receipt else "",
    )


def _gbfs_entry(system: SharingSystem, folder: Path) -> FeedEntry:
    """What the system says of itself, and what the catalogue says of one that was fetched by it."""
    receipt = receipt_of(folder / "gbfs.json")
    return FeedEntry(
        name=system.id,
        kind="gbfs",
        sha256=_digest(folder),
        publisher=system.operator or system.name,
        attribution=system.attribution or (receipt.name if receipt else ""),
        licence=system.licence or (receipt.licence if receipt else ""),
    )


def _crowd_digests(crowds: Crowds) -> list[str]:
    """What tells one expectation from another."""
    octets = [str(sorted(crowds.days.items())).encode()]
    for _, table in sorted(crowds.tables.items()):
        octets += [repr((table.sections, table.first_s)).encode(), table.load.tobytes()]
        octets.append(table.wait_s.tobytes())
    return [hashlib.sha256(one).hexdigest() for one in octets] if crowds.days else []


def _bounds(snapshot: Snapshot) -> tuple[float, float, float, float]:
    stops, side = snapshot.timetable.stops, snapshot.street_side
    lat = [stops.lat, side.streets.node_lat] if side else [stops.lat]
    lon = [stops.lon, side.streets.node_lon] if side else [stops.lon]
    south, north = min(c.min() for c in lat), max(c.max() for c in lat)
    west, east = min(c.min() for c in lon), max(c.max() for c in lon)
    return float(south), float(west), float(north), float(east)


def _digest(source: Path) -> str:
    """SHA-256 of a file, or of the files of a folder in order of name."""
    digest = hashlib.sha256()
    for file in sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _write(folder: Path, snapshot: Snapshot, manifest: Manifest) -> None:
    """Write beside `folder` and rename, so that whoever opens it sees the old network or the new one."""
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as room:
        new, old = Path(room) / "new", Path(room) / "old"
        new.mkdir()
        store(snapshot, new)
        (new / "manifest.json").write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2))
        if folder.is_dir():
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
