"""What of a question is left to ask for who is on the way already."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from planner.amounts import walk_s
from planner.model import Leg, TransitLeg
from planner.request import Location, PlanRequest


def onward(request: PlanRequest, origin: Location, moment: datetime, legs: Sequence[Leg]) -> PlanRequest:
    """The question of who stands at `origin` at `moment` after `legs`, and wants to arrive soon.

    What is still to be passed, and how long one can still walk, is what `legs` leave of it.
    """
    left_s = None if request.max_walk_s is None else max(0, request.max_walk_s - walk_s(legs))
    return replace(
        request,
        origin=origin,
        time=moment,
        arrive_by=False,
        window_s=None,
        cursor=None,
        max_duration_s=None,
        prefer=None,
        max_price=None,
        max_walk_s=left_s,
        through=unpassed(request.through, legs),
    )


def unpassed(through: tuple[frozenset[str], ...], legs: Sequence[Leg]) -> tuple[frozenset[str], ...]:
    """Which of the stops to pass, in order, the vehicles of `legs` have not called at yet."""
    calls = [
        {place.stop_id, place.parent_id}
        for leg in legs
        if isinstance(leg, TransitLeg)
        for place in (leg.origin, *(call.place for call in leg.calls), leg.destination)
    ]
    passed = 0
    for ids in calls:
        while passed < len(through) and ids & through[passed]:
            passed += 1
    return through[passed:]
