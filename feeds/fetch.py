"""Feeds from the network: asked again only if they changed, whole or not at all, a broken transfer taken up again.

What has come of a file whose publisher gives it a validator stays beside it until the rest has come, in this call or a
later one.

References
----------
RFC 9110, sections 13 (conditional requests) and 14 (range requests).
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from feeds.catalog import KnownFeed
from feeds.gtfs_tables import check_zip
from feeds.notices import FeedError

SUFFIXES = {"gtfs": ".zip", "osm": ".osm.pbf"}
GBFS_FILE = re.compile(r"[a-z_]{1,40}")
USER_AGENT = "kaiteki/0.1 (journey planner; fetches open feeds on request)"

ATTEMPTS = 3
"""Times a transfer is begun or taken up again."""

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
    """What is kept beside a file to ask for it again and to name its source; `address` is a fingerprint."""

    address: str
    etag: str
    last_modified: str
    sha256: str
    octets: int
    name: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of a file before it comes.

    Attributes
    ----------
    sha256 : str
        Checksum it must have, empty if none is known.
    verify : callable
        Raises FeedError if the file cannot be what it should be; called before an old file is replaced.
    """

    name: str = ""
    licence: str = ""
    sha256: str = ""
    verify: Callable[[Path], None] = lambda _: None


def fetch_feed(
    feed: KnownFeed,
    folder: Path,
    key: str | None = None,
    *,
    sha256: str = "",
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
    # A range of a compressed answer would not be a range of the file.
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
    with httpx.Client(transport=transport, timeout=limits.silence_s, follow_redirects=True, headers=headers) as client:
        if feed.kind != "gbfs":
            wanted = Wanted(feed.name, feed.licence, sha256.lower(), check_zip if feed.kind == "gtfs" else _anything)
            return (fetch_file(client, url, folder / f"{feed.id}{SUFFIXES[feed.kind]}", limits, progress, wanted),)
        wanted = Wanted(feed.name, feed.licence, verify=_check_json)
        discovery = fetch_file(client, url, folder / feed.id / "gbfs.json", limits, progress, wanted)
        files = gbfs_files(_json_of(discovery.path), feed.id)
        named = ((address, folder / feed.id / f"{name}.json") for name, address in files.items())
        return (discovery, *(fetch_file(client, address, path, limits, progress, wanted) for address, path in named))


def fetch_file(
    client: httpx.Client,
    url: str,
    path: Path,
    limits: Limits,
    progress: Progress | None = None,
    wanted: Wanted = Wanted(),
) -> Fetched:
    """Fetch one file, replacing the old one only when the new one is complete and verified.

    Raises
    ------
    FeedError
        As `fetch_feed`.
    """
    shown = _without_query(url)
    if urlsplit(url).scheme not in ("http", "https"):
        raise FeedError(f"{shown} is no address on the web.")
    path.parent.mkdir(parents=True, exist_ok=True)
    kept, deadline = _receipt(path, url), time.monotonic() + limits.seconds
    for attempt in range(ATTEMPTS):
        part = _part(path, url)
        try:
            with client.stream("GET", url, headers=_conditions(kept) | _range(part)) as response:
                if response.status_code == httpx.codes.NOT_MODIFIED and kept is not None:
                    part.forget()
                    return Fetched(path, kept.sha256, kept.octets, is_new=False)
                if _is_past_its_end(response, part):
                    part.forget()
                    continue
                if response.status_code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
                    raise FeedError(f"{shown} answered {response.status_code} {response.reason_phrase}.")
                validators = _validators(response)
                _save(response, part, (shown, path.name, deadline), limits, progress)
            return _accept(part, path, shown, wanted, kept, validators)
        except httpx.InvalidURL as error:
            raise FeedError(f"{shown} could not be fetched: {error}.") from error
        except httpx.HTTPError as error:
            if attempt + 1 < ATTEMPTS and part.path.exists():
                continue
            raise FeedError(f"{shown} could not be fetched: {error or type(error).__name__}.") from error
    raise FeedError(f"{shown} sends another part of the file than was asked for.")


@dataclass(frozen=True, slots=True)
class Part:
    """What has come of a file: its octets so far, and the validators of the version they belong to."""

    path: Path
    note: Path
    address: str
    etag: str = ""
    last_modified: str = ""
    octets: int = 0

    def forget(self) -> None:
        """Remove it."""
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)


def _part(path: Path, url: str) -> Part:
    part = Part(path.with_name(f".{path.name}.part"), path.with_name(f".{path.name}.part.json"), _fingerprint(url))
    try:
        note = json.loads(part.note.read_bytes())
        octets = part.path.stat().st_size
        if note["address"] == part.address and (note["etag"] or note["last_modified"]):
            return replace(part, etag=note["etag"], last_modified=note["last_modified"], octets=octets)
    except (OSError, ValueError, TypeError, KeyError):
        pass
    part.forget()
    return part


