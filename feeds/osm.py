"""OpenStreetMap files (.osm.pbf, .osm, .osm.gz, .osm.bz2) read into streets and places."""

import bz2
import gzip
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast
from xml.etree import ElementTree

import numpy as np
import osmium
from osmium.osm import Node, Relation, Way

from feeds.notices import FeedError, Notice, Severity
from feeds.osm_access import RULE_KEYS, TRAVEL, NodeRule, Rights, access_of, levels_of, node_rule_of
from feeds.osm_graph import LANGUAGES, Ways, streets_of_ways
from feeds.osm_places import OsmPlace, kind_of, place_of
from feeds.osm_turns import TurnRestriction, restriction_of
from planner.streets import Streets

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0, https://www.openstreetmap.org/copyright"
_KEYS = (
    "highway",
    "name",
    "barrier",
    "entrance",
    "door",
    "crossing",
    "crossing:signals",
    "railway",
    "public_transport",
    "restriction",
)


@dataclass(frozen=True, slots=True)
class OsmExtract:
    """What an OpenStreetMap file holds for a journey."""

    streets: Streets
    places: tuple[OsmPlace, ...]
    attribution: str
    notices: tuple[Notice, ...]


def read_osm(path: Path) -> OsmExtract:
    """Read streets, places and turn restrictions.

    Raises
    ------
    FeedError
        If the file is not OpenStreetMap data or has no street in it.
    """
    if not path.is_file():
        raise FeedError(f"{path}: there is no such file.")
    columns = WayColumns()
    content = _Content(path.name, columns)
    processor = osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.KeyFilter(*_KEYS))
    try:
        for item in processor:
            _take(content, item)
    except RuntimeError as error:
        raise FeedError(f"{path}: not a readable OpenStreetMap file ({str(error).rstrip('.')}).") from error
    if not columns.id:
        raise FeedError(f"{path}: the file has no street in it.")
    content.places += _area_places(path, content.areas)
    notices = content.notices
    if columns.conditional:
        message = f"{columns.conditional} ways have conditional restrictions, which are not regarded"
        notices.append(Notice(Severity.INFO, path.name, None, message))
    streets = streets_of_ways(columns.ways(content.node_rules, content.node_levels), content.turns, path.name, notices)
    return OsmExtract(streets, tuple(content.places), _attribution(path), tuple(notices))


@dataclass(slots=True)
class WayColumns:
    """Ways as they are gathered, one `add` each, rules and names kept once."""

    id: "array[int]" = field(default_factory=lambda: array("q"))
    first: "array[int]" = field(default_factory=lambda: array("q", [0]))
    ref: "array[int]" = field(default_factory=lambda: array("q"))
    lat: "array[float]" = field(default_factory=lambda: array("d"))
    lon: "array[float]" = field(default_factory=lambda: array("d"))
    rights: "array[int]" = field(default_factory=lambda: array("i"))
    name: "array[int]" = field(default_factory=lambda: array("i"))
    rules: dict[tuple[tuple[str, str], ...], tuple[int, Rights]] = field(default_factory=dict)
    names: dict[tuple[str, ...], int] = field(default_factory=dict)
    conditional: int = 0

    def add(self, way: int, tags: Mapping[str, str]) -> bool:
        """Begin a way, True if its tags make it a street; then its nodes are to be appended and `end` called."""
        key = tuple((k, v) for k, v in tags.items() if k in RULE_KEYS)
        row, rights = self.rules.get(key) or self.rules.setdefault(key, (len(self.rules), access_of(tags)))
        if not (rights.forward | rights.backward) & TRAVEL:
            return False
        self.conditional += any(k.endswith(":conditional") for k in tags)
        self.id.append(way)
        self.rights.append(row)
        signed = tags.get("name") or tags.get("ref", "")
        name = (signed, *(tags.get(f"name:{language}", "") for language in LANGUAGES))
        self.name.append(self.names.setdefault(name, len(self.names)) if signed else -1)
        return True

    def end(self) -> None:
        """End the way begun last."""
        self.first.append(len(self.ref))

    def ways(self, node_rules: Mapping[int, NodeRule], node_levels: Mapping[int, float]) -> Ways:
        """All ways as arrays."""
        return Ways(
            np.array(self.id, np.int64),
            np.array(self.first, np.int64),
            np.array(self.ref, np.int64),
            np.array(self.lat, np.float64),
            np.array(self.lon, np.float64),
            np.array(self.rights, np.int32),
            np.array(self.name, np.int32),
            [rights for _, rights in self.rules.values()],
            list(self.names),
            node_rules,
            node_levels,
        )


