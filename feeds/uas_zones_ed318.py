"""UAS zones in ED-318: GeoJSON features whose geometries have a vertical layer.

References
----------
EUROCAE ED-318, Technical Specification for Geographical Zones and U-space Data Provision (2023), chapter 4.2;
EUROCONTROL, LayeredGeoJSON.
"""

from collections.abc import Iterator

from drones.airspace import Geozone, ZoneKind, ZoneVolume
from feeds.did import polygons_of
from feeds.gbfs_fields import Entry, EntryError, as_entry, identifier
from feeds.uas_zones_ed269 import (
    KINDS,
    METRES,
    Remarks,
    applicability_of,
    authorities_of,
    circle_of,
    limit_of,
    text_of,
    words_of,
)


def zone_from_ed318(feature: Entry, language: str) -> tuple[Geozone, Remarks]:
    """One feature, and what is to be said about it.

    Raises
    ------
    EntryError
        If the zone cannot be understood; the message says which field and value.
    """
    remarks: Remarks = []
    entry = as_entry(feature.get("properties"), "properties")
    word = identifier(entry, "type").upper()
    if word not in KINDS and word != "USPACE":
        raise EntryError(f"type '{word:.40}' is none of {', '.join(KINDS)}, USPACE")
    if word == "USPACE":
        remarks.append("it is U-space airspace, which is taken as CONDITIONAL")
    times = entry.get("limitedApplicability")
    zone = Geozone(
        id=identifier(entry, "identifier"),
        country=text_of(entry.get("country"), language),
        name=text_of(entry.get("name"), language),
        kind=KINDS.get(word, ZoneKind.CONDITIONAL),
        volumes=tuple(_volumes(as_entry(feature.get("geometry"), "geometry"), None, 0)),
        applicability=applicability_of(times, remarks),
        reasons=words_of(entry.get("reason")),
        conditions=text_of(entry.get("restrictionConditions"), language),
        message=text_of(entry.get("message"), language),
        authorities=authorities_of(entry.get("zoneAuthority"), language, remarks),
    )
    return zone, remarks


def _volumes(geometry: Entry, outer: object, depth: int) -> Iterator[ZoneVolume]:
    """Volumes of a geometry; parts of a collection without a layer of their own have that of the collection."""
    layer = geometry.get("layer", outer)
    if geometry.get("type") == "GeometryCollection":
        parts = geometry.get("geometries")
        if not isinstance(parts, list) or not parts or depth:
            raise EntryError("the GeometryCollection has no simple geometries")
        for part in parts:
            yield from _volumes(as_entry(part, "geometry"), layer, depth + 1)
        return
    limits = as_entry(layer, "layer")
    unit = str(limits.get("uom")).upper()
    if unit not in METRES:
        raise EntryError(f"uom '{unit:.40}' is neither m nor ft")
    lower = limit_of(limits, "lower", "lowerReference", METRES[unit])
    upper = limit_of(limits, "upper", "upperReference", METRES[unit])
    if geometry.get("type") == "Point":
        extent = as_entry(geometry.get("extent"), "extent")
        yield ZoneVolume(circle_of(geometry.get("coordinates"), extent, 1.0), lower, upper)
        return
    for polygon in polygons_of(geometry):
        yield ZoneVolume(polygon, lower, upper)
