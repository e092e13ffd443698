"""The operating domain of a driverless vehicle: in which weather and where it drives, slows down or stands aside."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True)
class Weather:
    """From `from_s` on, until the next begins."""

    from_s: float
    rain_mm_h: float = 0.0
    wind_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Limit:
    """From so much rain or wind on, the share of the usual speed that is driven; 0: vehicles are withdrawn."""

    speed_share: float
    rain_mm_h: float = inf
    wind_ms: float = inf


@dataclass(frozen=True, slots=True)
class Closure:
    """The stretch after a position is closed for a while."""

    position: int
    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class Domain:
    """Share of the usual speed by time and position; 0: not to be driven.

    Attributes
    ----------
    times_s : tuple of float
        When a row of `shares` begins; the first at -inf.
    shares : tuple of tuple of float
        By time, by position whose following stretch it is.
    """

    times_s: tuple[float, ...]
    shares: tuple[tuple[float, ...], ...]

    def speed_share(self, position: int, time_s: float) -> float:
        """Share of the usual speed on the stretch after `position`, if begun now."""
        return self.shares[bisect_right(self.times_s, time_s) - 1][position]

    def next_change_s(self, time_s: float) -> float:
        """When conditions change next; inf: never."""
        row = bisect_right(self.times_s, time_s)
        return self.times_s[row] if row < len(self.times_s) else inf


def operating_domain(
    positions: int, weather: Sequence[Weather] = (), limits: Sequence[Limit] = (), closures: Sequence[Closure] = ()
) -> Domain:
    """Where and when may be driven how fast; of several limits that are reached the lowest speed holds."""
    moments = {spell.from_s for spell in weather} | {c.from_s for c in closures} | {c.until_s for c in closures}
    times = (-inf, *sorted(moments))
    spells = sorted(weather, key=lambda spell: spell.from_s)
    return Domain(times, tuple(_shares(time, positions, spells, limits, closures) for time in times))


def _shares(
    time_s: float, positions: int, spells: Sequence[Weather], limits: Sequence[Limit], closures: Sequence[Closure]
) -> tuple[float, ...]:
    begun = [spell for spell in spells if spell.from_s <= time_s]
    now = begun[-1] if begun else Weather(-inf)
    reached = [limit for limit in limits if now.rain_mm_h >= limit.rain_mm_h or now.wind_ms >= limit.wind_ms]
    share = min((limit.speed_share for limit in reached), default=1.0)
    closed = {closure.position for closure in closures if closure.from_s <= time_s < closure.until_s}
    return tuple(0.0 if position in closed else share for position in range(positions))
