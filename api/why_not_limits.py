"""Which limit keeps a journey out: each is lifted alone, then all, and put back as long as there is a way."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import reduce

from api.motis_answer import wire_itinerary
from api.why_not_answers import Question, Rule, WhyNot
from api.why_not_closed import lending_closed, lent_everywhere, nothing_free, stocked_everywhere, ways_closed, ways_open
from planner.checks import MOST_TRANSFERS
from planner.model import Itinerary, TransitLeg
from planner.network import Network
from planner.rentals import MODES
from planner.request import PlanRequest, StreetMode

FARTHER_S = 3600
"""How far limits of first, last and direct legs are lifted."""

EARLIER = timedelta(minutes=30)
"""Who asks around midnight is imagined to be there so much earlier, or to have so much longer."""

RENTALS = frozenset(MODES.values())


class Limit(StrEnum):
    """What a question, or the state of the network, does not allow."""

    WHEELCHAIR = "WHEELCHAIR"
    WAYS = "WAYS"
    LENDING = "LENDING"
    STOCK = "STOCK"
    OFFER = "OFFER"
    WALK = "WALK"
    RADIUS = "RADIUS"
    CHANGES = "CHANGES"
    DURATION = "DURATION"
    WINDOW = "WINDOW"
    MOMENT = "MOMENT"


RULES = {
    Limit.WHEELCHAIR: Rule.NOT_ACCESSIBLE,
    Limit.WAYS: Rule.ZONE_CLOSED,
    Limit.LENDING: Rule.ZONE_CLOSED,
    Limit.STOCK: Rule.NOTHING_FREE,
    Limit.OFFER: Rule.NOTHING_FREE,
    Limit.WALK: Rule.BEYOND_THE_WALKING_LIMIT,
    Limit.RADIUS: Rule.BEYOND_THE_WALKING_LIMIT,
    Limit.CHANGES: Rule.TOO_MANY_CHANGES,
    Limit.DURATION: Rule.BEYOND_THE_TIME_LIMIT,
    Limit.WINDOW: Rule.OUTSIDE_THE_WINDOW,
    Limit.MOMENT: Rule.MISSED,
}

CLOSED: dict[Limit, tuple[Callable[[Network, Itinerary], Iterator[str]], str]] = {
    Limit.WAYS: (ways_closed, "A way to it is closed at this time."),
    Limit.LENDING: (lending_closed, "A zone is closed to it at this time."),
    Limit.STOCK: (nothing_free, "Nothing is free to be rented."),
}
"""What tells of a journey what in the network is closed to it, and what is said where it finds nothing."""

NETWORKS: dict[Limit, Callable[[Network], Network | None]] = {
    Limit.WAYS: ways_open,
    Limit.LENDING: lent_everywhere,
    Limit.STOCK: stocked_everywhere,
}


def kept_out_by(question: Question) -> WhyNot | None:
    """The limit that keeps out what is asked about, or several that do together; None where none does.

    Those are told without which there is no way though all others are lifted: first what one can change least.
    """
    limits = [limit for limit in Limit if lifted(question, limit) is not None]
    for limit in limits:
        if found := _without(question, [limit]).found():
            return _told(question, [limit], found)
    # What leaves before the time asked for and what leaves after the time searched are looked for apart.
    for other in (Limit.MOMENT, Limit.WINDOW):
        needed = [limit for limit in limits if limit is not other]
        if found := _without(question, needed).found():
            return _told(question, *_fewest(question, needed, found))
    return None


def possible(question: Question) -> Itinerary | None:
    """The soonest journey that is asked about, were nothing closed, taken, or too far."""
    found = _without(question, [Limit.WAYS, Limit.LENDING, Limit.STOCK, Limit.OFFER, Limit.WALK, Limit.RADIUS]).found()
    return found[0] if found else None


def _fewest(
    question: Question, limits: Sequence[Limit], found: Sequence[Itinerary]
) -> tuple[Sequence[Limit], Sequence[Itinerary]]:
    """Limits without each of which there is no way, and what is found where only these are lifted."""
    needed = limits
    for limit in reversed(limits):
        rest = [one for one in needed if one is not limit]
        if fewer := _without(question, rest).found():
            needed, found = rest, fewer
    return needed, found


def lifted(question: Question, limit: Limit) -> Question | None:
    """The question without a limit; None where there is none."""
    streets = question.request.access_modes | question.request.egress_modes | question.request.direct_modes
    if limit is Limit.OFFER:
        is_asked = question.quote is not None and StreetMode.FLEX in streets
        return replace(question, quote=None) if is_asked else None
    if limit in NETWORKS:
        network = NETWORKS[limit](question.network) if limit is Limit.WAYS or streets & RENTALS else None
        return None if network is None else replace(question, network=network)
    request = _without_limit(question.request, limit)
    return None if request == question.request else replace(question, request=request)


def _without_limit(request: PlanRequest, limit: Limit) -> PlanRequest:
    match limit:
        case Limit.WHEELCHAIR:
            return replace(request, wheelchair=False)
        case Limit.WALK:
            return replace(
                request,
                max_access_s=max(FARTHER_S, request.max_access_s),
                max_egress_s=max(FARTHER_S, request.max_egress_s),
                max_direct_s=max(FARTHER_S, request.max_direct_s),
            )
        case Limit.RADIUS:
            return replace(request, radius_m=None)
        case Limit.CHANGES:
            return replace(request, max_transfers=MOST_TRANSFERS)
        case Limit.DURATION:
            return replace(request, max_duration_s=None)
        case Limit.WINDOW:
            return replace(request, window_s=None, cursor=None)
        case _:
            return _all_day(request)


def _all_day(request: PlanRequest) -> PlanRequest:
    """The request with all of its day before its departure, or after its arrival, and no less than half an hour."""
    midnight = datetime.combine(request.time.date(), time(), request.time.tzinfo)
    if request.arrive_by:
        end = max(midnight + timedelta(days=1), request.time + EARLIER)
        return replace(request, time=end, window_s=round((end - request.time).total_seconds()), cursor=None)
    begin = min(midnight, request.time - EARLIER)
    return replace(request, time=begin, window_s=round((request.time - begin).total_seconds()), cursor=None)


def _without(question: Question, limits: Sequence[Limit]) -> Question:
    return reduce(lambda before, limit: lifted(before, limit) or before, limits, question)


def _told(question: Question, limits: Sequence[Limit], found: Sequence[Itinerary]) -> WhyNot:
    """The first of the limits as the rule, and a sentence for each."""
    one = found[0]
    if Limit.MOMENT in limits and not question.request.arrive_by:
        one = max(found, key=lambda late: late.start)
    sentences = [sentence for limit in limits for sentence in _sentences(question, limit, one)]
    return WhyNot(
        RULES[limits[0]],
        " ".join(sentences),
        missedBy=_missed_by(question, one) if Limit.MOMENT in limits else None,
        walk=_longest_way(question, one)[0] if Limit.WALK in limits else None,
        candidate=wire_itinerary(one),
    )


def _sentences(question: Question, limit: Limit, one: Itinerary) -> list[str]:
    if limit in CLOSED:
        told, otherwise = CLOSED[limit]
        return list(told(question.network, one)) or [otherwise]
    return [_sentence(question, limit, one)]


def _sentence(question: Question, limit: Limit, one: Itinerary) -> str:
    request = question.request
    match limit:
        case Limit.WHEELCHAIR:
            return "It runs, but not with a vehicle, stops and ways known to be accessible."
        case Limit.OFFER:
            return "The operator of the demand bus offers no such ride now."
        case Limit.WALK:
            seconds, most = _longest_way(question, one)
            return f"It takes a walk of {-(-seconds // 60)} min, the limit is {most // 60} min."
        case Limit.RADIUS:
            return f"No stop from which it goes there lies within {request.radius_m} m."
        case Limit.CHANGES:
            return f"It takes {one.transfers} changes, the limit is {request.max_transfers}."
        case Limit.DURATION:
            return f"It takes {-(-one.duration_s // 60)} min, the limit is {(request.max_duration_s or 0) // 60} min."
        case Limit.WINDOW:
            told = f"arrives at {one.end:%H:%M}, before" if request.arrive_by else f"leaves at {one.start:%H:%M}, after"
            return f"It {told} the time that was searched."
        case _:
            by = _missed_by(question, one)
            return f"It is there {by} s too late." if request.arrive_by else f"It is missed by {by} s."


def _missed_by(question: Question, one: Itinerary) -> int:
    request = question.request
    late = one.end - request.time if request.arrive_by else request.time - one.start
    return round(late.total_seconds())


def _longest_way(question: Question, one: Itinerary) -> tuple[int, int]:
    """Seconds to the first or from the last vehicle, whichever exceeds its limit more, and the limit."""
    request = question.request
    rides = [leg for leg in one.legs if isinstance(leg, TransitLeg)]
    if not rides:
        return one.duration_s, request.max_direct_s
    ways = [
        (round((rides[0].start - one.start).total_seconds()), request.max_access_s),
        (round((one.end - rides[-1].end).total_seconds()), request.max_egress_s),
    ]
    return max(ways, key=lambda way: way[0] - way[1])
