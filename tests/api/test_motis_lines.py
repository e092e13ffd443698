"""Lines and steps of an answer, written once."""

from datetime import UTC, datetime

from api.motis_lines import drawn
from planner.model import Mode, Place, Step, StreetLeg, Turn
from planner.polyline import decode_polyline

BEGUN, ENDED = datetime(2026, 11, 25, 8, tzinfo=UTC), datetime(2026, 11, 25, 9, tzinfo=UTC)
HERE, THERE = Place("Here", 35.64, 140.04), Place("There", 35.65, 140.05)
CORNER = 35.65, 140.04
FIRST, SECOND = ((35.64, 140.04), CORNER), (CORNER, (35.65, 140.05))
STEPS = (Step(Turn.DEPART, "A", 1112.04, FIRST), Step(Turn.RIGHT, "B", 904.0, SECOND, 0.0, -1.0))


def walk(*steps: Step) -> StreetLeg:
    line = tuple(dict.fromkeys(point for step in steps for point in step.geometry))
    return StreetLeg(Mode.WALK, BEGUN, ENDED, HERE, THERE, 2016.04, line, steps)


def test_every_leg_has_its_own_line_and_steps_in_their_order() -> None:
    long, short, straight = walk(*STEPS), walk(STEPS[1]), StreetLeg(Mode.BIKE, BEGUN, ENDED, HERE, THERE, 1.0, FIRST)
    drawing = drawn([long, short, straight])
    for leg in (long, short, straight):
        assert decode_polyline(drawing.line(leg).points) == leg.geometry
        assert drawing.line(leg).length == len(leg.geometry)
        told = drawing.steps_of(leg)
        assert [(step.streetName, step.relativeDirection) for step in told] == [(s.street, s.turn) for s in leg.steps]
        assert [decode_polyline(step.polyline.points) for step in told] == [step.geometry for step in leg.steps]
    first, second = drawing.steps_of(long)
    assert (first.distance, second.fromLevel, second.toLevel) == (1112.0, 0.0, -1.0)


def test_legs_of_one_way_share_what_is_written() -> None:
    one = walk(*STEPS)
    later = StreetLeg(Mode.WALK, ENDED, ENDED, HERE, THERE, 2016.04, one.geometry, one.steps)
    drawing = drawn([one, later])
    assert drawing.line(one) is drawing.line(later)
    assert drawing.steps_of(one) is drawing.steps_of(later)


def test_lines_stay_told_apart_where_legs_are_not_kept_by_who_asks() -> None:
    drawing = drawn(walk(STEPS[number % 2]) for number in range(20))
    lines = [decode_polyline(drawing.line(leg).points) for leg in drawing.legs]
    assert lines == [FIRST, SECOND] * 10
