"""`kaiteki plan --prefer walking|co2|reliability` and `--max-walk`: what is asked, and what is said of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from api.cli_cheapest import within_of
from api.messages import Catalogue, duration
from planner.asked import walk_ms
from planner.criteria import Slack
from planner.delays import Delays
from planner.errors import RequestError
from planner.model import Answer, Itinerary, Mode
from planner.preferred import Preference, Preferred, best_first
from planner.request import PlanRequest

LONGEST_WALK_S = 6 * 3600
"""A longer limit is none."""


class Wished(StrEnum):
    """What itineraries are looked for and ordered by."""

    PRICE = "price"
    WALKING = "walking"
    CO2 = "co2"
    RELIABILITY = "reliability"


def preference_of(
    wished: Wished | None, slack: str | None, longest_walk: str | None, request: PlanRequest
) -> Preference | None:
    """What the options mean; None if neither walking nor emissions nor reliability decide.

    Raises
    ------
    RequestError
        Bounds that are none.
    """
    longest_s = None if longest_walk is None else _walk_s(longest_walk, request)
    if wished is Wished.PRICE and longest_s is not None:
        raise RequestError("--max-walk", "Give --max-walk or --prefer price, not both.")
    if wished in {None, Wished.PRICE}:
        return None if longest_s is None else Preference(longest_walk_s=longest_s)
    chosen = Preference(Preferred(str(wished)), longest_walk_s=longest_s)
    if slack is None:
        return chosen
    within = within_of(slack)
    return replace(chosen, slack=Slack(within.seconds, within.transfers))


def best_of(
    answer: Answer, request: PlanRequest, preference: Preference, delays: Mapping[Mode, Delays]
) -> list[Itinerary]:
    """All itineraries, the one that fits best first."""
    return best_first((*answer.itineraries, *answer.direct), request, preference, delays)


def preference_lines(words: Catalogue, request: PlanRequest, preference: Preference) -> list[str]:
    """What was looked at."""
    lines = []
    if preference.by is not None:
        about = "preferred.by_arrival" if request.arrive_by else "preferred.by_departure"
        minutes, changes = preference.slack.seconds // 60, preference.slack.transfers
        what = words.text(f"preferred.{preference.by}")
        lines.append(words.text(about, what=what, minutes=minutes, changes=changes))
    if preference.longest_walk_s is not None:
        lines.append(words.text("preferred.longest_walk", longest=duration(words, preference.longest_walk_s)))
    return lines


def refused_beside(given: Sequence[tuple[str, object]]) -> None:
    """Refuse options that a search by one criterion does not know.

    Raises
    ------
    RequestError
        One of them is given.
    """
    for option, value in given:
        if value:
            told = "a search with --prefer, --max-price or --max-walk is made without it."
            raise RequestError(option, f"{option}: {told}")


def _walk_s(text: str, request: PlanRequest) -> int:
    found = re.fullmatch(r"\s*(\d{1,5})\s*(m|min|分)?\s*", text)
    if found is None:
        raise RequestError("--max-walk", f"--max-walk {text[:40]}: write minutes (15) or metres (800m).")
    number = int(found[1])
    seconds = int(number / walk_ms(request)) if found[2] == "m" else 60 * number
    if seconds > LONGEST_WALK_S:
        raise RequestError("--max-walk", f"--max-walk {text[:40]}: nobody walks longer than 6 hours.")
    return seconds
