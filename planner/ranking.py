"""Which of the journeys found a person is shown: the best of each combination of modes first, then more of the same."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Weights:
    """Seconds of travel that one unit of discomfort is worth.

    A minute on foot weighs as two of riding (Wardman 2004, doi:10.1016/j.tranpol.2004.05.001, finds 1.5 to 2). A change
    as five minutes, and a minute of leaving later than one could as half a minute, are choices of ours.
    """

    transfer_s: float = 300.0
    walk: float = 1.0
    wait_to_leave: float = 0.5


DEFAULT_WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Burden:
    """What one journey asks of a person: times in seconds on one clock, walking in seconds."""

    departure: int
    arrival: int
    transfers: int
    walk_s: int


def cost_s(burden: Burden, asked: int, arrive_by: bool, weights: Weights = DEFAULT_WEIGHTS) -> float:
    """Generalised cost in seconds of travel; `asked` is the earliest departure or latest arrival of the request."""
    idle = asked - burden.arrival if arrive_by else burden.departure - asked
    riding = burden.arrival - burden.departure
    return (
        riding
        + weights.wait_to_leave * max(0, idle)
        + weights.transfer_s * burden.transfers
        + weights.walk * burden.walk_s
    )


def choose(
    found: Sequence[Found], kind: Callable[[Found], Hashable], cost: Callable[[Found], float], count: int
) -> list[Found]:
    """Keep the best of each `kind`, then the cheapest of the rest, at least `count` if there are as many.

    Parameters
    ----------
    found : sequence
        Journeys.
    kind : callable
        Combination of modes of a journey.
    cost : callable
        Generalised cost; smaller is better.
    count : int
        Wanted number; there are more if there are more kinds.
    """
    ordered = sorted(found, key=cost)
    best_of_kind: dict[Hashable, Found] = {}
    for journey in ordered:
        best_of_kind.setdefault(kind(journey), journey)
    kept = list(best_of_kind.values())
    chosen = {id(journey) for journey in kept}
    rest = [journey for journey in ordered if id(journey) not in chosen]
    return kept + rest[: max(0, count - len(kept))]
