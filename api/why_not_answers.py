# ruff: noqa: N815
"""What `/kaiteki/v1/why-not` is asked and says: a question with what is looked for alone, rules, and comparisons."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from api.motis import WireItinerary
from api.motis_answer import wire_itinerary
from planner.flex import Quote
from planner.model import Answer, Itinerary, TransitLeg
from planner.network import Network
from planner.plan import plan
from planner.request import PlanRequest


class Rule(StrEnum):
    """What kept it out."""

    IN_THE_ANSWER = "IN_THE_ANSWER"
    MODE_NOT_ASKED = "MODE_NOT_ASKED"
    NOT_RUNNING = "NOT_RUNNING"
    NOT_ACCESSIBLE = "NOT_ACCESSIBLE"
    ZONE_CLOSED = "ZONE_CLOSED"
    NOTHING_FREE = "NOTHING_FREE"
    BEYOND_THE_WALKING_LIMIT = "BEYOND_THE_WALKING_LIMIT"
    TOO_MANY_CHANGES = "TOO_MANY_CHANGES"
    BEYOND_THE_TIME_LIMIT = "BEYOND_THE_TIME_LIMIT"
    OUTSIDE_THE_WINDOW = "OUTSIDE_THE_WINDOW"
    MISSED = "MISSED"
    DOMINATED = "DOMINATED"
    WALKING_IS_BETTER = "WALKING_IS_BETTER"
    NOT_SHOWN = "NOT_SHOWN"
    DOES_NOT_CONNECT = "DOES_NOT_CONNECT"


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Body of an answer to `/kaiteki/v1/why-not`.

    Attributes
    ----------
    missedBy : int or None
        Seconds one is too late for it.
    walk : int or None
        Seconds of the way to or from a stop that it takes, beyond the limit.
    candidate : WireItinerary or None
        The journey with it that was found.
    better : WireItinerary or None
        The journey of the answer that is as good in departure, arrival and changes, and better in one of them.
    """

    rule: Rule
    sentence: str
    missedBy: int | None = None
    walk: int | None = None
    candidate: WireItinerary | None = None
    better: WireItinerary | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A request in a network, of which only what `alone` leaves is there to be used.

    Attributes
    ----------
    is_meant : callable
        Whether a journey is one that is asked about.
    """

    network: Network
    request: PlanRequest
    quote: Quote | None
    alone: Callable[[Network], Network]
    is_meant: Callable[[Itinerary], bool]

    def found(self) -> list[Itinerary]:
        """The journeys that are asked about, the soonest first and of these the last to begin."""
        answer = plan(self.alone(self.network), self.request, self.quote)
        meant = [one for one in (*answer.itineraries, *answer.direct) if self.is_meant(one)]
        return sorted(meant, key=lambda one: (one.end, -one.start.timestamp()))


def in_the_answer(itineraries: Iterable[Itinerary], is_meant: Callable[[Itinerary], bool]) -> WhyNot | None:
    """That it is there, if it is."""
    shown = next((one for one in itineraries if is_meant(one)), None)
    if shown is None:
        return None
    return WhyNot(Rule.IN_THE_ANSWER, "It is in the answer.", candidate=wire_itinerary(shown))


def against(answer: Answer, candidate: Itinerary) -> WhyNot:
    """What of the answer is better than a journey that could be made."""
    told = wire_itinerary(candidate)
    for one in answer.itineraries:
        if one.start >= candidate.start and one.end <= candidate.end and one.transfers <= candidate.transfers:
            sentence = (
                f"Leaving at {one.start:%H:%M} one is there at {one.end:%H:%M}, with it at {candidate.end:%H:%M}."
            )
            return WhyNot(Rule.DOMINATED, sentence, candidate=told, better=wire_itinerary(one))
    rides = any(isinstance(leg, TransitLeg) for leg in candidate.legs)
    for one in answer.direct:
        if one.duration_s <= candidate.duration_s:
            without = "Without scheduled transport" if rides else "Otherwise"
            minutes, more = one.duration_s // 60, -(-candidate.duration_s // 60)
            sentence = f"{without} it takes {minutes} min, with it {more if more > minutes else 'as long'}."
            rule = Rule.WALKING_IS_BETTER if rides or one.walk_m else Rule.DOMINATED
            return WhyNot(rule, sentence, candidate=told, better=wire_itinerary(one))
    sentence = "It can be made, but what is shown serves better, all counted: waiting, walking and changes."
    return WhyNot(Rule.NOT_SHOWN, sentence, candidate=told)


def open_ended(request: PlanRequest) -> PlanRequest:
    """The request for at least one journey, whatever goes without scheduled vehicles."""
    return replace(request, count=max(1, request.count), direct_modes=frozenset(), timetable_view=True)
