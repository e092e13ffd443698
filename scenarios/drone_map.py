"""A mission on a map one can open in a browser: zones, way, sites for a landing in need."""

from collections.abc import Sequence
from html import escape
from typing import Any

import folium

from drones.airspace import Circle, Geozone
from drones.mission import Mission
from scenarios.briefing import ZONE_COLOURS


def draw_mission(mission: Mission, zones: Sequence[Geozone]) -> folium.Map:
    """The way over the zones, each with its name and clause."""
    line = [(waypoint.lat, waypoint.lon) for waypoint in mission.waypoints]
    drawn = folium.Map(location=line[0], tiles=None, control_scale=True)
    folium.TileLayer("OpenStreetMap", attr="© OpenStreetMap contributors", control=False).add_to(drawn)
    layer = folium.FeatureGroup(name="zones")
    for zone in zones:
        look: dict[str, Any] = {"color": ZONE_COLOURS[zone.kind], "weight": 1, "fill": True, "fill_opacity": 0.12}
        text = escape(f"{zone.name} ({zone.kind}): {zone.conditions}")
        for volume in zone.volumes:
            if isinstance(volume.shape, Circle):
                centre = volume.shape.lat, volume.shape.lon
                folium.Circle(centre, radius=volume.shape.radius_m, tooltip=text, **look).add_to(layer)
            else:
                folium.Polygon([list(ring) for ring in volume.shape.rings], tooltip=text, **look).add_to(layer)
    layer.add_to(drawn)
    for site in {reach.site.id: reach.site for reach in mission.reaches}.values():
        folium.CircleMarker((site.lat, site.lon), radius=5, color="#059669", tooltip=escape(site.name)).add_to(drawn)
    folium.PolyLine(line, color="#111827", weight=4, tooltip=escape(mission.id)).add_to(drawn)  # type: ignore[no-untyped-call]
    folium.LayerControl(collapsed=True).add_to(drawn)
    drawn.fit_bounds([[min(p[i] for p in line) for i in (0, 1)], [max(p[i] for p in line) for i in (0, 1)]])
    return drawn
