"""Lines as short texts: the encoded polyline of maps and journey planners.

References
----------
Google, Encoded Polyline Algorithm Format, https://developers.google.com/maps/documentation/utilities/polylinealgorithm
"""

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from planner.kernels import kernel

LETTERS_MOST = 7
"""A step of up to 360 degrees in units of 1e-7 is at most so many letters of five bits."""


def encode_polyline(points: Sequence[tuple[float, float]], precision: int = 6) -> str:
    """Text of a line of (latitude, longitude) in degrees, rounded to `precision` decimals (at most 7)."""
    degrees = np.fromiter(chain.from_iterable(points), np.float64, 2 * len(points))
    rounded = np.rint(degrees * 10**precision).astype(np.int64)
    return _letters(rounded).tobytes().decode("ascii")


@kernel
def _letters(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Letters of latitudes and longitudes in turn, each as the step from the one before."""
    letters = np.empty(len(numbers) * LETTERS_MOST, np.uint8)
    n = 0
    for i in range(len(numbers)):
        step = numbers[i] - (numbers[i - 2] if i > 1 else 0)
        value = ~(step << 1) if step < 0 else step << 1
        while value >= 0x20:
            letters[n] = (0x20 | (value & 0x1F)) + 63
            value >>= 5
            n += 1
        letters[n] = value + 63
        n += 1
    return letters[:n]


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
