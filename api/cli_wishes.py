"""`kaiteki plan --prefer`, `--slack`, `--max-walk`, `--max-price`: what is asked, and what is said of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from api.cli_answer import ranked
from api.messages import Catalogue, duration
from planner.asked import walk_ms
from planner.cheapest import by_price
from planner.checks import LONGEST_WALK_S, MOST_SLACK_S, MOST_SLACK_TRANSFERS
from planner.delays import Delays
from planner.errors import RequestError
from planner.model import Answer, Itinerary, Mode
from planner.preferred import best_first
from planner.request import USUAL_SLACK, PlanRequest, Preferred, Slack


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options that say what decides."""

    prefer: Preferred | None = None
    slack: str | None = None
    max_walk: str | None = None
    max_price: float | None = None


NO_WISHES = Wishes()


def with_wishes(request: PlanRequest, wishes: Wishes) -> PlanRequest:
    """The request with what the options mean.

    Raises
    ------
    RequestError
        Bounds that are none, or that nothing is there for.
    """
    if wishes.slack is not None and wishes.prefer is None and wishes.max_price is None:
        raise RequestError("--slack", "--slack says how far --prefer or --max-price look: give one of them.")
    return replace(
        request,
        prefer=wishes.prefer,
        slack=USUAL_SLACK if wishes.slack is None else slack_of(wishes.slack, "--slack"),
        max_walk_s=None if wishes.max_walk is None else walk_s_of(wishes.max_walk, walk_ms(request), "--max-walk"),
        max_price=wishes.max_price,
    )


def slack_of(text: str, field: str) -> Slack:
    """How far a search looks, ``MINUTES`` or ``MINUTES:CHANGES``.

    Raises
    ------
    RequestError
        It says something else.
    """
    minutes, _, changes = text.partition(":")
    changes = changes if ":" in text else str(USUAL_SLACK.transfers)
    is_number = all(part.strip().isdecimal() and len(part.strip()) < 5 for part in (minutes, changes))
    if not is_number or 60 * int(minutes) > MOST_SLACK_S or int(changes) > MOST_SLACK_TRANSFERS:
        most = f"at most {MOST_SLACK_S // 60} minutes and {MOST_SLACK_TRANSFERS} changes"
        raise RequestError(field, f"{field} {text[:40]}: write MINUTES or MINUTES:CHANGES, {most}.")
    return Slack(60 * int(minutes), int(changes))


def walk_s_of(text: str, pace_ms: float, field: str) -> int:
    """Seconds of a longest walk, ``15`` minutes or as long as ``800m`` take on level ground at `pace_ms`.

    Raises
    ------
    RequestError
        It says something else.
    """
    found = re.fullmatch(r"\s*(\d{1,5})\s*(m|min|分)?\s*", text)
    if found is None:
        raise RequestError(field, f"{field} {text[:40]}: write minutes (15) or metres (800m).")
    number = int(found[1])
    seconds = int(number / pace_ms) if found[2] == "m" else 60 * number
    if seconds > LONGEST_WALK_S:
        raise RequestError(field, f"{field} {text[:40]}: nobody walks longer than {LONGEST_WALK_S // 3600} hours.")
    return seconds


def in_order(answer: Answer, request: PlanRequest, delays: Mapping[Mode, Delays]) -> list[Itinerary]:
    """All itineraries, first what fits best."""
    if request.is_by_price:
        return list(by_price((*answer.itineraries, *answer.direct)))
    if request.has_wish:
        return best_first((*answer.itineraries, *answer.direct), request, delays)
    return ranked(answer, request)


def wish_lines(words: Catalogue, request: PlanRequest, found: Sequence[Itinerary]) -> list[str]:
    """What was looked at, and which prices nobody knows."""
    lines = []
    if request.is_by_price:
        unknown = [str(number) for number, one in enumerate(found, 1) if one.price() is None]
        lines += [words.text("cheapest.unknown", numbers=", ".join(unknown))] if unknown else []
    if request.is_by_price or request.prefer is not None:
        lines.append(_bound_line(words, request))
    if request.max_walk_s is not None:
        lines.append(words.text("preferred.longest_walk", longest=duration(words, request.max_walk_s)))
    return lines


def _bound_line(words: Catalogue, request: PlanRequest) -> str:
    table = "cheapest" if request.is_by_price else "preferred"
    about = "by_arrival" if request.arrive_by else "by_departure"
    more = request.slack.transfers
    changes = words.counted("preferred.changes", more)
    what = "" if request.is_by_price else words.text(f"preferred.{request.prefer}")
    return words.text(f"{table}.{about}", what=what, minutes=request.slack.seconds // 60, changes=changes)
