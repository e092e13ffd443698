"""A replication played again on a map, with a slider for the time of day."""

from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import folium
from folium.plugins import TimestampedGeoJson

from scenarios.moments import moment_of, moments, waiting_at
from scenarios.positions import Point, Replay, replay_of
from scenarios.tables import replaced

STEP_S = 20
COLOURS = ("#2563eb", "#dc2626", "#059669", "#7c3aed", "#d97706", "#0891b2")

MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)
"""The map's player wants a date; only the time of day is shown."""


def write_replay(run: Path, replication: int = 0) -> Path:
    """Write ``replay.html`` into a run's folder; opened, it fetches its scripts and the map from the internet.

    Raises
    ------
    RequestError
        There is no such replication, or nobody knows where its stops are.
    """
    drawn = draw_replay(replay_of(run, replication))
    with replaced(run / "replay.html") as part:
        drawn.save(str(part))
    return run / "replay.html"


def draw_replay(replay: Replay) -> folium.Map:
    """Map with the line, a mark a vehicle that moves and grows with its riders, and a mark a stop with who waits."""
    drawn = folium.Map(location=replay.line[0], zoom_start=16, control_scale=True)
    folium.PolyLine(replay.line, color="#6b7280", weight=3).add_to(drawn)  # type: ignore[no-untyped-call]
    for stop in replay.stops:
        folium.CircleMarker((stop.lat, stop.lon), 4, color="#111827", tooltip=escape(stop.name)).add_to(drawn)
    TimestampedGeoJson(
        {"type": "FeatureCollection", "features": _marks(replay)},
        period=f"PT{STEP_S}S", duration=f"PT{STEP_S - 1}S", date_options="HH:mm:ss", add_last_point=False,
        auto_play=False, transition_time=100,
    ).add_to(drawn)  # type: ignore[no-untyped-call]  # fmt: skip
    drawn.fit_bounds(
        [[min(p[i] for p in replay.line) for i in (0, 1)], [max(p[i] for p in replay.line) for i in (0, 1)]]
    )
    return drawn


def _marks(replay: Replay) -> list[dict[str, Any]]:
    """A point a vehicle, and a point a stop where somebody waits, every `STEP_S` seconds."""
    features: list[dict[str, Any]] = []
    for time_s in moments(replay, STEP_S):
        for track in replay.vehicles:
            if (now := moment_of(track, time_s)) is not None:
                colour = COLOURS[now.vehicle % len(COLOURS)]
                features.append(
                    _mark((now.lat, now.lon), time_s, f"{now.vehicle + 1}: {now.load}", colour, 6 + now.load)
                )
        features += [
            _mark((stop.lat, stop.lon), time_s, f"{stop.name}: {waiting}", "#111827", 4 + waiting)
            for stop in replay.stops
            if (waiting := waiting_at(stop, time_s))
        ]
    return features


def _mark(place: Point, time_s: float, text: str, colour: str, radius: int) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(place[1], 6), round(place[0], 6)]},
        "properties": {
            "times": [f"{MIDNIGHT + timedelta(seconds=time_s):%Y-%m-%dT%H:%M:%S}"],
            "popup": escape(text),
            "icon": "circle",
            "iconstyle": {"fillColor": colour, "color": colour, "fillOpacity": 0.8, "radius": radius},
        },
    }
