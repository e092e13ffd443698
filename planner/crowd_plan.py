"""An answer on an evening on which much is on: what crowds make of each itinerary, and whether to leave later."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from planner.crowd_course import Evening, crowded
from planner.crowd_reports import reported_loads
from planner.crowds import NOTHING_EXPECTED, Crowds, night_of
from planner.footpaths import AS_THEY_ARE
from planner.model import Answer, Itinerary, LeaveLater
from planner.network import Network
from planner.plan import plan
from planner.ranking import cost_of
from planner.request import PlanRequest

SOONEST, LATEST = timedelta(minutes=5), timedelta(minutes=40)
"""Nobody is told to leave less later than this, or more."""

EVERY = 100
"""Itineraries looked at."""

SLIGHTLY_S = 300.0
"""A crowd that costs less is not worth a word."""

CLEARLY_S, CLEARLY = 600.0, 0.5
"""A crowd is clearly less if it costs so many seconds less, and so small a share of what it did: choices of ours."""


def with_crowds(network: Network, request: PlanRequest, answer: Answer, crowds: Crowds) -> Answer:
    """The answer with what crowds make of it, on a day of which something is expected or reported; else as it is.

    Nothing is left out and the order stays. Whether it pays to leave later is searched for among all departures of the
    next 40 minutes; a request by arrival, or by price, gets no such advice.
    """
    if not answer.itineraries:
        return answer
    usual = min(answer.itineraries, key=lambda one: cost_of(one, request.time, request.arrive_by))
    day = night_of(usual.start.astimezone(network.zone))
    seen = network.in_mode(request.realtime, request.now).avoiding(request.avoid)
    table, reported = crowds.on(day), reported_loads(seen)
    if table is None and not reported:
        return answer
    transit = seen.transit(day, request.transit_modes, request.wheelchair, AS_THEY_ARE, False)
    evening = Evening(seen, day, transit.day, table or NOTHING_EXPECTED, reported)
    told = replace(answer, itineraries=tuple(_seen(evening, answer.itineraries)))
    at_once = [one for one in (*told.itineraries, *told.direct) if one.start < usual.start + SOONEST]
    best = min(at_once, key=lambda one: cost_of(one, request.time, request.arrive_by))
    is_bound = request.arrive_by or request.is_by_price
    if is_bound or best.crowding is None or best.crowding.cost_s < SLIGHTLY_S:
        return told
    window_s = round((LATEST - SOONEST).total_seconds())
    begin = best.start + SOONEST
    later = replace(request, time=begin, window_s=window_s, count=EVERY, cursor=None, timetable_view=True)
    return replace(told, advice=leave_later(best, _seen(evening, plan(network, later).itineraries)))


def leave_later(now: Itinerary, found: Iterable[Itinerary]) -> LeaveLater | None:
    """The first itinerary that leaves later than the best one now and is worth waiting for; None if there is none.

    It is if one is expected to be there no later because the one now has to wait, or if the crowd costs clearly less
    and the way is felt as shorter.
    """
    for one in sorted(found, key=lambda one: (one.start, one.end)):
        later = one.start - now.start
        if SOONEST <= later <= LATEST and (_is_no_later(now, one) or _is_easier(now, one)):
            return LeaveLater(int(later.total_seconds()) // 60, one, now)
    return None


def _is_no_later(now: Itinerary, later: Itinerary) -> bool:
    before, after = (one.end if one.crowding is None else one.crowding.expected_end for one in (now, later))
    return after is not None and (before is None or (now.end < before and after <= before))


def _is_easier(now: Itinerary, later: Itinerary) -> bool:
    before, after = (0.0 if one.crowding is None else one.crowding.cost_s for one in (now, later))
    is_shorter = cost_of(later, later.start, False) < cost_of(now, now.start, False)
    return is_shorter and before - after >= CLEARLY_S and after <= CLEARLY * before


def _seen(evening: Evening, itineraries: Iterable[Itinerary]) -> list[Itinerary]:
    return [replace(one, crowding=crowded(evening, one)) for one in itineraries]
