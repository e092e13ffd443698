"""Known public feeds: what there is, where, and under which licence."""

import csv
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from feeds.notices import FeedError

TABLE = Path(__file__).parent / "catalog.csv"

REPOSITORY = re.compile(r"gtfs-data\.jp/([A-Za-z0-9_-]{1,80})/([A-Za-z0-9_-]{1,80})")
"""An id that names an organisation and a feed of the Japanese GTFS data repository."""

REPOSITORY_URL = "https://api.gtfs-data.jp/v2/organizations/{}/feeds/{}/files/feed.zip?rid=current"


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
    """The feed of an id: one of the table, or ``gtfs-data.jp/ORGANISATION/FEED`` for any of that repository.

    Raises
    ------
    FeedError
        There is none; the sentence names the nearest ids.
    """
    by_id = {feed.id: feed for feed in known_feeds()}
    if feed_id in by_id:
        return by_id[feed_id]
    named = REPOSITORY.fullmatch(feed_id)
    if named:
        return _of_repository(*named.groups())
    near = get_close_matches(feed_id, by_id, n=3, cutoff=0.5)
    hint = f"; did you mean {', '.join(near)}?" if near else "; kaiteki feeds list shows all."
    raise FeedError(f"No known feed is called '{feed_id}'{hint}")


def _of_repository(organisation: str, feed: str) -> KnownFeed:
    return KnownFeed(
        id=f"gtfs-data.jp-{organisation}-{feed}",
        kind="gtfs",
        name=f"GTFSデータリポジトリ {organisation}/{feed}",
        region="JP",
        url=REPOSITORY_URL.format(organisation, feed),
        licence="",
        needs_key=False,
        source="https://gtfs-data.jp/",
        confidence="verify",
    )
