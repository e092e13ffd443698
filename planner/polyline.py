"""Lines as short texts: the encoded polyline of maps and journey planners.

References
----------
Google, Encoded Polyline Algorithm Format, https://developers.google.com/maps/documentation/utilities/polylinealgorithm
"""

from collections.abc import Sequence
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from planner.kernels import kernel

Point = tuple[float, float]

LETTERS_MOST = 7
"""A step of up to 360 degrees in units of 1e-7 is at most so many letters of five bits."""


def encode_polyline(points: Sequence[Point], precision: int = 6) -> str:
    """Text of a line of (latitude, longitude) in degrees, rounded to `precision` decimals (at most 7)."""
    return encode_polylines([points], precision)[0]


def encode_polylines(lines: Sequence[Sequence[Point]], precision: int = 6) -> list[str]:
    """Texts of several lines, in one compiled call: a leg has one line of its own and one for each step."""
    first = np.zeros(len(lines) + 1, np.int64)
    np.cumsum([2 * len(points) for points in lines], out=first[1:])
    degrees = np.fromiter(chain.from_iterable(chain.from_iterable(lines)), np.float64, int(first[-1]))
    rounded = np.rint(degrees * 10**precision).astype(np.int64)
    letters = np.empty(len(rounded) * LETTERS_MOST, np.uint8)
    ends = np.zeros(len(first), np.int64)
    n = _write(rounded, first, letters, ends)
    text, cuts = letters[:n].tobytes().decode("ascii"), ends.tolist()
    return [text[begin:end] for begin, end in pairwise(cuts)]


@kernel
def _write(
    numbers: NDArray[np.int64], first: NDArray[np.int64], letters: NDArray[np.uint8], ends: NDArray[np.int64]
) -> int:
    """Letters of latitudes and longitudes in turn, each as the step from the one before in its line; how many."""
    n = 0
    for line in range(len(first) - 1):
        for i in range(first[line], first[line + 1]):
            step = numbers[i] - (numbers[i - 2] if i > first[line] + 1 else 0)
            value = ~(step << 1) if step < 0 else step << 1
            while value >= 0x20:
                letters[n] = (0x20 | (value & 0x1F)) + 63
                value >>= 5
                n += 1
            letters[n] = value + 63
            n += 1
        ends[line + 1] = n
    return n


def decode_polyline(text: str, precision: int = 6) -> tuple[Point, ...]:
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
    points: list[Point] = []
    for step_lat, step_lon in zip(numbers[::2], numbers[1::2], strict=True):
        lat, lon = lat + step_lat, lon + step_lon
        points.append((lat / 10**precision, lon / 10**precision))
    return tuple(points)
