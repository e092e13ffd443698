"""Journeys by way of places where one stays a while: searches one behind the other, exact as a whole.

Each section between two places is searched for all departures that any chain of the sections before makes worth asking
about, and for the one departure after the last of them. Chains are kept that no other dominates in (departure,
arrival, rides) with no vehicle to rent or book that the other has not; since every section begins as soon as the stay
allows or later, what dominates a beginning dominates the whole, and no journey is lost. By arrival the same is done
backwards, with negated times.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from planner.access import End, Ways, Wish
from planner.approach import approaches_on
from planner.asked import Asked, is_one_place, transit_of, windows_from
from planner.cursors import Page
from planner.ends import end_of
from planner.errors import go_on
from planner.flex import Rejection
from planner.itineraries import complete, itinerary_of
from planner.journey_search import KIND_BIT, Pair
from planner.means import Clock, searches_of, ways_of
from planner.model import Itinerary
from planner.prices import FarePart
from planner.raptor import search, search_at
from planner.reasons import InputField, RoutingError
from planner.ruled_changes import named_by, with_copies
from planner.service_day import moment_on, seconds_on

CHANGE_S, KIND_S, IDLE = 300.0, 240.0, 0.5
"""What a change, a further kind of vehicle and a second of leaving late are worth, as in `planner.ranking.Weights`."""


@dataclass(frozen=True, slots=True)
class Part:
    """One way of a section; times as the search counts them, negated by arrival.

    Attributes
    ----------
    found : (Pair, int) or (Ways, int) or None
        A journey with scheduled vehicles, a way through the streets, or nothing where both ends are one place.
    """

    near: int
    far: int
    rides: int
    kind: int
    found: tuple[Pair, int] | tuple[Ways, int] | None


@dataclass(frozen=True, slots=True)
class Chain:
    """Parts of the first sections searched.

    A loose chain has no scheduled vehicle: it may begin at any time of the span, `near` is 0 and `far` its length.
    """

    near: int
    far: int
    rides: int
    kind: int
    parts: tuple[Part, ...]
    is_loose: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """Places in order of travel, with the seconds of stay at all but the first and the last."""

    ends: tuple[End, ...]
    stays: tuple[int, ...]


def chains_between(asked: Asked, course: Course, day: date, span: tuple[int, int]) -> list[Chain]:
    """Every chain worth taking that departs (arrives, if asked by arrival) within the seconds `span` of `day`.

    Loose chains, those without scheduled vehicles, begin as soon as the span does.
    """
    backwards = asked.request.arrive_by
    lo, hi = (-span[1], -span[0]) if backwards else span
    sections = list(zip(course.ends, course.ends[1:], strict=False))
    stays = [0, *course.stays]
    if backwards:
        sections, stays = sections[::-1], [0, *course.stays[::-1]]
    chains = [Chain(0, 0, 0, 0, (), is_loose=True)]
    for section, stay in zip(sections, stays, strict=True):
        chains = _extended(replace(asked, ends=section), day, chains, stay, (lo, hi))
    return [_begun(chain, lo) if chain.is_loose else chain for chain in chains]


def _extended(asked: Asked, day: date, chains: Sequence[Chain], stay: int, span: tuple[int, int]) -> list[Chain]:
    """Chains with one section more, those that nothing dominates."""
    lo, hi = span
    if not chains:
        return []
    ready = [(lo + c.far + stay, hi + c.far + stay) if c.is_loose else (c.far + stay,) * 2 for c in chains]
    whole = min(first for first, _ in ready), max(last for _, last in ready)
    ridden = sorted(_ridden(asked, day, whole), key=lambda part: part.near)
    walked = _walked(asked, day, whole)
    longer = []
    for chain, (soonest, latest) in zip(chains, ready, strict=True):
        most = asked.request.max_transfers + 1 - chain.rides
        for part in ridden:
            if part.near < soonest or part.rides > most or (chain.is_loose and part.near > latest):
                continue
            begun = _begun(chain, part.near - chain.far - stay) if chain.is_loose else chain
            longer.append(_longer(begun, part, begun.near, part.far))
        for ways, row in walked:
            longer += _on_the_streets(asked, chain, (ways, row), stay, span)
        if is_one_place(asked.ends):
            longer.append(replace(chain, far=chain.far + stay, parts=(*chain.parts, Part(0, 0, 0, 0, None))))
    return undominated(longer)


def _longer(chain: Chain, part: Part, near: int, far: int) -> Chain:
    return Chain(near, far, chain.rides + part.rides, chain.kind | part.kind, (*chain.parts, part))


def _begun(chain: Chain, near: int) -> Chain:
    """A loose chain that begins at `near`."""
    parts = tuple(replace(part, near=part.near + near, far=part.far + near) for part in chain.parts)
    return replace(chain, near=near, far=chain.far + near, parts=parts, is_loose=False)


def _on_the_streets(
    asked: Asked, chain: Chain, found: tuple[Ways, int], stay: int, span: tuple[int, int]
) -> Iterator[Chain]:
    """The chain with a way through the streets, begun at once; at any time by a loose chain."""
    ways, row = found
    options = ways.options.mirrored() if asked.request.arrive_by else ways.options
    opens, closes, seconds = (int(column[row]) for column in (options.opens, options.closes, options.seconds))
    kind = KIND_BIT[ways.means.mode]
    begin = (span[0] if chain.is_loose else 0) + chain.far + stay
    end = begin + (span[1] - span[0] if chain.is_loose else 0)
    if chain.is_loose and opens <= begin and end <= closes:
        part = Part(chain.far + stay, chain.far + stay + seconds, 0, kind, found)
        yield replace(_longer(chain, part, 0, part.far), is_loose=True)
    elif max(begin, opens) <= (closes if not chain.is_loose else min(closes, end)):
        start = max(begin, opens)
        begun = _begun(chain, start - chain.far - stay) if chain.is_loose else chain
        yield _longer(begun, Part(start, start + seconds, 0, kind, found), begun.near, start + seconds)


def undominated(chains: Iterable[Chain]) -> list[Chain]:
    """Those that no other beats: leaving no earlier, there no later, no more rides and no more kinds of vehicle."""
    kept: list[Chain] = []
    for one in sorted(chains, key=lambda c: (not c.is_loose, c.far, -c.near, c.rides, c.kind.bit_count())):
        if not any(_beats(other, one) for other in kept):
            kept.append(one)
    return kept


def _beats(other: Chain, one: Chain) -> bool:
    if other.kind & ~one.kind or other.rides > one.rides:
        return False
    if other.is_loose:
        return other.far <= (one.far if one.is_loose else one.far - one.near)
    return not one.is_loose and other.near >= one.near and other.far <= one.far


def _ridden(asked: Asked, day: date, span: tuple[int, int]) -> Iterator[Part]:
    """Journeys of a section that begin within `span`, and those there soonest of who begins after it."""
    request, network = asked.request, asked.network
    if not request.transit_modes or is_one_place(asked.ends):
        return
    backwards = request.arrive_by
    earliest, latest = (-span[1], -span[0]) if backwards else span
    page = _page(asked, day, (earliest, latest))
    sides = approaches_on(network, asked.ground, request, asked.ends, day)(page)
    transit = transit_of(asked, day, backwards=backwards)
    workspace = network.workspace(transit, request.max_transfers)
    for first in sides[0]:
        for last in sides[1]:
            (access, of_access), (egress, of_egress) = (with_copies(transit.day, s.options) for s in (first, last))
            ends, most = (transit, access, egress), request.max_transfers
            beyond = earliest - 1 if backwards else latest + 1
            for found in (
                search(*ends, earliest, latest, most, workspace),
                search_at(*ends, beyond, most, workspace),
            ):
                yield from _parts(Pair(first, last, named_by(found, of_access, of_egress)), backwards)


def _parts(pair: Pair, backwards: bool) -> Iterator[Part]:
    journeys = pair.journeys
    kind = KIND_BIT[pair.access.mode] | KIND_BIT[pair.egress.mode]
    columns = journeys.departure.tolist(), journeys.arrival.tolist(), journeys.transfers.tolist()
    for row, (departure, arrival, transfers) in enumerate(zip(*columns, strict=True)):
        near, far = (-arrival, -departure) if backwards else (departure, arrival)
        yield Part(near, far, transfers + 1, kind, (pair, row))


def _walked(asked: Asked, day: date, span: tuple[int, int]) -> list[tuple[Ways, int]]:
    """Ways of a section through the streets, on foot or by what else the request allows all the way."""
    request, ends = asked.request, asked.ends
    if asked.ground is None or is_one_place(ends):
        return []
    wish = Wish(ends[0], ends[1].links, request.max_direct_s, False, ends[1], request.direct_rentals)
    searches = searches_of(asked.network, asked.ground, wish, request.direct_modes)
    clock = Clock(day, (-span[1], -span[0]) if request.arrive_by else span, request.now)
    found = ways_of(asked.network, asked.ground, searches, clock)
    return [(ways, row) for mode in sorted(found) for ways in found[mode] for row in range(len(ways))]


def _page(asked: Asked, day: date, span: tuple[int, int]) -> Page:
    start, end = (moment_on(second, day, asked.network.zone) for second in span)
    return Page(start, end, is_fixed=True)


def cost_of_chain(chain: Chain, asked_s: int) -> float:
    """Seconds of travel, stays included, that a chain is worth; `asked_s` as the search counts time."""
    idle = max(0, chain.near - asked_s)
    return chain.far - chain.near + CHANGE_S * chain.rides + KIND_S * chain.kind.bit_count() + IDLE * idle


def course_of(asked: Asked) -> Course | RoutingError:
    """The ends of the journey and the places between, or why one of these is nowhere."""
    request = asked.request
    between = [end_of(asked.network, via.location, InputField.VIA, request.languages) for via in request.via]
    for end in between:
        if isinstance(end, RoutingError):
            return end
    ends = (asked.ends[0], *(end for end in between if isinstance(end, End)), asked.ends[1])
    return Course(ends, tuple(via.stay_s for via in request.via))


def itineraries_by(asked: Asked, course: Course, page: Page) -> tuple[list[Itinerary], Page]:
    """The best chains as itineraries, in order of departure, and the page they are of: wider until there is enough."""
    request, zone = asked.request, asked.network.zone
    day = (page.end if request.arrive_by else page.start).astimezone(zone).date()
    found: list[Itinerary] = []
    for whole, _ in windows_from(page, request.arrive_by):
        page = whole
        go_on(request.is_given_up)
        span = seconds_on(page.start, day, zone), seconds_on(page.end, day, zone)
        begin = -span[1] if request.arrive_by else span[0]
        chains = sorted(chains_between(asked, course, day, span), key=lambda chain: cost_of_chain(chain, begin))
        longest = math.inf if request.max_duration_s is None else request.max_duration_s
        short = (chain for chain in chains if chain.far - chain.near <= longest)
        written = (itinerary_by(asked, course, chain, day) for chain in short)
        found = [one for one in written if isinstance(one, Itinerary)][: request.count + 1]
        if len(found) > request.count:
            break
    best = found[: max(1, request.count)]
    return sorted(best, key=lambda one: (one.start, one.end, one.transfers)), page


def itinerary_by(asked: Asked, course: Course, chain: Chain, day: date) -> Itinerary | Rejection | None:
    """Write a chain as one itinerary, None if it goes nowhere; who stays somewhere pays for each section apart."""
    backwards = asked.request.arrive_by
    sections = zip(course.ends, course.ends[1:], strict=False)
    parts = chain.parts[::-1] if backwards else chain.parts
    written: list[Itinerary] = []
    for section, part in zip(sections, parts, strict=True):
        one = _written(replace(asked, ends=section), part, day)
        if isinstance(one, Rejection):
            return one
        written += [one] if one is not None else []
    legs = [leg for one in written for leg in one.legs]
    if not legs:
        return None
    whole = complete(asked.network, legs, max(0, chain.rides - 1))
    return replace(whole, fare=_fares(written)) if any(course.stays) else whole


def _written(asked: Asked, part: Part, day: date) -> Itinerary | Rejection | None:
    network, writer = asked.network, asked.writer
    match part.found:
        case None:
            return None
        case (Pair() as pair, row):
            transit = transit_of(asked, day, backwards=False)
            return itinerary_of(network, writer, transit, (pair, row), asked.ends, day)
        case (Ways() as ways, row):
            start = moment_on(-part.far if asked.request.arrive_by else part.near, day, network.zone)
            legs = writer.legs(ways, row, (writer.end(asked.ends[0]), writer.end(asked.ends[1])), start, day)
            return legs if isinstance(legs, Rejection) else complete(network, legs, 0) if legs else None


def _fares(written: Sequence[Itinerary]) -> tuple[FarePart, ...] | None:
    """The products of all sections, None if what one of them costs is unknown."""
    parts: list[FarePart] = []
    before = 0
    for one in written:
        if one.fare is None:
            return None
        parts += [replace(part, legs=tuple(leg + before for leg in part.legs)) for part in one.fare]
        before += len(one.legs)
    return tuple(parts)