@dataclass(frozen=True, slots=True)
class _Area:
    """A named multipolygon and the ways around it."""

    relation: int
    tags: Mapping[str, str]
    kind: str
    ways: tuple[int, ...]


@dataclass(slots=True)
class _Content:
    file: str
    columns: WayColumns
    places: list[OsmPlace] = field(default_factory=list)
    turns: list[TurnRestriction] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    areas: list[_Area] = field(default_factory=list)
    node_rules: dict[int, NodeRule] = field(default_factory=dict)
    node_levels: dict[int, float] = field(default_factory=dict)


def _take(content: _Content, item: object) -> None:
    if isinstance(item, Way):
        _take_way(content, item)
    elif isinstance(item, Node):
        _take_node(content, item)
    elif isinstance(item, Relation):
        _take_relation(content, item)


def _take_way(content: _Content, way: Way) -> None:
    tags = dict(way.tags)
    columns = content.columns
    if columns.add(way.id, tags):
        for node in way.nodes:
            location = node.location
            is_known = location.valid()
            columns.ref.append(node.ref)
            columns.lat.append(location.lat if is_known else np.nan)
            columns.lon.append(location.lon if is_known else np.nan)
        columns.end()
        return
    kind = kind_of(tags)
    if kind and "highway" not in tags:
        points = _corners(way)
        if points:
            content.places.append(place_of(f"w{way.id}", tags, kind, *_middle(points)))


def _corners(way: Way) -> list[tuple[float, float]]:
    points = [(n.location.lat, n.location.lon) for n in way.nodes if n.location.valid()]
    return points[:-1] if way.is_closed() and len(points) > 1 else points


def _middle(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    lat, lon = zip(*points, strict=True)
    return sum(lat) / len(points), sum(lon) / len(points)


def _take_node(content: _Content, node: Node) -> None:
    tags = dict(node.tags)
    rule = node_rule_of(tags)
    if rule is not None:
        content.node_rules[node.id] = rule
    levels = levels_of(tags.get("level", ""))
    if len(levels) == 1:
        content.node_levels[node.id] = levels[0]
    kind = kind_of(tags)
    if kind and node.location.valid():
        content.places.append(place_of(f"n{node.id}", tags, kind, node.lat, node.lon))


def _take_relation(content: _Content, relation: Relation) -> None:
    tags = dict(relation.tags)
    kind = kind_of(tags)
    if kind and tags.get("type") == "multipolygon":
        outer = tuple(m.ref for m in relation.members if m.type == "w" and m.role in ("outer", ""))
        content.areas.append(_Area(relation.id, tags, kind, outer))
    if not tags.get("type", "").startswith("restriction"):
        return
    restriction = restriction_of(relation.id, tags, [(m.type, m.ref, m.role) for m in relation.members])
    if isinstance(restriction, str):
        message = f"relation {relation.id}: {restriction}; ignored"
        content.notices.append(Notice(Severity.INFO, content.file, None, message))
    else:
        content.turns.append(restriction)


def _area_places(path: Path, areas: Sequence[_Area]) -> Iterator[OsmPlace]:
    """Places of multipolygons: their ways stand before them in the file, so it is read once more for these."""
    ways = {way for area in areas for way in area.ways}
    if not ways:
        return
    processor = osmium.FileProcessor(str(path)).with_locations()
    processor.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)).with_filter(osmium.filter.IdFilter(ways))
    corners = {way.id: _corners(way) for way in processor if isinstance(way, Way)}
    for area in areas:
        points = [point for way in area.ways for point in corners.get(way, [])]
        if points:
            yield place_of(f"r{area.relation}", area.tags, area.kind, *_middle(points))


def _attribution(path: Path) -> str:
    """What the root of an XML file states, if it is not OpenStreetMap's own address."""
    if path.suffix not in (".osm", ".gz", ".bz2"):
        return ATTRIBUTION
    with _opened(path) as file:
        _, root = next(ElementTree.iterparse(file, events=("start",)))
    stated = str(root.get("attribution", ""))
    return ATTRIBUTION if not stated or "openstreetmap.org/copyright" in stated else stated


def _opened(path: Path) -> IO[bytes]:
    match path.suffix:
        case ".gz":
            return cast(IO[bytes], gzip.GzipFile(path))
        case ".bz2":
            return bz2.BZ2File(path)
        case _:
            return path.open("rb")
