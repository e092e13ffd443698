"""Rules about vehicles: where they are, what they are called, and that predictions speak of the same ones."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from planner.geo import METRES_PER_DEGREE
from tests.api.validator.told import Static, Told, key_of

TRIP_BUFFER_M, REGION_BUFFER_M = 200.0, 1609.0
FASTEST_MS = 26.0


def e026(static: Static, told: Told) -> Iterator[str]:
    """Vehicles are on Earth."""
    for one in told.positions:
        lat, lon = one.position.latitude, one.position.longitude
        if not (-90 <= lat <= 90 and -180 <= lon <= 180) or lat == lon == 0:
            yield one.vehicle.id


def e027(static: Static, told: Told) -> Iterator[str]:
    """Bearings are degrees of a circle."""
    yield from (one.vehicle.id for one in told.positions if not 0 <= one.position.bearing <= 360)


def _metres_from(line: np.ndarray, lat: float, lon: float) -> float:
    """From a place to the nearest point of a line of latitudes and longitudes."""
    scale = np.array([1.0, np.cos(np.radians(lat))]) * METRES_PER_DEGREE
    points = (line - np.array([lat, lon])) * scale
    begin, way = points[:-1], np.diff(points, axis=0)
    length = np.maximum((way**2).sum(1), 1e-9)
    share = np.clip(-(begin * way).sum(1) / length, 0.0, 1.0)
    return float(np.hypot(*(begin + way * share[:, None]).T).min())


def e028(static: Static, told: Told) -> Iterator[str]:
    """Vehicles are in the region of their feed."""
    stops = [(float(row["stop_lat"]), float(row["stop_lon"])) for row in static.stops.values() if row["stop_lat"]]
    every = np.array([*stops, *(point for line in static.shapes.values() for point in line)])
    margin = REGION_BUFFER_M / METRES_PER_DEGREE
    low, high = every.min(0) - margin, every.max(0) + margin
    for one in told.positions:
        if not (low <= (place := (one.position.latitude, one.position.longitude))).all() or not (place <= high).all():
            yield one.vehicle.id


def e029(static: Static, told: Told) -> Iterator[str]:
    """Vehicles are on the shape of their trip."""
    for one in told.positions:
        shape = static.trips.get(one.trip.trip_id, {}).get("shape_id")
        if shape:
            far = _metres_from(static.shapes[shape], one.position.latitude, one.position.longitude)
            if far > TRIP_BUFFER_M:
                yield f"{one.vehicle.id}: {far:.0f} m"


def e047(static: Static, told: Told) -> Iterator[str]:
    """Both messages have the same vehicle on the same trip."""
    vehicles = {key_of(one.trip): one.vehicle.id for one in told.positions if one.trip.trip_id}
    for update in told.trip_updates:
        if update.vehicle.id and vehicles.get(key_of(update.trip), update.vehicle.id) != update.vehicle.id:
            yield update.trip.trip_id


def e052(static: Static, told: Told) -> Iterator[str]:
    """No vehicle is told twice."""
    yield from (name for name, count in Counter(one.vehicle.id for one in told.positions).items() if count > 1)


def w002(static: Static, told: Told) -> Iterator[str]:
    """Vehicles have a name, in predictions too."""
    yield from (one.trip.trip_id for one in (*told.trip_updates, *told.positions) if not one.vehicle.id)


def w003(static: Static, told: Told) -> Iterator[str]:
    """What is predicted is on the map, and what runs on a trip is predicted."""
    predicted = {key_of(update.trip) for update in told.trip_updates}
    shown = {key_of(one.trip) for one in told.positions if one.HasField("trip")}
    yield from (" ".join(key) for key in predicted ^ shown)


def w004(static: Static, told: Told) -> Iterator[str]:
    """Nothing is as fast as no bus or train of a city."""
    yield from (one.vehicle.id for one in told.positions if not 0 <= one.position.speed <= FASTEST_MS)


def w005(static: Static, told: Told) -> Iterator[str]:
    """Runs of a frequency without exact times name their vehicle."""
    for update in told.trip_updates:
        if static.exact_times(update.trip.trip_id) == "0" and not update.vehicle.id:
            yield update.trip.trip_id
