"""What a traveller can choose from, here and now: on foot, with own, shared or called vehicles, by scheduled lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from planner.model import Mode
from planner.request import StreetMode
from simulator.answers import Answers, Journey, Leg, Question
from simulator.chains import Call, Chain, Drive, Means, Rent, Ride, Stage, Walk
from simulator.choice import Alternative
from simulator.docks import Docks
from simulator.lines import Lines
from simulator.prices import Prices
from simulator.town import FOOT_MS, WHEELCHAIR_MS, Town

NEAR_PORTS = 5
NEAR_PORT_S = 600.0
"""So many ports within such a walk are looked at, at either end: a choice."""

TAKE_S, LEAVE_S = 60.0, 30.0
"""Unlocking and locking a shared vehicle, as `planner.means`."""

SPARE_S = 120.0
"""People are at the stop so much before their vehicle, if they need not hurry: an assumption."""


TAXI_PLACES = 4

LONGEST_WAIT_S = 5400.0
"""Nobody waits longer for the next vehicle: who would have to, has no way to go. An assumption."""


@dataclass(frozen=True, slots=True)
class Reward:
    """Who leaves a shared vehicle at a port filled to less than `below` gets `yen`, worth `detour_s` of time to him."""

    yen: float = 0.0
    below: float = 0.0
    detour_s: float = 0.0


NO_REWARD = Reward()


@dataclass(frozen=True, slots=True)
class Offered:
    """Which means there are, and what is known of them before.

    Attributes
    ----------
    means : frozenset of Means
    bus_stops : array of int
        Points where the demand bus calls; empty without one.
    bus_hours : (float, float)
        Seconds of the day between which it runs.
    bus_wait_s, bus_detour : float
        Wait and ride, as a share of driving straight, that people expect of it.
    taxi_wait_s : float
    reward : Reward
    """

    means: frozenset[Means]
    bus_stops: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    bus_hours: tuple[float, float] = (0.0, 0.0)
    bus_wait_s: float = 420.0
    bus_detour: float = 1.4
    taxi_wait_s: float = 300.0
    reward: Reward = NO_REWARD


@dataclass(frozen=True, slots=True)
class Asker:
    """Who looks for a way: where from and to, when, how fast, by what, how many; `banned` has failed before."""

    origin: int
    destination: int
    now: float
    speed_ms: float
    uses_wheelchair: bool
    has_bicycle: bool
    banned: frozenset[Means] = frozenset()
    party: int = 1

    @property
    def slower(self) -> float:
        """How many times as long walks take as in the town's matrices."""
        return (WHEELCHAIR_MS if self.uses_wheelchair else FOOT_MS) / self.speed_ms


