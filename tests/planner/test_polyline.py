"""The encoded polyline."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.polyline import decode_polyline, encode_polyline, encode_polylines

POINTS = ((38.5, -120.2), (40.7, -120.95), (43.252, -126.453))


def test_published_example() -> None:
    """The example of Google's description of the format."""
    assert encode_polyline(POINTS, precision=5) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"


def test_published_example_backwards() -> None:
    assert decode_polyline("_p~iF~ps|U_ulLnnqC_mqNvxq`@", precision=5) == POINTS


def test_no_points() -> None:
    assert encode_polyline(()) == ""
    assert decode_polyline("") == ()


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), max_size=20))
def test_a_line_comes_back_within_half_a_unit(points: list[tuple[float, float]]) -> None:
    back = decode_polyline(encode_polyline(points))
    assert len(back) == len(points)
    for point, other in zip(points, back, strict=True):
        assert point == pytest.approx(other, abs=5.1e-7)


def test_lines_written_together_begin_anew_each() -> None:
    """Google's example, nothing, and its second point alone."""
    together = encode_polylines([POINTS, (), POINTS[1:2]], precision=5)
    assert together == ["_p~iF~ps|U_ulLnnqC_mqNvxq`@", "", "_flwFn`faV"]


def test_the_longest_step_has_room() -> None:
    """From one edge of the map to the other, in the finest units."""
    ends = ((-90.0, -180.0), (90.0, 180.0), (-90.0, -180.0))
    assert decode_polyline(encode_polyline(ends, 7), 7) == ends
