"""Who is in Makuhari on a weekday, place by place, and through which stations the rest come."""

from collections.abc import Mapping
from dataclasses import dataclass

from feeds.makuhari.places import places, read_rows

COLUMNS = ("residents", "workers", "students", "visitors", "gateway")


@dataclass(frozen=True, slots=True)
class PopulatedPlace:
    """A place, or a station by its id in the network, with heads by column; `gateway` is a weight of who comes through.

    The table says row by row which numbers are sourced and which are estimates.
    """

    name: str
    lat: float
    lon: float
    station: str | None
    heads: Mapping[str, float]
    source: str
    confidence: str


def populated_places() -> tuple[PopulatedPlace, ...]:
    """All places, in the order of the table."""
    known = {place.id: place for place in places()}
    found = []
    for row in read_rows("population.csv"):
        place = known.get(row["place"])
        heads = {column: float(row[column] or 0) for column in COLUMNS}
        lat, lon = (place.lat, place.lon) if place else (0.0, 0.0)
        station = None if place else f"makuhari_{row['place']}"
        name = place.name_en if place else row["name"]
        found.append(PopulatedPlace(name, lat, lon, station, heads, row["source"], row["confidence"]))
    return tuple(found)
