"""The cheapest journeys of all departures (arrivals) of a window: one search after the other, each for who leaves then.

What is found for who leaves at a time stays the same until just after the first departure found; the next search is
for who leaves a second after that.
"""

from collections.abc import Callable, Iterable

from planner.price_search import Priced


def found_within(found_at: Callable[[int], list[Priced]], span: tuple[int, int], by_arrival: bool) -> list[Priced]:
    """The Pareto set in (departure, arrival, rides, price) of what searches within `span` find, unknown prices apart.

    Parameters
    ----------
    found_at : callable
        Finds the journeys of who leaves at a second or later, of who must arrive by it if `by_arrival`.
    span : (int, int)
        First and last departure (arrival) asked for. What one beats that leaves later than the last (arrives before
        the first) is left out.
    """
    found: list[Priced] = []
    first, last = span
    moment = last if by_arrival else first
    # One second more than the span: what leaves then or later may beat what leaves in it.
    while first - 1 <= moment <= last + 1:
        some = found_at(moment)
        if not some:
            break
        found += some
        moment = max(one.arrival for one in some) - 1 if by_arrival else min(one.departure for one in some) + 1
    kept = undominated(found)
    return [one for one in kept if first <= (one.arrival if by_arrival else one.departure) <= last]


def undominated(found: Iterable[Priced]) -> list[Priced]:
    """Those that no other beats or equals in (departure, arrival, rides, price), in order of departure."""
    kept: list[Priced] = []
    for one in sorted(
        found, key=lambda one: (one.price is None, one.arrival, -one.departure, len(one.rides), one.price or 0.0)
    ):
        if not any(_is_no_worse(other, one) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: (one.departure, one.arrival, len(one.rides)))


def _is_no_worse(other: Priced, one: Priced) -> bool:
    if (other.price is None) != (one.price is None):
        return False
    return (
        other.departure >= one.departure
        and other.arrival <= one.arrival
        and len(other.rides) <= len(one.rides)
        and (other.price or 0.0) <= (one.price or 0.0)
    )
