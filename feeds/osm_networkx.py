"""Streets of any place of the world by its name, downloaded through osmnx, and streets of any graph osmnx makes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import networkx

from feeds.notices import FeedError, Notice, Severity
from feeds.osm import ATTRIBUTION, OsmExtract, WayColumns
from feeds.osm_access import RULE_KEYS, NodeRule, levels_of, node_rule_of
from feeds.osm_graph import LANGUAGES, streets_of_ways
from planner.streets import Streets

WAY_TAGS = sorted(RULE_KEYS | {"name", "ref", *(f"name:{language}" for language in LANGUAGES)})
NODE_TAGS = ["highway", "barrier", "entrance", "door", "access", "foot", "bicycle", "vehicle", "motor_vehicle"]
NODE_TAGS += ["wheelchair", "kerb", "crossing", "crossing:signals", "opening_hours", "level"]

_Point = tuple[float, float]


@contextmanager
def osmnx_tags(cache_folder: Path | None = None) -> Iterator[None]:
    """Let osmnx keep the tags that streets are made of while the context lasts; answers are kept in `cache_folder`."""
    from osmnx import settings

    before = settings.useful_tags_way, settings.useful_tags_node, settings.use_cache, settings.cache_folder
    settings.useful_tags_way, settings.useful_tags_node = WAY_TAGS, NODE_TAGS
    settings.use_cache = cache_folder is not None
    settings.cache_folder = cache_folder or settings.cache_folder
    try:
        yield
    finally:
        settings.useful_tags_way, settings.useful_tags_node, settings.use_cache, settings.cache_folder = before


def read_place(query: str, answers: Path) -> OsmExtract:
    """Streets of a place by its name ("Mihama-ku, Chiba"), from Nominatim and the Overpass API.

    No named places but the streets' names come with them.

    Parameters
    ----------
    answers : Path
        Folder in which the answers of the servers are kept; what is there already is not asked again.

    Raises
    ------
    FeedError
        If the servers do not answer, or the place is not known or has no streets.
    """
    notices: list[Notice] = []
    with osmnx_tags(answers):
        streets = streets_of(_download(query), notices)
    return OsmExtract(streets, (), ATTRIBUTION, tuple(notices))


def _download(query: str) -> "networkx.MultiDiGraph[int]":
    import osmnx
    from requests import RequestException

    try:
        return osmnx.graph_from_place(query, network_type="all", simplify=False, retain_all=True)
    except (RequestException, osmnx._errors.ResponseStatusCodeError) as error:
        urls = osmnx.settings.nominatim_url, osmnx.settings.overpass_url
        asked = " and ".join(str(urlsplit(url).hostname) for url in urls)
        kind = type(error).__name__
        raise FeedError(f"{query}: the servers of OpenStreetMap ({asked}) did not answer ({kind}).") from error
    except (osmnx._errors.InsufficientResponseError, TypeError, ValueError) as error:
        # TypeError: what Nominatim found has no outline; ValueError: nothing is left within the outline
        raise FeedError(f"{query}: OpenStreetMap knows no streets of such a place.") from error


def streets_of(graph: "networkx.MultiDiGraph[int]", notices: list[Notice] | None = None) -> Streets:
    """Streets of a graph made by osmnx in degrees, simplified or not; best read within `osmnx_tags`.

    Such graphs know no turn restrictions.

    Parameters
    ----------
    notices : list of Notice or None
        Remarks are added to it.

    Raises
    ------
    FeedError
        If the graph has no streets, or its coordinates are not degrees.
    """
    remarks = [] if notices is None else notices
    columns = WayColumns()
    positions = {int(node): (float(data["y"]), float(data["x"])) for node, data in graph.nodes(data=True)}
    if any(abs(lat) > 90 or abs(lon) > 180 for lat, lon in positions.values()):
        raise FeedError("The street graph is projected; graphs in degrees (EPSG:4326) can be used.")
    merged = sum(_add_line(columns, line, data, positions) for line, data in _lines(graph))
    if not columns.id:
        raise FeedError("The street graph has no street in it.")
    if merged:
        message = f"{merged} edges join ways with different tags; the first way's tags are used"
        remarks.append(Notice(Severity.INFO, "graph", None, message))
    rules, levels = _node_columns(graph)
    return streets_of_ways(columns.ways(rules, levels), (), "graph", remarks)


def _lines(graph: "networkx.MultiDiGraph[int]") -> Iterator[tuple[list[int], Mapping[str, Any]]]:
    """Nodes of every way or simplified edge, once, in its own direction, with its attributes."""
    pieces: dict[int, list[tuple[int, int]]] = defaultdict(list)
    attributes: dict[int, Mapping[str, Any]] = {}
    seen: set[tuple[frozenset[int], str, int]] = set()
    for tail, head, data in graph.edges(data=True):
        is_back = data.get("reversed") is True
        if is_back and not _is_oneway(data):
            continue
        if "geometry" in data or isinstance(data["osmid"], list):
            key = frozenset((tail, head)), str(sorted(_listed(data["osmid"]))), round(float(data.get("length", 0)))
            if key not in seen or _is_oneway(data):
                yield [int(tail), int(head)], data
            seen.add(key)
        else:
            way = int(data["osmid"])
            pieces[way].append((int(tail), int(head)))
            attributes[way] = data
    for way, pairs in pieces.items():
        for line in _chains(pairs):
            yield line, attributes[way]


def _chains(pairs: list[tuple[int, int]]) -> Iterator[list[int]]:
    """Lines that use every pair of neighbours once, begun where a line has no beginning before it."""
    onward: dict[int, list[int]] = defaultdict(list)
    balance: dict[int, int] = defaultdict(int)
    for tail, head in pairs:
        onward[tail].append(head)
        balance[tail] += 1
        balance[head] -= 1
    for start in sorted(balance, key=lambda node: -balance[node]):
        while onward[start]:
            line = [start]
            while onward[line[-1]]:
                line.append(onward[line[-1]].pop())
            yield line


def _add_line(columns: WayColumns, line: list[int], data: Mapping[str, Any], positions: Mapping[int, _Point]) -> bool:
    """Add one line; True if it had tags of several ways."""
    tags = {str(key): _text(value) for key, value in data.items() if key in WAY_TAGS}
    if not columns.add(int(_listed(data["osmid"])[0]), tags):
        return False
    inner = list(data["geometry"].coords)[1:-1] if "geometry" in data else []
    shape = [(lat, lon) for lon, lat in inner]
    unnamed = -1 - len(columns.ref)
    refs = [line[0], *(unnamed - i for i in range(len(shape))), *line[1:]]
    points = [positions[line[0]], *shape, *(positions[node] for node in line[1:])]
    for ref, (lat, lon) in zip(refs, points, strict=True):
        columns.ref.append(ref)
        columns.lat.append(lat)
        columns.lon.append(lon)
    columns.end()
    return any(isinstance(data[key], list) for key in tags)


def _node_columns(graph: "networkx.MultiDiGraph[int]") -> tuple[dict[int, NodeRule], dict[int, float]]:
    rules: dict[int, NodeRule] = {}
    levels: dict[int, float] = {}
    for node, data in graph.nodes(data=True):
        tags = {str(key): _text(value) for key, value in data.items() if key in NODE_TAGS}
        rule = node_rule_of(tags)
        if rule is not None:
            rules[int(node)] = rule
        level = levels_of(tags.get("level", ""))
        if len(level) == 1:
            levels[int(node)] = level[0]
    return rules, levels


def _is_oneway(data: Mapping[str, Any]) -> bool:
    return data.get("oneway") in (True, "yes", "True", "1", "-1")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    first = _listed(value)[0]
    return {True: "yes", False: "no"}[first] if isinstance(first, bool) else str(first)
