"""Where a network comes from: its sources with what their licences ask to be said, and what is to be followed live."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A source the network was built from, with what its licence asks to be said."""

    name: str
    kind: str
    sha256: str
    first_date: date | None = None
    last_date: date | None = None
    version: str = ""
    publisher: str = ""
    attribution: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class RealtimeEntry:
    """A source that tells how things are now, for whoever serves the network.

    Attributes
    ----------
    kind : str
        ``gtfs-rt``, ``gbfs`` or ``odpt``.
    url : str
        With ``{key}`` where the publisher wants a personal key.
    feed : str
        Name of the `FeedEntry` it is about.
    """

    kind: str
    url: str
    feed: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where a network comes from.

    Attributes
    ----------
    snapshot : str
        Names the content: equal feeds and program give the same.
    bounds : (float, float, float, float)
        South, west, north, east of everything in it, degrees.
    remark : str
        What a reader must know about the data, such as that a timetable is synthesised.
    emissions : dict of str to float
        Grams of CO2 equivalent a person and kilometre of routes with a value of their own, by route id.
    """

    format: int
    program: str
    snapshot: str
    timezone: str
    footpaths: str
    bounds: tuple[float, float, float, float]
    feeds: tuple[FeedEntry, ...]
    remark: str = ""
    emissions: dict[str, float] = field(default_factory=dict)
    realtime: tuple[RealtimeEntry, ...] = ()
