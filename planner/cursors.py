"""Pages of an answer: which stretch of time a request is about, and the cursors that name the ones before and after."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from planner.errors import RequestError
from planner.request import PlanRequest

LONGEST = timedelta(days=7)
"""Longest stretch of time that one page may cover."""


@dataclass(frozen=True, slots=True)
class Page:
    """Departures (arrivals, if the request is by arrival) between `start` and `end`, both included.

    `is_fixed` says that the stretch must not be widened to find more.
    """

    start: datetime
    end: datetime
    is_fixed: bool


def page_of(request: PlanRequest) -> Page:
    """The stretch of time that a request asks about, at its narrowest.

    Raises
    ------
    RequestError
        If the cursor is not one of ours, or the window is negative.
    """
    if request.cursor:
        return _parsed(request.cursor)
    if request.window_s is not None and not 0 <= request.window_s <= LONGEST.total_seconds():
        raise RequestError("searchWindow", f"a search window of {request.window_s} s is not between 0 and a week")
    window = timedelta(seconds=request.window_s or 0)
    start, end = (request.time - window, request.time) if request.arrive_by else (request.time, request.time + window)
    return Page(start, end, request.window_s is not None)


def cursors_around(page: Page) -> tuple[str, str]:
    """Cursors of the pages before and after, as long as `page` and touching it without overlap."""
    length = page.end - page.start
    second = timedelta(seconds=1)
    before = Page(page.start - second - length, page.start - second, is_fixed=True)
    after = Page(page.end + second, page.end + second + length, is_fixed=True)
    return _written("EARLIER", before), _written("LATER", after)


def _written(word: str, page: Page) -> str:
    return f"{word}|{int(page.start.timestamp())}|{int(page.end.timestamp())}"


def _parsed(cursor: str) -> Page:
    word, *times = cursor.split("|")
    if word not in ("EARLIER", "LATER") or len(times) != 2 or not all(t.lstrip("-").isdigit() for t in times):
        raise RequestError("pageCursor", f"{cursor!r} is not a page cursor of this program")
    try:
        start, end = (datetime.fromtimestamp(int(t), UTC) for t in times)
    except (OverflowError, ValueError, OSError) as error:
        raise RequestError("pageCursor", f"{cursor!r} names a time that does not exist") from error
    if not timedelta(0) <= end - start <= LONGEST or not 1900 <= start.year <= 2200:
        raise RequestError("pageCursor", f"{cursor!r} names no stretch of time that can be searched")
    return Page(start, end, is_fixed=True)
