"""What a journey costs who holds passes: covered parts are paid already, the rest is bought as cheaply as can be.

A covered part ends the run of rides that are priced together: the rest of a ride is a ride of its own, paid from where
the pass ends. Every covered part is used or not, whatever makes the whole cheapest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

from planner.fares import Fares, price_legs
from planner.fares_transfers import steps_of
from planner.model import FlexLeg, Leg, Place, StreetLeg, TransitLeg
from planner.prices import FarePart, FareStep, Price, price_for


@dataclass(frozen=True, slots=True)
class RidePass:
    """Rides that are paid already.

    Attributes
    ----------
    routes : frozenset of str
        Ids of the lines it is good for.
    stations : frozenset of str or None
        Ids of the stations between which; None: all of the lines.
    """

    name: str
    routes: frozenset[str]
    stations: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A leg from its call `begin` to its call `end`; `run` numbers covered stretches, None where it is to be paid."""

    position: int
    leg: Leg
    begin: int
    end: int
    run: int | None = None
    name: str = ""


def price_with_passes(
    fares: Sequence[Fares], legs: Sequence[Leg], passes: Sequence[RidePass], rider: str = ""
) -> tuple[FarePart, ...] | None:
    """Products that pay for what no pass does, and the passes; None if the price of any of it is unknown.

    Parameters
    ----------
    fares, legs, rider
        As in `planner.fares.price_legs`.
    passes : sequence of RidePass

    Notes
    -----
    A pass between stations pays base fares only: where the feed has fares but none for the covered part (a limited
    express), that part stays unknown.
    """
    stretches = list(stretches_of(fares, legs, passes, rider))
    runs = 1 + max((one.run for one in stretches if one.run is not None), default=-1)
    cheapest: tuple[float, tuple[FarePart, ...]] | None = None
    # Most is covered first: of equal prices the one that uses the pass is told.
    for used in product((True, False), repeat=runs):
        parts = _bought(fares, stretches, used, rider)
        if parts is not None and (cheapest is None or _cost(parts, rider) < cheapest[0]):
            cheapest = _cost(parts, rider), parts
    return None if cheapest is None else cheapest[1]


def stretches_of(
    fares: Sequence[Fares], legs: Sequence[Leg], passes: Sequence[RidePass], rider: str
) -> Iterator[Stretch]:
    """Legs in order, rides by what covers them; covered stretches between which nothing is to be paid are one run."""
    run, goes_on = -1, False
    for position, leg in enumerate(legs):
        if not isinstance(leg, TransitLeg | FlexLeg):
            yield Stretch(position, leg, 0, 0)
            goes_on = goes_on and isinstance(leg, StreetLeg)
            continue
        for begin, end, by in _held(leg, passes):
            if by is None or (by.stations is not None and _is_unpriced(fares, cut(leg, begin, end), rider)):
                yield Stretch(position, leg, begin, end)
                goes_on = False
            else:
                run += not goes_on
                yield Stretch(position, leg, begin, end, run, by.name)
                goes_on = True


def _held(leg: TransitLeg | FlexLeg, passes: Sequence[RidePass]) -> Iterator[tuple[int, int, RidePass | None]]:
    """Longest parts of a ride that the same pass covers, or none does, by the numbers of their first and last call."""
    calls = _calls(leg)
    by = [next((one for one in passes if _covers(one, leg, ends)), None) for ends in pairwise(calls)]
    begin = 0
    for hop in range(1, len(by) + 1):
        if hop == len(by) or by[hop] is not by[begin]:
            yield begin, hop, by[begin]
            begin = hop


def _calls(leg: TransitLeg | FlexLeg) -> list[Place]:
    between = [call.place for call in leg.calls] if isinstance(leg, TransitLeg) else []
    return [leg.origin, *between, leg.destination]


def _covers(one: RidePass, leg: TransitLeg | FlexLeg, ends: tuple[Place, Place]) -> bool:
    if leg.route_id not in one.routes:
        return False
    return one.stations is None or all({end.parent_id, end.stop_id} & one.stations for end in ends)


def cut(leg: Leg, begin: int, end: int) -> Leg:
    """The part of a ride from its call `begin` to its call `end`."""
    if not isinstance(leg, TransitLeg) or (begin == 0 and end == len(leg.calls) + 1):
        return leg
    part = replace(leg, calls=leg.calls[begin : end - 1])
    if begin > 0:
        call = leg.calls[begin - 1]
        part = replace(part, origin=call.place, start=call.departure, stays_seated=False)
    if end <= len(leg.calls):
        call = leg.calls[end - 1]
        part = replace(part, destination=call.place, end=call.arrival)
    return part


def _is_unpriced(fares: Sequence[Fares], leg: Leg, rider: str) -> bool:
    route = leg.route_id if isinstance(leg, TransitLeg | FlexLeg) else ""
    has_fares = any(route in one.routes and (one.v2.leg_rules or one.v1.attributes) for one in fares)
    return has_fares and price_legs(fares, [leg], rider) is None


def _bought(
    fares: Sequence[Fares], stretches: Sequence[Stretch], used: Sequence[bool], rider: str
) -> tuple[FarePart, ...] | None:
    """Parts where the runs that are `used` are paid by their pass."""
    parts: list[FarePart] = []
    chunk: list[Stretch] = []
    for one in (*joined(stretches, used), None):
        if one is not None and one.run is None:
            chunk.append(one)
            continue
        bought = price_legs(fares, [cut(paid.leg, paid.begin, paid.end) for paid in chunk], rider)
        if bought is None:
            return None
        parts += [_renumbered(part, chunk) for part in bought]
        # Walks between covered rides stay in their chunk, which then is free.
        chunk = []
        if one is not None:
            nothing = (Price("", "", 0.0, "JPY"),)
            step = FareStep("pass", one.name, (one.position,), nothing, _ends(one, one))
            parts.append(FarePart(one.name, (one.position,), nothing, (step,)))
    return tuple(parts)


def joined(stretches: Sequence[Stretch], used: Sequence[bool]) -> list[Stretch]:
    """Stretches of a ride that are all to be paid become one again."""
    joined: list[Stretch] = []
    for one in stretches:
        if one.run is not None and used[one.run]:
            joined.append(one)
        elif joined and joined[-1].position == one.position and joined[-1].run is None:
            joined[-1] = replace(joined[-1], end=one.end)
        else:
            joined.append(replace(one, run=None))
    return joined


def _renumbered(part: FarePart, chunk: Sequence[Stretch]) -> FarePart:
    """A part of a chunk with the positions of its legs in the itinerary, and what is ridden of them."""
    steps = tuple(
        replace(
            step,
            legs=tuple(chunk[leg].position for leg in step.legs),
            ends=_ends(chunk[step.legs[0]], chunk[step.legs[-1]]) if step.legs else ("", ""),
        )
        for step in steps_of(part)
    )
    return FarePart(part.name, tuple(chunk[leg].position for leg in part.legs), part.prices, steps)


def _ends(first: Stretch, last: Stretch) -> tuple[str, str]:
    """Names of where the first begins and the last ends, where that is on the way."""
    begin, end = cut(first.leg, first.begin, first.end).origin, cut(last.leg, last.begin, last.end).destination
    return begin.name if begin != first.leg.origin else "", end.name if end != last.leg.destination else ""


def _cost(parts: Sequence[FarePart], rider: str) -> float:
    prices = (price_for(part.prices, rider or "adult", "ic") for part in parts)
    return sum(price.amount for price in prices if price is not None)