def _range(part: Part) -> dict[str, str]:
    validator = part.etag or part.last_modified
    return {"Range": f"bytes={part.octets}-", "If-Range": validator} if part.octets and validator else {}


def _is_past_its_end(response: httpx.Response, part: Part) -> bool:
    """Whether the answer does not go on where the part ends."""
    if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
        return part.octets > 0
    if response.status_code != httpx.codes.PARTIAL_CONTENT:
        return False
    return not response.headers.get("content-range", "").startswith(f"bytes {part.octets}-")


def _validators(response: httpx.Response) -> dict[str, str]:
    headers = response.headers
    return {"etag": headers.get("etag", ""), "last_modified": headers.get("last-modified", "")}


def _accept(
    part: Part, path: Path, shown: str, wanted: Wanted, kept: Receipt | None, validators: dict[str, str]
) -> Fetched:
    """Check the complete file and put it in its place."""
    try:
        with part.path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if wanted.sha256 and sha256 != wanted.sha256:
            raise FeedError(f"{shown} has the SHA-256 checksum {sha256}, not {wanted.sha256}.")
        try:
            wanted.verify(part.path)
        except FeedError as error:
            reason = str(error).removeprefix(f"{part.path}: ")
            raise FeedError(f"{shown} sent something else than a feed: {reason}") from error
        octets = part.path.stat().st_size
        part.path.replace(path)
    finally:
        part.forget()
    receipt = Receipt(
        part.address, **validators, sha256=sha256, octets=octets, name=wanted.name, licence=wanted.licence
    )
    _write_atomically(_receipt_path(path), json.dumps(asdict(receipt), ensure_ascii=False).encode())
    return Fetched(path, sha256, octets, is_new=kept is None or kept.sha256 != sha256)


def receipt_of(path: Path) -> Receipt | None:
    """The receipt of a fetched file, None if it was not fetched or was changed since."""
    try:
        receipt = Receipt(**json.loads(_receipt_path(path).read_bytes()))
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, TypeError):
        return None
    return receipt if sha256 == receipt.sha256 else None


def _anything(_: Path) -> None:
    """Accept every file."""


def _check_json(path: Path) -> None:
    _json_of(path)


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
    response: httpx.Response, part: Part, about: tuple[str, str, float], limits: Limits, progress: Progress | None
) -> None:
    """Append to the part, or begin it anew where the whole file comes.

    It stays where the transfer breaks and the publisher tells versions apart, so that the rest can follow.
    """
    shown, name, deadline = about
    is_rest = response.status_code == httpx.codes.PARTIAL_CONTENT
    octets = part.octets if is_rest else 0
    length = response.headers.get("content-length", "")
    announced = octets + int(length) if length.isdecimal() else 0
    try:
        if announced > limits.octets:
            raise FeedError(f"{shown} is {announced:,} octets large; the limit is {limits.octets:,}.")
        if not is_rest:
            part.note.write_text(json.dumps({"address": part.address, **_strong(response)}), encoding="utf-8")
        with part.path.open("ab" if is_rest else "wb") as file:
            for chunk in response.iter_bytes():
                octets += len(chunk)
                if octets > limits.octets:
                    raise FeedError(f"{shown} sends more than {limits.octets:,} octets, the limit.")
                if time.monotonic() > deadline:
                    raise FeedError(f"{shown} was not complete after {limits.seconds:.0f} s, the limit.")
                file.write(chunk)
                if progress is not None:
                    progress(name, min(1.0, octets / announced) if announced else 0.0)
    except BaseException as error:  # who interrupts it, too, leaves no part that nobody can go on with
        is_worth_keeping = not isinstance(error, FeedError) and any(_strong(response).values())
        if not is_worth_keeping:
            part.forget()
        raise


def _strong(response: httpx.Response) -> dict[str, str]:
    """Validators that tell whether two parts belong together; none where the answer was compressed on its way."""
    found = _validators(response)
    if found["etag"].startswith("W/") or response.headers.get("content-encoding", "identity") != "identity":
        return {"etag": "", "last_modified": ""}
    return found


def _conditions(kept: Receipt | None) -> dict[str, str]:
    if kept is None:
        return {}
    pairs = {"If-None-Match": kept.etag, "If-Modified-Since": kept.last_modified}
    return {name: value for name, value in pairs.items() if value}


def _receipt(path: Path, url: str) -> Receipt | None:
    """What is known of the file; None if there is none, it came from elsewhere or was changed since."""
    receipt = receipt_of(path)
    return receipt if receipt is not None and receipt.address == _fingerprint(url) else None


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
