"""Lines as short texts: the encoded polyline of maps and journey planners.

References
----------
Google, Encoded Polyline Algorithm Format, https://developers.google.com/maps/documentation/utilities/polylinealgorithm
"""

from collections.abc import Sequence


def encode_polyline(points: Sequence[tuple[float, float]], precision: int = 6) -> str:
    """Text of a line of (latitude, longitude) in degrees, rounded to `precision` decimals."""
    letters: list[str] = []
    last = (0, 0)
    for lat, lon in points:
        point = (round(lat * 10**precision), round(lon * 10**precision))
        letters += _letters(point[0] - last[0]) + _letters(point[1] - last[1])
        last = point
    return "".join(letters)


def _letters(step: int) -> list[str]:
    value = ~(step << 1) if step < 0 else step << 1
    letters: list[str] = []
    while value >= 0x20:
        letters.append(chr((0x20 | (value & 0x1F)) + 63))
        value >>= 5
    return [*letters, chr(value + 63)]


def decode_polyline(text: str, precision: int = 6) -> tuple[tuple[float, float], ...]:
    """Points (latitude, longitude) of an encoded line."""
    numbers: list[int] = []
    value = shift = 0
    for letter in text:
        chunk = ord(letter) - 63
        value |= (chunk & 0x1F) << shift
        shift += 5
        if chunk < 0x20:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    lat = lon = 0
    points: list[tuple[float, float]] = []
    for step_lat, step_lon in zip(numbers[::2], numbers[1::2], strict=True):
        lat, lon = lat + step_lat, lon + step_lon
        points.append((lat / 10**precision, lon / 10**precision))
    return tuple(points)
