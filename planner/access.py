"""Ways between an end of a journey and its stops (or its other end) by every street mode, as options for the search.

A rental is walk, ride, walk: three searches in a row, each beginning where the one before ended, at the cost it had
there. A demand bus is the same with stops for ports and a car's pace. Towards the destination the same runs
backwards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.around import Around, Outset
from planner.contraction import Hierarchy
from planner.hops import Hops
from planner.journeys import ANY_TIME, Options
from planner.model import Place
from planner.openings import Openings, States
from planner.profiles import Profile
from planner.reach import Reach, StreetSearch, reach
from planner.request import ANY_VEHICLE, Rentable, StreetMode
from planner.snapping import Linked, StreetIndex, in_a_row
from planner.streets import Streets
from planner.timetable import NONE
from planner.whole_seconds import UNWALKED, Columns, quickest, undivided

Ints = NDArray[np.int32]
Seconds = NDArray[np.float32]

LINKS = {
    "foot": "foot",
    "wheelchair": "wheelchair",
    "seated_scooter": "wheelchair",
    "bicycle": "bicycle",
    "e_bike": "bicycle",
    "standing_scooter": "bicycle",
    "car": "car",
}
"""Which links of a point a profile starts from."""

Links = dict[str, Linked]


@dataclass(frozen=True, slots=True)
class StreetSide:
    """Streets with what is joined to them.

    Attributes
    ----------
    stops : dict of str to Linked
        Every stop of the timetable by the values of `LINKS`.
    ports : dict of str to Linked
        Stations and then vehicles of every sharing system behind each other, likewise.
    hierarchies : dict of str to Hierarchy
        The streets contracted for profiles asked for often, by their names; each answers for its own seconds only.
    """

    streets: Streets
    index: StreetIndex
    stops: Links
    ports: Links
    hierarchies: dict[str, Hierarchy] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """Origin or destination: its place, the stops that it is itself, and where it is joined to the streets.

    Where the nearest street has opening hours, `links` have a second row: the nearest that is always open.
    """

    place: Place
    stops: tuple[int, ...]
    links: Links


@dataclass(frozen=True, slots=True)
class Ground:
    """What searches on the streets need: the network's side of it, and searches by profile and time of day.

    `walk` and `bike` are the asker's own profiles; a time of day of None takes all ways as open. `hops` are the kept
    seconds between all ports and, behind them, all stops (backward if true) by a profile slowed by a factor; None where
    the network is too large for them. `openings` are the states of opening hours on the streets; `around` keeps what is
    found from the ends.
    """

    side: StreetSide
    walk: Profile
    bike: Profile
    search: Callable[[Profile, int | None], StreetSearch]
    hops: Callable[[Profile, float, int | None, bool], Hops | None]
    openings: Openings
    around: Around


@dataclass(frozen=True, slots=True)
class Wish:
    """A question to the streets: which targets are within `limit` seconds of `end`; `backward`: coming from them.

    The targets are the stops of the network, or `other`, the other end of the journey; `rentals` may be taken.
    """

    end: End
    targets: Links
    limit: int
    backward: bool
    other: End | None = None
    rentals: Rentable = ANY_VEHICLE


class Means(NamedTuple):
    """What one travels by.

    `rental` is a row of `Network.rentals`, `flex` of `Snapshot.flex`, `areas` are the two of its areas ridden between.
    """

    mode: StreetMode
    rental: int = NONE
    flex: int = NONE
    areas: tuple[int, int] = (NONE, NONE)


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways of one means, row by row of `options`.

    Attributes
    ----------
    options : Options
        `stop` is a row of the targets searched for.
    parts : int32 array of shape (rows, 3)
        Seconds of the walk to the vehicle, the ride with taking and leaving it, the walk from it; a plain walk is the
        first part, one's own bicycle and a taxi the second.
    pickup, dropoff : int32 array
        Row of the ports where the ride begins and ends, NONE without ports.
    hour : int or None
        Moment (`planner.way_hours`) whose open ways were used.
    service_day : int
        Day offset of a demand-bus trip.
    """

    means: Means
    options: Options
    parts: Ints
    pickup: Ints
    dropoff: Ints
    hour: int | None = None
    service_day: int = 0

    def __len__(self) -> int:
        return len(self.options)


def ways_from(means: Means, columns: Columns, hour: int | None) -> Ways:
    """Ways as compiled functions write them."""
    options, parts, pickup, dropoff = columns
    return Ways(means, Options(*options), parts, pickup, dropoff, hour)


def on_foot(ground: Ground, wish: Wish, hour: int | None) -> Ways:
    """Walks between the end and every target."""
    found = _found(ground, wish, ground.search(ground.walk, hour), 0.0)
    return ways_from(Means(StreetMode.WALK), undivided(found, 0, least_walks(wish, None)), hour)


def riding(
    ground: Ground, wish: Wish, hour: int | None, walked: Ints, means: Means, profile: Profile, wait_s: int
) -> Ways:
    """Rides from door to door (one's own bicycle, a taxi) that begin `wait_s` after one wants to leave.

    Those to targets that one is at in fewer seconds on foot, `walked`, are left out.
    """
    found = _found(ground, wish, ground.search(profile, hour), float(wait_s))
    return ways_from(means, undivided(found, 1, walked), hour)


