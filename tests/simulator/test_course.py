"""Kinematics in closed form; lines as rings."""

import pytest

from planner.errors import KaitekiError
from simulator.course import Motion, cycle_s, line, loop, peak_speed_ms, running_time_s

MOTION = Motion(10.0, 1.0, 2.0)


def test_a_stretch_takes_its_length_at_speed_and_half_of_either_ramp() -> None:
    assert running_time_s(400.0, MOTION) == pytest.approx(400 / 10 + 10 / 2 / 1 + 10 / 2 / 2)


def test_on_a_short_stretch_braking_follows_accelerating() -> None:
    # 37.5 m: up to v in v²/2 m, down in v²/4 m, so v² = 50; v/1 + v/2 seconds.
    assert peak_speed_ms(37.5, MOTION) == pytest.approx(50**0.5)
    assert running_time_s(37.5, MOTION) == pytest.approx(1.5 * 50**0.5)


def test_both_formulas_meet_where_the_limit_is_just_reached() -> None:
    assert running_time_s(75.0, MOTION) == pytest.approx(10 / 1 + 10 / 2)


def test_a_cycle_is_length_by_speed_and_the_loss_of_every_stop() -> None:
    course = loop("ABCD", (400.0, 300.0, 200.0, 100.0))
    assert cycle_s(course, MOTION, 20.0) == pytest.approx(1000 / 10 + 4 * (10 / 2 + 10 / 4 + 20))


def test_a_line_is_a_ring_with_its_inner_stops_twice() -> None:
    course = line("ABC", (100.0, 200.0))
    assert (course.stop_at, course.lengths_m) == ((0, 1, 2, 1), (100.0, 200.0, 200.0, 100.0))


@pytest.mark.parametrize(
    ("ends", "ride"),
    [((0, 2), (0, 2, 300.0)), ((2, 0), (2, 0, 300.0)), ((1, 0), (3, 0, 100.0)), ((1, 2), (1, 2, 200.0)),
     ((2, 1), (2, 3, 200.0))],
)  # fmt: skip
def test_on_a_line_one_boards_on_the_side_of_ones_direction(
    ends: tuple[int, int], ride: tuple[int, int, float]
) -> None:
    assert line("ABC", (100.0, 200.0)).rides[ends] == ride


def test_on_a_loop_the_way_back_is_the_rest_of_it() -> None:
    course = loop("ABCD", (400.0, 300.0, 200.0, 100.0))
    assert course.rides[0, 1][2] + course.rides[1, 0][2] == course.length_m == 1000
    assert course.direct_m(0, 3) == course.direct_m(3, 0) == 100


def test_a_loop_the_other_way_round_has_the_other_rides() -> None:
    there, back = loop("ABCD", (400.0, 300.0, 200.0, 100.0)), loop("ABCD", (400.0, 300.0, 200.0, 100.0), True)
    assert back.stop_at == (0, 3, 2, 1)
    assert all(back.rides[b, a][2] == there.rides[a, b][2] for a, b in there.rides)


@pytest.mark.parametrize(
    ("stops", "lengths", "sentence"),
    [
        ("A", (1.0,), "A course needs two stops, this one has 1."),
        ("AA", (1.0, 2.0), "A course names one of its stops twice."),
        ("ABC", (1.0, 2.0), "A course of these 3 stops has 3 lengths, not 2."),
        ("AB", (1.0, -2.0), "A length between two stops is positive, not -2 m."),
    ],
)
def test_what_is_no_loop(stops: str, lengths: tuple[float, ...], sentence: str) -> None:
    with pytest.raises(KaitekiError) as caught:
        loop(stops, lengths)
    assert str(caught.value) == sentence
