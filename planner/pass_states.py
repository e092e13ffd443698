"""Fare states of who holds passes: every way of using them that may still be the cheapest, side by side.

A covered part of a ride is paid by its pass or not, whatever makes the whole cheapest (`planner.fares_passes`), and
which it is shows later only. So a state is a set of fare states, each with how much more was paid to come to it than to
the cheapest of them.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial
from itertools import groupby, product

from planner.fare_residue import PLACES
from planner.fare_states import NOTHING_PAID, UNKNOWN, FareStates
from planner.fares import Fares
from planner.fares_passes import RidePass, Stretch, cut, joined, stretches_of
from planner.fares_v1 import Ride
from planner.model import FlexLeg, TransitLeg

Way = tuple[int, bool | None]
"""A fare state, and whether the covered run that one is in is paid by its pass; None in no such run."""


class PassStates:
    """The states of one search, numbered as they are met, like `planner.fare_states.FareStates`.

    Parameters
    ----------
    fares, rider
        As in `planner.fares.price_legs`.
    passes : sequence of RidePass
    """

    def __init__(self, fares: Sequence[Fares], passes: Sequence[RidePass], rider: str = "") -> None:
        self._states = FareStates(fares, rider)
        self._fares, self._passes, self._rider = tuple(fares), tuple(passes), rider
        self._ways: list[dict[Way, float]] = [{(NOTHING_PAID, None): 0.0}, {}]
        self._numbers: dict[Hashable, int] = {self._key(ways): number for number, ways in enumerate(self._ways)}
        self._stretches: dict[Hashable, list[Stretch]] = {}
        self._steps: dict[tuple[int, Hashable], tuple[int, float]] = {}

    @property
    def is_timed(self) -> bool:
        """Whether any price depends on when a ride is made."""
        return self._states.is_timed

    @property
    def counts_calls(self) -> bool:
        """Whether any price depends on where a ride passes."""
        return self._states.counts_calls or any(one.stations is not None for one in self._passes)

    def due(self, state: int) -> float | None:
        """What is to be paid on top of the amounts of the steps if the journey ends here; None if unknown."""
        ends = ((more, self._states.due(paid)) for (paid, _), more in self._ways[state].items())
        return min((more + due for more, due in ends if due is not None), default=None)

    def after(self, state: int, name: Hashable, rides: Callable[[], Sequence[Ride]]) -> tuple[int, float]:
        """The state after a ride from `state`, and what the ride adds; as `planner.fare_states.FareStates.after`."""
        if state == UNKNOWN:
            return UNKNOWN, 0.0
        known = self._steps.get((state, name))
        if known is None:
            known = self._steps[state, name] = self._step(state, name, rides)
        return known

    def _step(self, state: int, name: Hashable, rides: Callable[[], Sequence[Ride]]) -> tuple[int, float]:
        stretches = self._stretches.get(name)
        if stretches is None:
            stretches = list(stretches_of(self._fares, rides(), self._passes, self._rider))
            self._stretches[name] = stretches
        ways: dict[Way, float] = {}
        for way, more in self._ways[state].items():
            for after, added in self._onward(way, name, stretches):
                ways[after] = min(more + added, ways.get(after, more + added))
        if not ways:
            return UNKNOWN, 0.0
        least = min(ways.values())
        ways = {way: round(more - least, PLACES) for way, more in ways.items()}
        number = self._numbers.setdefault(self._key(ways), len(self._ways))
        if number == len(self._ways):
            self._ways.append(ways)
        return number, round(least, PLACES)

    def _onward(self, way: Way, name: Hashable, stretches: Sequence[Stretch]) -> Iterator[tuple[Way, float]]:
        """Ways after a ride by every use of the passes on it, and what each adds."""
        runs = 1 + max((one.run for one in stretches if one.run is not None), default=-1)
        is_on = way[1] is not None and stretches[0].run is not None
        for used in product((True, False), repeat=runs):
            if is_on and used[0] != way[1]:
                continue
            paid = self._paid(way[0], name, joined(stretches, used))
            if paid is not None:
                last = stretches[-1].run
                yield (paid[0], None if last is None else used[last]), paid[1]

    def _paid(self, state: int, name: Hashable, stretches: Sequence[Stretch]) -> tuple[int, float] | None:
        """Fare state after these stretches and what they add; None if a part paid for is of unknown price."""
        whole = 0.0
        for is_paid, together in groupby(stretches, key=lambda one: one.run is None):
            part = tuple(together)
            if not is_paid:
                due = self._states.due(state)
                if due is None:
                    return None
                state, whole = NOTHING_PAID, whole + due
                continue
            ends = tuple((one.position, one.begin, one.end) for one in part)
            state, added = self._states.after(state, (name, ends), partial(_rides, part))
            whole += added
        return None if state == UNKNOWN else (state, whole)

    def _key(self, ways: dict[Way, float]) -> Hashable:
        return frozenset(ways.items())


def _rides(stretches: Sequence[Stretch]) -> list[Ride]:
    legs = (cut(one.leg, one.begin, one.end) for one in stretches)
    return [leg for leg in legs if isinstance(leg, TransitLeg | FlexLeg)]
