"""What crowds make of an itinerary, and when it pays to leave later, in words."""

from collections.abc import Sequence

from api.messages import Catalogue, clock
from planner.crowds import Crowded
from planner.model import Answer, Itinerary, LeaveLater


def crowd_lines(words: Catalogue, itinerary: Itinerary) -> list[str]:
    """When one is expected, how long one waits and how full it is; nothing where no crowd is known."""
    crowding = itinerary.crowding
    if crowding is None:
        return []
    if crowding.expected_end is None:
        return [words.text("crowds.stranded")]
    parts = [words.text("crowds.expected", end=clock(crowding.expected_end, itinerary.start.date()))]
    for key, seconds in (("crowds.gates", crowding.gate_s), ("crowds.left_standing", crowding.wait_s)):
        if seconds >= 60:
            parts.append(words.text(key, minutes=round(seconds / 60)))
    loads = [load for load in crowding.loads if load is not None]
    if loads:
        parts.append(words.text("crowds.fullest", percent=round(100 * max(loads))))
    return [" · ".join(parts)]


def crowd_notes(words: Catalogue, found: Sequence[Itinerary]) -> list[str]:
    """Where what is said of crowds comes from, if anything is said."""
    return [words.text("crowds.note")] if any(one.crowding is not None for one in found) else []


def advice_lines(words: Catalogue, answer: Answer) -> list[str]:
    """Leave so much later: when, when one is there then, and when one would be otherwise."""
    return [] if answer.advice is None else [_advice(words, answer.advice)]


def _advice(words: Catalogue, advice: LeaveLater) -> str:
    now, later = advice.instead_of, advice.itinerary
    day = now.start.date()
    before, after = (_expected(words, one, one.crowding) for one in (now, later))
    starts = {"now": clock(now.start, day), "start": clock(later.start, day)}
    later_by = words.counted("counts.minutes", advice.minutes)
    text = words.text("crowds.leave_later", minutes=later_by, end=after, instead=before, **starts)
    if now.crowding is None or now.crowding.expected_end is None:
        return text
    saved = now.crowding.cost_s - (later.crowding.cost_s if later.crowding is not None else 0.0)
    spared = words.counted("counts.minutes", round(saved / 60))
    return f"{text} {words.text('crowds.saved', minutes=spared)}" if saved >= 60 else text


def _expected(words: Catalogue, itinerary: Itinerary, crowding: Crowded | None) -> str:
    end = itinerary.end if crowding is None else crowding.expected_end
    return words.text("crowds.never") if end is None else clock(end, itinerary.start.date())
