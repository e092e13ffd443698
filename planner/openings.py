"""Which of the opening hours on a city's streets hold when: judged once for every day, and kept."""

from datetime import date

from planner.opening_hours import DAY_S
from planner.profiles import Profile, hours_met
from planner.streets import Streets
from planner.way_hours import moment_at, open_rows, turns_within

States = list[tuple[int, tuple[bool, ...]]]
"""Moments (`planner.way_hours`) at which hours begin or end, and which rows of `Streets.opening` hold from then on."""

MOST_KEPT = 64
"""Days kept; the oldest are forgotten."""


class Openings:
    """The states of the opening hours of `streets`, one after the other."""

    def __init__(self, streets: Streets) -> None:
        self._streets = streets
        self._days: dict[int, States] = {}
        self._met: dict[Profile, tuple[int, ...]] = {}

    def within(self, day: date, span: tuple[int, int]) -> States:
        """The states met within `span`, seconds of the service day `day`, each with the moment since when it holds.

        The first may have held before; what holds over midnight holds anew from there.
        """
        first, last = (moment_at(day, seconds) for seconds in span)
        days = range(first // DAY_S, last // DAY_S + 1)
        met = [state for number in days for state in self._on(number) if state[0] <= last]
        begin = max(row for row, (moment, _) in enumerate(met) if moment <= first)
        return [met[row] for row in range(begin, len(met)) if row == begin or met[row][1] != met[row - 1][1]]

    def met_by(self, profile: Profile, moment: int | None) -> tuple[bool, ...]:
        """Which of the hours that `profile` may meet hold at a moment; none to tell apart if it meets none."""
        if moment is None:
            return ()
        met = self._met.get(profile)
        if met is None:
            met = self._met[profile] = hours_met(self._streets, profile)
        if not met:
            return ()
        holding = next(rows for since, rows in reversed(self._on(moment // DAY_S)) if since <= moment)
        return tuple(holding[row] for row in met)

    def _on(self, number: int) -> States:
        """The states of the day of that ordinal; the first from its start."""
        kept = self._days.get(number)
        if kept is None:
            start = number * DAY_S
            moments = [start, *turns_within(self._streets, start, start + DAY_S - 1)]
            kept = [(moment, open_rows(self._streets, moment)) for moment in moments]
            while len(self._days) >= MOST_KEPT:
                self._days.pop(next(iter(self._days)), None)
            self._days[number] = kept
        return kept
