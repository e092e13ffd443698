"""Two runs side by side: the difference of each number, with its interval."""

from dataclasses import dataclass
from pathlib import Path

from planner.errors import RequestError
from scenarios.cases import is_of_city
from scenarios.run import read_run
from simulator.intervals import Interval, interval, more_until, paired, unpaired


@dataclass(frozen=True, slots=True)
class Difference:
    """A number of both runs, and the second minus the first; `changes` by replication if they are paired."""

    metric: str
    before: Interval
    after: Interval
    change: Interval
    changes: tuple[float, ...] = ()

    @property
    def is_significant(self) -> bool:
        """Whether the interval of the difference does not hold 0."""
        return self.change.low > 0 or self.change.high < 0

    def more(self, share: float) -> int | None:
        """Replications to add until the change is known to ± `share` of the first run's mean; None if nobody can say.

        Runs that are not paired have no changes, and one change alone says nothing about the spread.
        """
        return more_until(self.changes, share * abs(self.before.mean)) if len(self.changes) > 1 else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`is_paired`: both runs had the same random numbers, replication by replication."""

    titles: tuple[str, str]
    is_paired: bool
    differences: tuple[Difference, ...]


class UnlikeRunsError(RequestError):
    """One run is of a whole city and the other of a line or loop, whose numbers bear the same names for other things.

    Attributes
    ----------
    city, line : Path
        Which is which.
    """

    def __init__(self, city: Path, line: Path) -> None:
        self.city, self.line = city, line
        super().__init__("RUN_B", f"{city} is a run of a whole city and {line} one of a line: they cannot be compared.")


def compare_runs(before: Path, after: Path) -> Comparison:
    """Compare two folders made by `run_scenario`.

    Raises
    ------
    RequestError
        One of them is no run.
    UnlikeRunsError
        They are runs of different kinds.
    """
    (first, old), (second, new) = read_run(before), read_run(after)
    of_city = {is_of_city(run / "scenario.toml"): run for run in (before, after)}
    if len(of_city) > 1:
        raise UnlikeRunsError(of_city[True], of_city[False])
    is_paired = (first.seed, first.replications) == (second.seed, second.replications)
    change = paired if is_paired else unpaired
    differences = tuple(
        Difference(
            name,
            interval(old[name]),
            interval(new[name]),
            change(old[name], new[name]),
            tuple(b - a for a, b in zip(old[name], new[name], strict=True)) if is_paired else (),
        )
        for name in old
        if name in new
    )
    return Comparison((first.title, second.title), is_paired, differences)
