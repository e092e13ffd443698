"""A replication played again on a map, with a slider for the time of day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from math import ceil, sqrt
from pathlib import Path
from typing import Any

import folium
import numpy as np
from folium.plugins import TimestampedGeoJson

from scenarios.cases import is_of_city
from scenarios.city_replay import CityReplay, city_replay_of
from scenarios.moments import moment_of, moments, waiting_at
from scenarios.positions import Point, Replay, replay_of
from scenarios.tables import replaced

STEP_S = 20
CITY_STEPS_S = (20, 60, 120, 300, 600, 900)
MOST_MARKS = 20_000
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
    if is_of_city(run / "scenario.toml"):
        drawn = draw_city(city_replay_of(run, replication))
    else:
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
    _player(_marks(replay), STEP_S).add_to(drawn)
    drawn.fit_bounds(
        [[min(p[i] for p in replay.line) for i in (0, 1)], [max(p[i] for p in replay.line) for i in (0, 1)]]
    )
    return drawn


def draw_city(city: CityReplay) -> folium.Map:
    """Map of the places that people of the city go to, with what moves there, coloured by fleet, and who waits."""
    (south, west), (north, east) = city.box
    drawn = folium.Map(location=((south + north) / 2, (west + east) / 2), zoom_start=14, control_scale=True)
    step_s = city_step_s(city)
    _player(list(_city_marks(city, step_s)), step_s).add_to(drawn)
    drawn.fit_bounds([[south, west], [north, east]])
    return drawn


def city_step_s(city: CityReplay) -> int:
    """The shortest step of the slider that leaves about no more marks than a browser plays."""
    longest_s = CITY_STEPS_S[-1]
    marks_s = longest_s * sum(1 for _ in _city_marks(city, longest_s))
    return next((step_s for step_s in CITY_STEPS_S if marks_s / step_s <= MOST_MARKS), longest_s)


def _city_marks(city: CityReplay, step_s: int) -> Iterator[dict[str, Any]]:
    """A point a vehicle, and a point a stop where somebody waits, every so many seconds, within the box."""
    replay, names = city.replay, sorted({name for name, _ in city.fleets})
    colours = {name: COLOURS[row % len(COLOURS)] for row, name in enumerate(names)}
    for track in replay.vehicles:
        fleet = city.fleet_of(track.vehicle)
        first = replay.begin_s + step_s * ceil((track.times_s[0] - replay.begin_s) / step_s)
        for time_s in np.arange(first, track.times_s[-1] + 1e-6, step_s).tolist():
            now = moment_of(track, time_s)
            if now is not None and _is_within(city.box, now.lat, now.lon):
                text, radius = f"{fleet.replace('_', ' ')}: {now.load}", 4 + round(sqrt(now.load))
                yield _mark((now.lat, now.lon), time_s, text, colours.get(fleet, COLOURS[0]), radius)
    for stop in replay.stops:
        if _is_within(city.box, stop.lat, stop.lon):
            for time_s in moments(replay, step_s):
                if waiting := waiting_at(stop, time_s):
                    radius = 4 + round(sqrt(waiting))
                    yield _mark((stop.lat, stop.lon), time_s, f"{stop.name}: {waiting}", "#111827", radius)


def _is_within(box: tuple[Point, Point], lat: float, lon: float) -> bool:
    (south, west), (north, east) = box
    return south <= lat <= north and west <= lon <= east


def _player(marks: list[dict[str, Any]], step_s: int) -> TimestampedGeoJson:
    return TimestampedGeoJson(
        {"type": "FeatureCollection", "features": marks},
        period=f"PT{step_s}S", duration=f"PT{step_s - 1}S", date_options="HH:mm:ss", add_last_point=False,
        auto_play=False, transition_time=100,
    )  # type: ignore[no-untyped-call]  # fmt: skip


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
