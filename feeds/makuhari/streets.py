"""The streets of the embedded city as OpenStreetMap XML, so that they are read like those of any other city.

Lines of the city's bicycle map are joined by what was drawn by hand: forecourts, decks with lifts and stairs, the gated
passage at the Station Park, corridors of the mall and the Messe, paths to the towers. Every row of the tables says so.

References
----------
OSM wiki: "OSM XML", "Relation:restriction", "Tag:highway=elevator".
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from pathlib import Path

from feeds.makuhari.places import osm_tags_of, parse_tags, places, read_rows

_NODE_FILES = ("street_nodes.csv", "osm_street_nodes.csv")
ATTRIBUTION = (
    "Chiba City bicycle map (Code for Chiba); OpenStreetMap contributors, ODbL; MLIT; e-Stat; "
    "HELLO CYCLING / ODPT, CC BY 4.0; mini-tokyo-3d, MIT; drawn by hand where the tables say authored"
)

Point = tuple[str, str]


def write_osm(path: Path) -> None:
    """Write streets, turn restrictions and places of the embedded city as one OSM XML file (version 0.6).

    Equal tables give equal bytes. Ids are positive and count from 1 in the order of the tables.
    """
    edges = list(read_rows("street_edges.csv"))
    junctions = {row["id"]: (row["lat"], row["lon"]) for file in _NODE_FILES for row in read_rows(file)}
    node_ids = {junction: number for number, junction in enumerate(junctions, start=1)}
    way_ids = {edge["id"]: number for number, edge in enumerate(edges, start=1)}

    root = ET.Element("osm", version="0.6", generator="kaiteki", attribution=ATTRIBUTION)
    for junction, point in junctions.items():
        _add_node(root, node_ids[junction], point, {})
    bends = _add_bends(root, edges, first_id=len(node_ids) + 1)
    for number, place in enumerate(places(), start=len(node_ids) + sum(map(len, bends)) + 1):
        _add_node(root, number, (str(place.lat), str(place.lon)), osm_tags_of(place))
    classes = {row["class"]: parse_tags(row["tags"]) for row in read_rows("street_classes.csv")}
    for edge, inner in zip(edges, bends, strict=True):
        refs = [node_ids[edge["from"]], *inner, node_ids[edge["to"]]]
        _add_way(root, way_ids[edge["id"]], refs, classes[edge["class"]] | _edge_tags(edge))
    _add_restrictions(root, node_ids, way_ids)
    _write(root, path)


def _points(geometry: str) -> Iterator[Point]:
    for point in geometry.split():
        lat, _, lon = point.partition(",")
        yield lat, lon


def _add_bends(root: ET.Element, edges: list[dict[str, str]], first_id: int) -> list[list[int]]:
    """Write the points between the junctions of each edge; their ids, edge by edge."""
    bends: list[list[int]] = []
    number = first_id
    for edge in edges:
        bends.append([])
        for point in _points(edge["geometry"]):
            _add_node(root, number, point, {})
            bends[-1].append(number)
            number += 1
    return bends


def _edge_tags(edge: Mapping[str, str]) -> dict[str, str]:
    names = {"name": edge["name"], "name:ja": edge["name"], "name:en": edge["name_en"]}
    tags = {key: name for key, name in names.items() if name} | parse_tags(edge["tags"])
    return tags | {"ref:kaiteki": edge["id"], "source": edge["source"], "source:confidence": edge["confidence"]}


def _add_restrictions(root: ET.Element, node_ids: Mapping[str, int], way_ids: Mapping[str, int]) -> None:
    for number, turn in enumerate(read_rows("street_turns.csv"), start=1):
        relation = _add(root, "relation", number)
        for kind, ref, role in (
            ("way", way_ids[turn["from"]], "from"),
            ("node", node_ids[turn["via"]], "via"),
            ("way", way_ids[turn["to"]], "to"),
        ):
            ET.SubElement(relation, "member", type=kind, ref=str(ref), role=role)
        tags = {"type": "restriction", "restriction": turn["restriction"], "source": turn["source"]}
        _add_tags(relation, tags | {"source:confidence": turn["confidence"]})


def _add_node(root: ET.Element, number: int, point: Point, tags: Mapping[str, str]) -> None:
    node = _add(root, "node", number)
    node.set("lat", point[0])
    node.set("lon", point[1])
    _add_tags(node, tags)


def _add_way(root: ET.Element, number: int, refs: list[int], tags: Mapping[str, str]) -> None:
    way = _add(root, "way", number)
    for ref in refs:
        ET.SubElement(way, "nd", ref=str(ref))
    _add_tags(way, tags)


def _add(root: ET.Element, kind: str, number: int) -> ET.Element:
    return ET.SubElement(root, kind, id=str(number), version="1", visible="true")


def _add_tags(element: ET.Element, tags: Mapping[str, str]) -> None:
    for key, value in tags.items():
        ET.SubElement(element, "tag", k=key, v=value)


def _write(root: ET.Element, path: Path) -> None:
    ET.indent(root)
    path.write_bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")
