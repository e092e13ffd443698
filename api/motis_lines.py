"""Lines on the map and steps along them in MOTIS' shape, each of an answer written once however many legs share it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.motis import Polyline, WireStep
from planner.model import Leg, RentalLeg, Step, StreetLeg
from planner.polyline import encode_polylines

PRECISION = 6


@dataclass(frozen=True, slots=True)
class Drawing:
    """Lines and steps of some legs, by the identity of what they are written from.

    Attributes
    ----------
    legs : tuple of Leg
        Kept, because an identity is anybody's once its object is gone.
    """

    legs: tuple[Leg, ...]
    lines: dict[int, Polyline]
    steps: dict[int, tuple[WireStep, ...]]

    def line(self, leg: Leg) -> Polyline:
        """The line of one of the legs."""
        return self.lines[id(leg.geometry)]

    def steps_of(self, leg: StreetLeg | RentalLeg) -> tuple[WireStep, ...]:
        """The steps of one of the legs."""
        return self.steps[id(leg.steps)]


def drawn(legs: Iterable[Leg]) -> Drawing:
    """The lines and steps of legs; the lines in one compiled call."""
    kept = tuple(legs)
    ways = {id(leg.steps): leg.steps for leg in kept if isinstance(leg, StreetLeg | RentalLeg)}
    shapes = {id(leg.geometry): leg.geometry for leg in kept}
    shapes.update((id(step.geometry), step.geometry) for steps in ways.values() for step in steps)
    lines = dict(zip(shapes, wire_lines(list(shapes.values())), strict=True))
    written = {key: tuple(_step(step, lines[id(step.geometry)]) for step in steps) for key, steps in ways.items()}
    return Drawing(kept, lines, written)


def wire_lines(lines: Sequence[Sequence[tuple[float, float]]]) -> list[Polyline]:
    """Lines of (latitude, longitude) in MOTIS' shape."""
    texts = encode_polylines(lines, PRECISION)
    return [Polyline(text, PRECISION, len(points)) for text, points in zip(texts, lines, strict=True)]


def _step(step: Step, line: Polyline) -> WireStep:
    return WireStep(
        relativeDirection=step.turn,
        distance=round(step.distance_m, 1),
        fromLevel=step.from_level,
        toLevel=step.to_level,
        polyline=line,
        streetName=step.street,
    )
