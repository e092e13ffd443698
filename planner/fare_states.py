"""Fare states: histories of rides told apart only as far as any later price can tell them apart.

The states make an automaton that is built as it is walked: a ride leads from a state to the next and adds an amount.
Equal states are what McRAPTOR-like searches with fares need for dominance: between them the cheaper label is never
dearer later.

References
----------
Delling, Pajor, Werneck, Round-Based Public Transit Routing, Transportation Science 49 (2015), section 4 (fare zones as
a criterion of McRAPTOR), doi:10.1287/trsc.2014.0534.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from itertools import chain, groupby
from typing import NamedTuple

from planner.fare_residue import (
    PLACES,
    Residue,
    TraitsV1,
    TraitsV2,
    residue_v1,
    residue_v2,
    traits_v1,
    traits_v2,
)
from planner.fares import Fares, fare_index, sold
from planner.fares_rider import ADULT
from planner.fares_v1 import Ride
from planner.fares_v2 import FareV2Index
from planner.prices import FarePart, price_for

NOTHING_PAID, UNKNOWN = 0, 1
"""The first states: before any ride, and where no further ride makes the price known."""


class _State(NamedTuple):
    """A state with the history that was met first."""

    feed: int
    rides: tuple[Ride, ...]
    base: float
    now: float | None


class FareStates:
    """The states of one search, numbered as they are met.

    Parameters
    ----------
    fares : sequence of Fares
        One a feed.
    rider : str
        As in `planner.fares.price_legs`.

    Notes
    -----
    Prices are those of `Itinerary.price` for an adult's card, in the currency of the feeds' first fare: what is to be
    paid in another one is unknown.
    """

    def __init__(self, fares: Sequence[Fares], rider: str = "") -> None:
        self._index = fare_index(tuple(fares), rider)
        self._currency = currency_of(fares)
        self._traits = _traits(tuple(fares), rider)
        nothing = _State(-1, (), 0.0, 0.0)
        self._states = [nothing, nothing._replace(now=None)]
        self._numbers: dict[Hashable, int] = {}
        self._steps: dict[tuple[int, Hashable], tuple[int, float]] = {}

    @property
    def is_timed(self) -> bool:
        """Whether any price depends on when a ride is made."""
        return any(traits.is_timed for traits in self._traits)

    @property
    def counts_calls(self) -> bool:
        """Whether any price depends on where a ride passes."""
        return any(isinstance(traits, TraitsV1) and traits.counts_zones for traits in self._traits)

    def __len__(self) -> int:
        return len(self._states)

    def due(self, state: int) -> float | None:
        """What is to be paid on top of the amounts of the steps if the journey ends here; None if unknown."""
        return self._states[state].now

    def after(self, state: int, name: Hashable, rides: Callable[[], Sequence[Ride]]) -> tuple[int, float]:
        """The state after a ride from `state`, and what the ride adds.

        Parameters
        ----------
        name : hashable
            Rides of one name cost the same wherever they are made.
        rides : callable
            The ride by its trips; asked for where its name is new to the state.
        """
        if state == UNKNOWN:
            return UNKNOWN, 0.0
        known = self._steps.get((state, name))
        if known is None:
            known = self._steps[state, name] = self._step(state, tuple(rides()))
        return known

    def _step(self, state: int, rides: tuple[Ride, ...]) -> tuple[int, float]:
        before, added = self._states[state], 0.0
        # Who stays seated has changed nothing that a fare leg ends with: such rides are one step.
        for feed, together in groupby(rides, key=lambda ride: self._index.feed.get(ride.route_id)):
            if feed is None:
                return UNKNOWN, 0.0
            if feed == before.feed:
                run, closed, paid = (*before.rides, *together), 0.0, before.base
            elif before.now is None:
                return UNKNOWN, 0.0
            else:
                run, closed, paid = tuple(together), before.now, 0.0
            residue = self._residue(feed, run)
            if residue is None:
                return UNKNOWN, 0.0
            added += closed + residue.base - paid
            state = self._numbers.setdefault((feed, residue.key), len(self._states))
            if state == len(self._states):
                self._states.append(_State(feed, run, residue.base, residue.now))
            before = self._states[state]
        return state, round(added, PLACES)

    def _residue(self, feed: int, run: tuple[Ride, ...]) -> Residue | None:
        prepared, traits = self._index.fares[feed], self._traits[feed]

        def told(parts: Sequence[FarePart]) -> float | None:
            own = sold(self._index, prepared, parts)
            if own is None:
                return None
            prices = [price_for(part.prices, ADULT, "ic") for part in own]
            known = [price.amount for price in prices if price is not None and price.currency == self._currency]
            return sum(known) if len(known) == len(own) else None

        numbered = list(enumerate(run))
        if isinstance(traits, TraitsV2):
            return residue_v2(traits, numbered, told)
        return residue_v1(traits, numbered, told)


@lru_cache(maxsize=4)
def _traits(fares: tuple[Fares, ...], rider: str) -> tuple[TraitsV2 | TraitsV1, ...]:
    """What the rules of each feed can tell apart, looked through once."""
    return tuple(
        traits_v2(prepared) if isinstance(prepared, FareV2Index) else traits_v1(prepared, one.routes)
        for one, prepared in zip(fares, fare_index(fares, rider).fares, strict=True)
    )


def currency_of(fares: Sequence[Fares]) -> str:
    """Currency of the first fare there is, "JPY" if there is none."""
    v2 = (row.currency for one in fares for row in one.v2.products)
    v1 = (row.currency for one in fares for row in one.v1.attributes)
    return next(chain(v2, v1), "JPY")