def least_walks(wish: Wish, walks: Ways | None) -> Ints:
    """Seconds on foot to every target; UNWALKED where there is no walk."""
    walked = np.full(1 if wish.other is not None else len(wish.targets["foot"]), UNWALKED, np.int32)
    if walks is not None:
        walked[walks.options.stop] = walks.options.seconds
    return walked


def walk_to_ports(ground: Ground, wish: Wish, hour: int | None, links: Links) -> Seconds:
    """Seconds on foot between the end and every port of `links`."""
    search, side = ground.search(ground.walk, hour), ground.side
    if links is side.ports or links is side.stops:
        return _points(ground, wish, search, 0.0, links)
    link = LINKS[search.profile.name]
    return between(search, wish, wish.end.links[link], links[link], None).seconds


def chosen(ways: Ways, keep: NDArray[np.bool_]) -> Ways:
    """The rows of `ways` where `keep` is true."""
    if keep.all():
        return ways
    options, rows = ways.options, np.flatnonzero(keep)
    kept = Options(*(column.take(rows) for column in (options.stop, options.seconds, options.opens, options.closes)))
    parts = ways.parts.take(rows, axis=0)
    return replace(ways, options=kept, parts=parts, pickup=ways.pickup.take(rows), dropoff=ways.dropoff.take(rows))


def within(ways: Ways, opens: int, closes: int) -> Ways:
    """The same ways, begun only between `opens` and `closes` (seconds of the service day)."""
    options = ways.options
    hours = np.maximum(options.opens, np.int32(opens)), np.minimum(options.closes, np.int32(closes))
    return replace(ways, options=Options(options.stop, options.seconds, *hours))


def over_hours(states: States, midnight: int, search: Callable[[int | None], Ways]) -> list[Ways]:
    """Search once for every one of `states` of the opening hours, one after the other.

    Where the hours make no difference the result is one set of ways without hours. The first and the last state hold
    before and after the span.

    Parameters
    ----------
    midnight : int
        The moment (`planner.way_hours`) from which the seconds of the service day count.
    """
    found: list[tuple[int, Ways]] = []
    for moment, _ in states:
        ways = search(moment)
        if not found or not (found[-1][1] is ways or _is_same(found[-1][1], ways)):
            found.append((moment - midnight, ways))
    if len(found) == 1:
        return [found[0][1]]
    bounds = [ANY_TIME[0], *(start for start, _ in found[1:]), ANY_TIME[1] + 1]
    return [within(ways, bounds[i], bounds[i + 1] - 1) for i, (_, ways) in enumerate(found)]


def behind(*links: Links) -> Links:
    """Points of several kinds behind each other."""
    return {name: in_a_row([one[name] for one in links]) for name in links[0]}


def joined(ways: Sequence[Ways]) -> Options:
    """Options of several ways behind each other, as one search takes them."""
    if not ways:
        return Options.of([], [])
    if len(ways) == 1:
        return ways[0].options
    columns = zip(*((w.options.stop, w.options.seconds, w.options.opens, w.options.closes) for w in ways), strict=True)
    return Options(*(np.concatenate(column) for column in columns))


def row_of(ways: Sequence[Ways], option: int) -> tuple[Ways, int]:
    """The ways, and the row in them, that row `option` of `joined` stands for."""
    for one in ways:
        if option < len(one):
            return one, option
        option -= len(one)
    raise IndexError(option)


def _found(ground: Ground, wish: Wish, search: StreetSearch, wait_s: float) -> Seconds:
    """Seconds between the end and every target; another end of the journey is one target, however it is joined."""
    link = LINKS[search.profile.name]
    if wish.other is None:
        return _points(ground, wish, search, wait_s, wish.targets)
    outset = Outset(search, link, wish.end.links[link], wish.backward, wait_s)
    seconds = ground.around.others_within(outset, wish.targets[link], wish.limit)
    row = quickest(seconds)
    return seconds[row : row + 1]


def _points(ground: Ground, wish: Wish, search: StreetSearch, wait_s: float, links: Links) -> Seconds:
    """Seconds between the end and the stops or the ports of the streets."""
    link = LINKS[search.profile.name]
    outset = Outset(search, link, wish.end.links[link], wish.backward, wait_s)
    seconds, n_ports = ground.around.points_within(outset, wish.limit), len(ground.side.ports[link])
    return seconds[:n_ports] if links is ground.side.ports else seconds[n_ports:]


def between(
    search: StreetSearch, wish: Wish, origins: Linked, points: Linked, head_starts: NDArray[np.float64] | None
) -> Reach:
    """Search from `origins` to `points` in the direction and within the limit of `wish`."""
    return reach(search, origins, points, wish.limit, head_starts=head_starts, backward=wish.backward)


def _is_same(a: Ways, b: Ways) -> bool:
    return (
        len(a) == len(b)
        and np.array_equal(a.options.stop, b.options.stop)
        and np.array_equal(a.parts, b.parts)
        and np.array_equal(a.pickup, b.pickup)
        and np.array_equal(a.dropoff, b.dropoff)
    )
