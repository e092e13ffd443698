"""Feeds from the network: asked again only if they changed, whole or not at all."""

import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from feeds.catalog import KnownFeed
from feeds.notices import FeedError

SUFFIXES = {"gtfs": ".zip", "osm": ".osm.pbf"}
GBFS_FILE = re.compile(r"[a-z_]{1,40}")
USER_AGENT = "kaiteki/0.1 (journey planner; fetches open feeds on request)"

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """Most octets of one file, most seconds for it, and seconds without any data."""

    octets: int = 2 * 1024**3
    seconds: float = 1800.0
    silence_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that is there; `is_new` is False if the publisher said that it has not changed."""

    path: Path
    sha256: str
    octets: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is kept beside a file to ask for it again; `address` is a fingerprint."""

    address: str
    etag: str
    last_modified: str
    sha256: str
    octets: int


def fetch_feed(
    feed: KnownFeed,
    folder: Path,
    key: str | None = None,
    *,
    limits: Limits = Limits(),
    transport: httpx.BaseTransport | None = None,
    progress: Progress | None = None,
) -> tuple[Fetched, ...]:
    """Fetch a known feed into `folder`: one file, or for GBFS a folder of files named by the feed's id.

    Raises
    ------
    FeedError
        The key is missing, the publisher does not answer, answers with an error, or with more than `limits` allow.
    """
    if feed.needs_key and not key:
        raise FeedError(f"{feed.id} needs a personal key of its publisher; give it with --key.")
    url = feed.url.replace("{key}", key or "")
    with httpx.Client(
        transport=transport, timeout=limits.silence_s, follow_redirects=True, headers={"User-Agent": USER_AGENT}
    ) as client:
        if feed.kind != "gbfs":
            return (fetch_file(client, url, folder / f"{feed.id}{SUFFIXES[feed.kind]}", limits, progress),)
        discovery = fetch_file(client, url, folder / feed.id / "gbfs.json", limits, progress)
        files = gbfs_files(_json_of(discovery.path), feed.id)
        named = ((address, folder / feed.id / f"{name}.json") for name, address in files.items())
        return (discovery, *(fetch_file(client, address, path, limits, progress) for address, path in named))


def fetch_file(client: httpx.Client, url: str, path: Path, limits: Limits, progress: Progress | None = None) -> Fetched:
    """Fetch one file, replacing the old one only when the new one is complete.

    Raises
    ------
    FeedError
        As `fetch_feed`.
    """
    shown = _without_query(url)
    if urlsplit(url).scheme not in ("http", "https"):
        raise FeedError(f"{shown} is no address on the web.")
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = _receipt(path, url)
    try:
        with client.stream("GET", url, headers=_conditions(kept)) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED and kept is not None:
                return Fetched(path, kept.sha256, kept.octets, is_new=False)
            if response.status_code != httpx.codes.OK:
                raise FeedError(f"{shown} answered {response.status_code} {response.reason_phrase}.")
            sha256, octets = _save(response, path, shown, limits, progress)
            headers = response.headers
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise FeedError(f"{shown} could not be fetched: {error or type(error).__name__}.") from error
    receipt = Receipt(_fingerprint(url), headers.get("etag", ""), headers.get("last-modified", ""), sha256, octets)
    _write_atomically(_receipt_path(path), json.dumps(asdict(receipt)).encode())
    return Fetched(path, sha256, octets, is_new=kept is None or kept.sha256 != sha256)


def gbfs_files(discovery: Mapping[str, Any], name: str) -> dict[str, str]:
    """Address by file name of a gbfs.json of version 1, 2 (first language) or 3.

    Raises
    ------
    FeedError
        It lists no files.
    """
    data = discovery.get("data")
    if isinstance(data, dict) and "feeds" not in data:
        data = next(iter(data.values()), None)
    listed = data.get("feeds") if isinstance(data, dict) else None
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    files = {str(entry.get("name")): str(entry.get("url")) for entry in entries}
    usable = {file: url for file, url in files.items() if GBFS_FILE.fullmatch(file) and file != "gbfs"}
    if not usable:
        raise FeedError(f"{name}: gbfs.json lists no files.")
    return usable


def _save(
    response: httpx.Response, path: Path, shown: str, limits: Limits, progress: Progress | None
) -> tuple[str, int]:
    length = response.headers.get("content-length", "")
    announced = int(length) if length.isdecimal() else 0
    if announced > limits.octets:
        raise FeedError(f"{shown} is {announced:,} octets large; the limit is {limits.octets:,}.")
    digest, octets, deadline = hashlib.sha256(), 0, time.monotonic() + limits.seconds
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as part:
        try:
            for chunk in response.iter_bytes():
                octets += len(chunk)
                if octets > limits.octets:
                    raise FeedError(f"{shown} sends more than {limits.octets:,} octets, the limit.")
                if time.monotonic() > deadline:
                    raise FeedError(f"{shown} was not complete after {limits.seconds:.0f} s, the limit.")
                digest.update(chunk)
                part.write(chunk)
                if progress is not None:
                    progress(path.name, min(1.0, octets / announced) if announced else 0.0)
            part.close()
            Path(part.name).replace(path)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
    return digest.hexdigest(), octets


def _conditions(kept: Receipt | None) -> dict[str, str]:
    if kept is None:
        return {}
    pairs = {"If-None-Match": kept.etag, "If-Modified-Since": kept.last_modified}
    return {name: value for name, value in pairs.items() if value}


def _receipt(path: Path, url: str) -> Receipt | None:
    """What is known of the file; None if there is none, it came from elsewhere or was changed since."""
    try:
        receipt = Receipt(**json.loads(_receipt_path(path).read_bytes()))
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, TypeError):
        return None
    return receipt if receipt.address == _fingerprint(url) and sha256 == receipt.sha256 else None


def _fingerprint(url: str) -> str:
    """Stands for an address that may contain a personal key."""
    return hashlib.sha256(url.encode()).hexdigest()


def _receipt_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.receipt")


def _write_atomically(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)


def _json_of(path: Path) -> Mapping[str, Any]:
    try:
        value = json.loads(path.read_bytes())
    except ValueError as error:
        raise FeedError(f"{path.name} is not JSON ({error}).") from error
    if not isinstance(value, dict):
        raise FeedError(f"{path.name} is not a JSON object.")
    return value


def _without_query(url: str) -> str:
    return url.split("?", 1)[0]
