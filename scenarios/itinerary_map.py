"""Itineraries on a map one can open in a browser."""

from collections.abc import Sequence
from html import escape

import folium

from planner.model import Itinerary, Leg, Mode, TransitLeg, mode_of

MODE_COLOURS = {
    Mode.WALK: "#6b7280",
    Mode.BIKE: "#16a34a",
    Mode.E_BIKE: "#16a34a",
    Mode.RENTAL: "#059669",
    Mode.FLEX: "#d97706",
    Mode.TAXI: "#111827",
    Mode.CAR_DROPOFF: "#111827",
    Mode.BUS: "#2563eb",
    Mode.COACH: "#2563eb",
    Mode.FERRY: "#0891b2",
    Mode.MONORAIL: "#7c3aed",
}
OTHER_COLOUR = "#dc2626"


def draw_itineraries(itineraries: Sequence[Itinerary], attributions: Sequence[str] = ()) -> folium.Map:
    """Every itinerary as a layer of its own, the first one shown; a line a leg, dashed on foot.

    Raises
    ------
    ValueError
        There is no itinerary to draw.
    """
    if not itineraries:
        raise ValueError("there is no itinerary to draw")
    points = [point for itinerary in itineraries for leg in itinerary.legs for point in _line(leg)]
    credit = "; ".join(["© OpenStreetMap contributors", *(escape(text) for text in attributions)])
    drawn = folium.Map(location=points[0], tiles=None, control_scale=True)
    folium.TileLayer("OpenStreetMap", attr=credit, control=False).add_to(drawn)
    for number, itinerary in enumerate(itineraries, 1):
        title = f"{number}  {itinerary.start:%H:%M}–{itinerary.end:%H:%M}"
        layer = folium.FeatureGroup(name=title, show=number == 1)
        for leg in itinerary.legs:
            _draw_leg(leg, layer)
        layer.add_to(drawn)
    folium.LayerControl(collapsed=False).add_to(drawn)
    drawn.fit_bounds([[min(p[i] for p in points) for i in (0, 1)], [max(p[i] for p in points) for i in (0, 1)]])
    return drawn


def _draw_leg(leg: Leg, layer: folium.FeatureGroup) -> None:
    text = f"{leg.start:%H:%M}–{leg.end:%H:%M} {_name(leg)}: {leg.origin.name} → {leg.destination.name}"
    dashes = "4 8" if mode_of(leg) is Mode.WALK else None
    line = folium.PolyLine(_line(leg), color=_colour(leg), weight=5, dash_array=dashes, tooltip=_inert(text))  # type: ignore[no-untyped-call]
    line.add_to(layer)
    start = folium.CircleMarker(
        (leg.origin.lat, leg.origin.lon), 4, color=_colour(leg), fill=True, tooltip=_inert(leg.origin.name)
    )
    start.add_to(layer)


def _inert(text: str) -> str:
    """Text that is neither markup nor, for folium sets tooltips between backticks, part of the page's script."""
    return escape(text).replace("\\", "&#92;").replace("`", "&#96;").replace("$", "&#36;")


def _line(leg: Leg) -> tuple[tuple[float, float], ...]:
    ends = ((leg.origin.lat, leg.origin.lon), (leg.destination.lat, leg.destination.lon))
    return leg.geometry if len(leg.geometry) > 1 else ends


def _name(leg: Leg) -> str:
    if isinstance(leg, TransitLeg):
        return leg.route_short_name or leg.route_long_name
    return mode_of(leg).capitalize()


def _colour(leg: Leg) -> str:
    if isinstance(leg, TransitLeg) and leg.route_color:
        return f"#{leg.route_color}"
    return MODE_COLOURS.get(mode_of(leg), OTHER_COLOUR)
