"""Calls lie on their shape in the order of travel."""

import numpy as np

from planner.geo import great_circle_m
from planner.shapes import calls_on_shape, refined


def line(*points: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    lat, lon = np.array(points).T
    return refined(lat, lon)


def test_a_refined_line_keeps_its_corners_and_has_no_long_piece() -> None:
    lat, lon = line((35.0, 140.0), (35.001, 140.0), (35.001, 140.002))
    assert (35.001, 140.0) in set(zip(lat.round(9), lon.round(9), strict=True))
    assert great_circle_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).max() <= 30.01


def test_a_loop_back_to_its_start_is_travelled_all_the_way_round() -> None:
    square = line((35.0, 140.0), (35.0, 140.002), (35.002, 140.002), (35.002, 140.0), (35.0, 140.0))
    lat, lon = np.array([35.0, 35.002, 35.0]), np.array([140.0, 140.002, 140.0])
    first, middle, last = calls_on_shape(square, lat, lon)
    assert first == 0
    assert last == len(square[0]) - 1
    assert first < middle < last
