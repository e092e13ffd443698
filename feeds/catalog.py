"""Known public feeds: what there is, where, and under which licence."""

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from feeds.notices import FeedError

TABLE = Path(__file__).parent / "catalog.csv"


@dataclass(frozen=True, slots=True)
class KnownFeed:
    """One row of the catalogue.

    Attributes
    ----------
    kind : str
        ``gtfs``, ``gbfs`` or ``osm``.
    region : str
        ISO 3166.
    url : str
        With ``{key}`` where the publisher wants a personal key.
    source, confidence : str
        Where the row was read; ``verify`` if nobody has looked since.
    """

    id: str
    kind: str
    name: str
    region: str
    url: str
    licence: str
    needs_key: bool
    source: str
    confidence: str


@cache
def known_feeds() -> tuple[KnownFeed, ...]:
    """All rows in the order of the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [{**row, "needs_key": row["needs_key"] == "1"} for row in csv.DictReader(file)]
    return tuple(KnownFeed(**row) for row in rows)  # type: ignore[arg-type]


def known_feed(feed_id: str) -> KnownFeed:
    """The feed of an id.

    Raises
    ------
    FeedError
        There is none; the sentence names the nearest ids.
    """
    by_id = {feed.id: feed for feed in known_feeds()}
    if feed_id in by_id:
        return by_id[feed_id]
    near = get_close_matches(feed_id, by_id, n=3, cutoff=0.5)
    hint = f"; did you mean {', '.join(near)}?" if near else "; kaiteki feeds list shows all."
    raise FeedError(f"No known feed is called '{feed_id}'{hint}")