@dataclass(slots=True)
class Choices:
    """What is needed to list a traveller's alternatives."""

    town: Town
    answers: Answers
    prices: Prices
    lines: Lines
    docks: Docks
    offered: Offered
    _near: dict[tuple[int, int], NDArray[np.int64]] = field(default_factory=dict)

    def of(self, asker: Asker) -> list[Chain]:
        """Every chain worth a thought; empty if there is none."""
        on_foot = self._walk(asker)
        chains = [] if on_foot is None else [on_foot]
        wanted = self.offered.means - asker.banned
        walk_s = on_foot.stages[0].seconds if on_foot is not None else np.inf
        if not wanted.isdisjoint({Means.BUS, Means.RAIL}):
            chains += self._scheduled(asker, walk_s, wanted)
        if not asker.uses_wheelchair and asker.party == 1:
            chains += [one for one in self._rentals(asker, wanted) if one.alternative.ride_s < walk_s]
        if Means.BICYCLE in wanted and asker.has_bicycle and not asker.uses_wheelchair:
            chains += self._driven(asker, Means.BICYCLE)
        if Means.TAXI in wanted:
            chains += self._driven(asker, Means.TAXI)
        if Means.DEMAND_BUS in wanted:
            chains += self._called(asker)
        return chains

    def _walk(self, asker: Asker) -> Chain | None:
        ways = self.town.on_foot(asker.uses_wheelchair)
        seconds = float(ways.seconds[asker.origin, asker.destination]) * asker.slower
        if not np.isfinite(seconds):
            return None
        stage = Walk(asker.destination, seconds, float(ways.metres[asker.origin, asker.destination]))
        return Chain(Means.WALK, (stage,), asker.now, Alternative(walk_s=seconds))

    def _walks(self, asker: Asker, origin: int, to: int) -> Walk:
        ways = self.town.on_foot(asker.uses_wheelchair)
        return Walk(to, float(ways.seconds[origin, to]) * asker.slower, float(ways.metres[origin, to]))

    def _scheduled(self, asker: Asker, walk_s: float, wanted: frozenset[Means]) -> Iterator[Chain]:
        # Paces in steps, so that answers can be shared: nobody is planned for who is slower than the step.
        step = np.ceil(asker.slower * 4) / 4
        question = Question(asker.origin, asker.destination, asker.now, float(step), asker.uses_wheelchair)
        for journey in self.answers.journeys(question):
            if journey.arrival_s - asker.now >= walk_s:
                continue
            yen = self.prices.rides(journey.legs)
            means = self._means(journey)
            is_wanted = means in wanted or (means is Means.BUS_AND_RAIL and wanted >= {Means.BUS, Means.RAIL})
            if yen is not None and is_wanted and _longest_wait_s(journey, asker.now) <= LONGEST_WAIT_S:
                yield self._journey(asker, journey, means, yen)

    def _means(self, journey: Journey) -> Means:
        routes = self.town.network.snapshot.timetable.routes
        on_road = [routes[leg.route].mode == Mode.BUS for leg in journey.legs]
        return Means.BUS if all(on_road) else Means.BUS_AND_RAIL if any(on_road) else Means.RAIL

    def _journey(self, asker: Asker, journey: Journey, means: Means, yen: float) -> Chain:
        first, last = self.town.first_stop + journey.legs[0].origin_stop, self.town.first_stop + journey.legs[-1].stop
        stages: list[Stage] = [self._walks(asker, asker.origin, first)] if first != asker.origin else []
        changes_s, ride_s, before = 0.0, 0.0, None
        for leg in journey.legs:
            if before is not None and before.stop != leg.origin_stop:
                stages.append(self._change(asker, before, leg))
                changes_s += stages[-1].seconds
            point = self.town.first_stop
            seconds = leg.arrival_s - leg.departure_s
            stages.append(
                Ride(leg.pattern, leg.lane_trip, leg.board, leg.alight, point + leg.origin_stop, point + leg.stop,
                     leg.departure_s, seconds)
            )  # fmt: skip
            ride_s, before = ride_s + seconds, leg
        if last != asker.destination:
            stages.append(self._walks(asker, last, asker.destination))
        crowding = max(self.lines.crowding.get((leg.pattern, leg.board), 0.0) for leg in journey.legs)
        walk_s = journey.access_s + changes_s + journey.egress_s
        weighed = Alternative(
            ride_s=ride_s,
            wait_s=max(0.0, journey.arrival_s - journey.departure_s - ride_s - walk_s)
            + min(max(0.0, journey.departure_s - asker.now), 600.0),
            walk_s=walk_s,
            price_yen=yen,
            transfers=len(journey.legs) - 1,
            crowding=crowding,
        )
        return Chain(means, tuple(stages), max(asker.now, journey.departure_s - SPARE_S), weighed)

    def _change(self, asker: Asker, before: Leg, after: Leg) -> Walk:
        """The walk between two vehicles at different stops, at the pace of the network's footpaths."""
        footpaths = self.town.network.snapshot.footpaths["wheelchair" if asker.uses_wheelchair else "foot"]
        rows = slice(int(footpaths.first[before.stop]), int(footpaths.first[before.stop + 1]))
        seconds = float(footpaths.seconds[rows][footpaths.to[rows] == after.origin_stop].min())
        pace = WHEELCHAIR_MS if asker.uses_wheelchair else FOOT_MS
        return Walk(self.town.first_stop + after.origin_stop, seconds, seconds * pace)

    def _rentals(self, asker: Asker, wanted: frozenset[Means]) -> Iterator[Chain]:
        for number, rental in enumerate(self.town.network.rentals):
            is_bicycle = rental.mode is StreetMode.RENTAL_BICYCLE
            means = Means.SHARED_BICYCLE if is_bicycle else Means.PERSONAL_MOBILITY
            if means in wanted and (chain := self._rental(asker, number, means)) is not None:
                yield chain

    def _rental(self, asker: Asker, rental: int, means: Means) -> Chain | None:
        """The best way by two ports, of those near with a vehicle, and near with a place, as the app shows them.

        The quickest; a port that gives a reward may take longer by as much as that is worth.
        """
        base, ways = self.town.first_port, self.town.rides[rental]
        walk = self.town.on_foot(False).seconds
        allowed = self.town.network.rentals[rental]
        begin = [p for p in self._near_ports(asker.origin, rental) if self.docks.rentable(p, rental) is not None]
        finish = [p for p in self._near_ports(asker.destination, rental) if self.docks.free(p) > 0]
        finish = [p for p in finish if p in allowed.dropoff]
        if not begin or not finish:
            return None
        there, back = np.array(begin), np.array(finish)
        walked = walk[asker.origin, base + there][:, None] + walk[base + back, asker.destination][None, :]
        took = ways.seconds[np.ix_(there, back)]
        total = walked * asker.slower + took
        total[there[:, None] == back[None, :]] = np.inf
        rewards = np.array([self._reward_yen(port) for port in finish])
        total[:, rewards > 0] -= self.offered.reward.detour_s
        row, column = np.unravel_index(int(np.argmin(total)), total.shape)
        if not np.isfinite(total[row, column]):
            return None
        port, goal = int(there[row]), int(back[column])
        seconds, metres = float(took[row, column]) + TAKE_S + LEAVE_S, float(ways.metres[port, goal])
        reward_yen = float(rewards[column])
        yen = self.prices.rental(rental, seconds, metres) - reward_yen
        stages = (
            self._walks(asker, asker.origin, base + port),
            Rent(rental, base + port, base + goal, seconds, metres, reward_yen),
            self._walks(asker, base + goal, asker.destination),
        )
        weighed = Alternative(ride_s=seconds, walk_s=stages[0].seconds + stages[2].seconds, price_yen=yen)
        return Chain(means, stages, asker.now, weighed)

    def _reward_yen(self, port: int) -> float:
        """What leaving a vehicle at a port earns now."""
        reward = self.offered.reward
        return reward.yen if reward.yen and self.docks.is_starving(port, reward.below) else 0.0

    def _near_ports(self, point: int, rental: int) -> NDArray[np.int64]:
        """Ports of a rental's system by their walk from a point."""
        key = point, rental
        near = self._near.get(key)
        if near is None:
            seconds = self.town.on_foot(False).seconds[point, self.town.first_port :]
            own = np.union1d(self.town.network.rentals[rental].pickup, self.town.network.rentals[rental].dropoff)
            own = own[seconds[own] <= NEAR_PORT_S]
            near = own[np.argsort(seconds[own], kind="stable")][:NEAR_PORTS].astype(np.int64)
            self._near[key] = near
        return near

    def _driven(self, asker: Asker, means: Means) -> Iterator[Chain]:
        """From door to door; an own bicycle is at home, so only between sites."""
        is_taxi = means is Means.TAXI
        ways = self.town.drive if is_taxi else self.town.bicycle
        if max(asker.origin, asker.destination) >= len(ways.seconds):
            return
        seconds = float(ways.seconds[asker.origin, asker.destination])
        metres = float(ways.metres[asker.origin, asker.destination])
        if not np.isfinite(seconds):
            return
        wait_s = self.offered.taxi_wait_s if is_taxi else 0.0
        yen = self.prices.taxi(metres, asker.now) if is_taxi else 0.0
        if yen is not None:
            # Groups share a car, or as many as they fill.
            yen *= -(-asker.party // TAXI_PLACES) / asker.party
            stage = Drive(means, asker.origin, asker.destination, seconds, metres, wait_s)
            yield Chain(means, (stage,), asker.now, Alternative(ride_s=seconds, wait_s=wait_s, price_yen=yen))

    def _called(self, asker: Asker) -> Iterator[Chain]:
        """The demand bus between the stops that make the way shortest, while it runs."""
        offered, (begin_s, end_s) = self.offered, self.offered.bus_hours
        if not begin_s <= asker.now <= end_s or not len(offered.bus_stops):
            return
        walk = self.town.on_foot(asker.uses_wheelchair).seconds
        there, back = walk[asker.origin, offered.bus_stops], walk[offered.bus_stops, asker.destination]
        drive = self.town.drive.seconds[np.ix_(offered.bus_stops, offered.bus_stops)]
        total = (there[:, None] + back[None, :]) * asker.slower + drive
        np.fill_diagonal(total, np.inf)
        row, column = np.unravel_index(int(np.argmin(total)), total.shape)
        if not np.isfinite(total[row, column]) or there[row] > NEAR_PORT_S or back[column] > NEAR_PORT_S:
            return
        begin, finish = int(offered.bus_stops[row]), int(offered.bus_stops[column])
        drive_s = float(drive[row, column])
        stages = (
            self._walks(asker, asker.origin, begin),
            Call(begin, finish, drive_s),
            self._walks(asker, finish, asker.destination),
        )
        weighed = Alternative(
            ride_s=drive_s * offered.bus_detour,
            wait_s=offered.bus_wait_s,
            walk_s=stages[0].seconds + stages[2].seconds,
            price_yen=self.prices.bus_yen,
        )
        yield Chain(Means.DEMAND_BUS, stages, asker.now, weighed)


def _longest_wait_s(journey: Journey, now: float) -> float:
    """Before the first vehicle, or between two."""
    changes = (after.departure_s - before.arrival_s for before, after in pairwise(journey.legs))
    return max(journey.departure_s - now, *changes, 0.0)
