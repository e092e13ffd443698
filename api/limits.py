# ruff: noqa: N815
"""What one client may ask of this server, by kind of question; published under `/api/v1/map/initial`."""

import re
from dataclasses import dataclass

LONGEST_QUERY, LARGEST_BODY = 16_384, 524_288
MOST_WAITING, MOST_STREAMS = 64, 200
"""Requests a worker takes on at once; and connections that stay open to be told news."""


@dataclass(frozen=True, slots=True)
class EndpointClass:
    """Limits of a kind of question.

    Attributes
    ----------
    perSecond, burst : float
        Questions a client may ask on average, and at once after a while without any.
    budgetS : float or None
        Seconds after which the answer is that it takes too long; None: open as long as the client stays.
    """

    name: str
    perSecond: float
    burst: int
    budgetS: float | None
    bodyOctets: int = 0


PLAN = EndpointClass("plan", 10.0, 60, 15.0)
REACH = EndpointClass("reach", 4.0, 20, 20.0)
LOOKUP = EndpointClass("lookup", 30.0, 200, 10.0)
WORK = EndpointClass("work", 0.5, 10, 60.0, LARGEST_BODY)
STREAM = EndpointClass("stream", 2.0, 20, None)
OTHER = EndpointClass("other", 100.0, 600, 20.0, 65_536)
CLASSES = (PLAN, REACH, LOOKUP, WORK, STREAM, OTHER)

_PATTERNS = (
    (re.compile(r"/(events|watch)$"), STREAM),
    (re.compile(r"/(plan|refresh-itinerary|why-not|recommendations|shelters|mcp)$"), PLAN),
    (re.compile(r"/(one-to-all|one-to-many|isochrone|matrix)$"), REACH),
    (re.compile(r"^/api/v\d/"), LOOKUP),
)


def class_of(method: str, path: str) -> EndpointClass:
    """Kind of question that a method and path are."""
    if method not in ("GET", "HEAD", "OPTIONS") and not path.endswith("/mcp"):
        return WORK
    return next((kind for pattern, kind in _PATTERNS if pattern.search(path)), OTHER)


@dataclass(frozen=True, slots=True)
class PublishedLimits:
    """Limits as `/api/v1/map/initial` tells them; requests a second are those of one client."""

    classes: tuple[EndpointClass, ...]
    maxNumItineraries: int
    maxSearchWindow: int
    maxStopTimes: int
    maxMatrixSize: int
    maxRadius: int
    maxQueryOctets: int = LONGEST_QUERY
