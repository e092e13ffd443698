"""What live sources on the web say now: fetched into a folder, asked again only for what has changed."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import httpx

from feeds.catalog import KnownFeed
from feeds.fetch import USER_AGENT, Limits, Wanted, fetch_feed, fetch_file, gbfs_files
from feeds.gbfs import LIVE_FILES, read_gbfs
from feeds.gtfs_realtime import RealtimeFeed, read_realtime
from feeds.notices import FeedError
from planner.network import RealtimeEntry
from planner.sharing import SharingSystem

LIMITS = Limits(octets=64 << 20, seconds=20.0, silence_s=10.0)


@dataclass(frozen=True, slots=True)
class Web:
    """The way to the sources.

    Attributes
    ----------
    folder : Path
        Where their files are kept.
    key : str or None
        Stands for ``{key}`` in addresses.
    transport : httpx.BaseTransport or None
        Instead of the machine's own network.
    """

    folder: Path
    key: str | None = None
    transport: httpx.BaseTransport | None = None

    def message(self, entry: RealtimeEntry, *, is_read: bool) -> RealtimeFeed | None:
        """The message of a source of GTFS-Realtime; None if it `is_read` and has not changed.

        Raises
        ------
        FeedError
            If there is none, or none that can be read.
        """
        path = self.folder / f"{_file_name(entry)}.pb"
        is_new = self._fetch(entry.url, path, entry.feed)
        return read_realtime(path) if is_new or not is_read else None

    def trains(self, entry: RealtimeEntry, *, is_read: bool) -> bytes | None:
        """The answer of ODPT about trains; None if it `is_read` and has not changed.

        Raises
        ------
        FeedError
            As `message`.
        """
        path = self.folder / f"{_file_name(entry)}.json"
        is_new = self._fetch(entry.url, path, entry.feed)
        return path.read_bytes() if is_new or not is_read else None

    def system(self, entry: RealtimeEntry, *, is_read: bool, is_whole: bool) -> SharingSystem | None:
        """A sharing system; None if it `is_read` and has not changed.

        Parameters
        ----------
        is_whole : bool
            Whether to ask for all its files, or only for those that change from minute to minute.

        Raises
        ------
        FeedError
            As `message`.
        """
        feed = KnownFeed(_file_name(entry), "gbfs", entry.feed, "", entry.url, "", "{key}" in entry.url, "", "")
        folder = self.folder / feed.id
        if is_whole or not (folder / "gbfs.json").is_file():
            fetched = fetch_feed(feed, self.folder, self.key, limits=LIMITS, transport=self.transport)
            is_new = any(file.is_new for file in fetched)
        else:
            files = gbfs_files(json.loads((folder / "gbfs.json").read_bytes()), entry.feed)
            live = [(name, url) for name, url in files.items() if name in LIVE_FILES]
            is_new = sum(self._fetch(url, folder / f"{name}.json", entry.feed) for name, url in live) > 0
        return read_gbfs(folder)[0] if is_new or not is_read else None

    def _fetch(self, url: str, path: Path, name: str) -> bool:
        if "{key}" in url and not self.key:
            raise FeedError(f"{name} needs a personal key of its publisher.")
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
        with httpx.Client(
            transport=self.transport, timeout=LIMITS.silence_s, follow_redirects=True, headers=headers
        ) as client:
            return fetch_file(client, url.replace("{key}", self.key or ""), path, LIMITS, None, Wanted(name)).is_new


def _file_name(entry: RealtimeEntry) -> str:
    # The address may hold what no file name may, and a key that nobody is to read in one.
    return f"{entry.kind}-{hashlib.sha256(f'{entry.feed} {entry.url}'.encode()).hexdigest()[:12]}"
