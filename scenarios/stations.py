"""The inside of stations joined to the rest of a network: to its streets where it has any, and to its footpaths."""

from feeds.gtfs import GtfsNetwork
from feeds.gtfs_pathways import read_pathways
from feeds.notices import Notice
from feeds.osm import OsmExtract
from planner.access import Links
from planner.ends import links_of
from planner.footpaths import Footpaths
from planner.pathways import Pathways, join_pathways, station_walks, with_station_walks
from planner.snapping import StreetIndex, index_of
from planner.station_streets import linked_at_nodes, platforms_with_entrance, with_stations
from planner.streets import Streets
from planner.timetable import Timetable


def pathways_of(gtfs: GtfsNetwork) -> tuple[Pathways, tuple[Notice, ...]]:
    """Pathways of all feeds."""
    stops = gtfs.timetable.stops
    feeds = zip(gtfs.tables, gtfs.feeds, strict=True)
    parts = [read_pathways(tables, record.prefix, stops) for tables, record in feeds]
    return join_pathways([part for part, _ in parts]), tuple(notice for _, found in parts for notice in found)


def streets_with_stations(
    osm: OsmExtract, timetable: Timetable, pathways: Pathways
) -> tuple[Streets, StreetIndex, Links]:
    """The streets, their index and the links of the stops.

    A platform that pathways join to an entrance is reached through its entrances, on foot and in a wheelchair; every
    other stop from the street beside it.
    """
    streets, stops = osm.streets, timetable.stops
    index = index_of(streets)
    if not len(pathways):
        return streets, index, links_of(streets, index, stops.lat, stops.lon)
    joined = with_stations(streets, index, stops, pathways)
    links = links_of(joined.streets, joined.index, stops.lat, stops.lon)
    walks = station_walks(pathways, stops, wheelchair=False)
    is_inside = platforms_with_entrance(stops, walks, joined.is_door) | joined.is_door
    for name in ("foot", "wheelchair"):
        links[name] = linked_at_nodes(links[name], joined.streets, joined.node, is_inside)
    return joined.streets, joined.index, links


def crow_with_stations(plain: Footpaths, timetable: Timetable, pathways: Pathways) -> dict[str, Footpaths]:
    """Footpaths for walkers and wheelchairs where there are no streets: steps are known within stations only."""
    if not len(pathways):
        return {"foot": plain, "wheelchair": plain}
    return {
        name: with_station_walks(plain, timetable, pathways, wheelchair=name == "wheelchair")
        for name in ("foot", "wheelchair")
    }
