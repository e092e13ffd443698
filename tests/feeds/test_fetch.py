"""Feeds fetched from a server on this machine."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from feeds.catalog import KnownFeed, known_feed, known_feeds
from feeds.fetch import Fetched, Limits, Wanted, fetch_feed, fetch_file, gbfs_files, receipt_of
from feeds.notices import FeedError


@dataclass
class Publisher:
    """A server with files, and what it was asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    is_cut_short: bool = False
    address: str = ""


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    publisher = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            publisher.asked.append(dict(self.headers))
            path = self.path.split("?")[0]
            if path == "/moved.zip":
                self.send_response(302)
                self.send_header("Location", "/feed.zip")
                self.end_headers()
                return
            if path not in publisher.files:
                self.send_error(404)
                return
            if self.headers.get("If-None-Match") and self.headers["If-None-Match"] == publisher.headers.get("ETag"):
                self.send_response(304)
                self.end_headers()
                return
            body = publisher.files[path]
            self.send_response(200)
            for name, value in publisher.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) + (10 if publisher.is_cut_short else 0)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    publisher.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield publisher
    server.shutdown()
    thread.join()
    server.server_close()


Fetch = Callable[..., Fetched]


@pytest.fixture
def fetch(publisher: Publisher, tmp_path: Path) -> Fetch:
    def one(path: str = "/feed.zip", limits: Limits | None = None) -> Fetched:
        with httpx.Client(follow_redirects=True) as client:
            return fetch_file(client, publisher.address + path, tmp_path / "feed.zip", limits or Limits())

    return one


def feed_of(url: str, kind: str = "gtfs", needs_key: bool = False) -> KnownFeed:
    return KnownFeed("some-feed", kind, "Some", "JP", url, "CC0-1.0", needs_key, "", "")


def test_a_file_arrives_whole_with_its_checksum(publisher: Publisher, fetch: Fetch) -> None:
    publisher.files["/feed.zip"] = b"abc"
    fetched = fetch()
    assert fetched.path.read_bytes() == b"abc"
    assert fetched.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (fetched.octets, fetched.is_new) == (3, True)


def test_an_unchanged_file_is_not_sent_again(publisher: Publisher, fetch: Fetch) -> None:
    publisher.files["/feed.zip"] = b"abc"
    publisher.headers = {"ETag": '"v1"', "Last-Modified": "Wed, 25 Nov 2026 08:30:00 GMT"}
    fetch()
    again = fetch()
    assert (again.is_new, again.octets, again.path.read_bytes()) == (False, 3, b"abc")
    assert publisher.asked[1]["If-None-Match"] == '"v1"'
    assert publisher.asked[1]["If-Modified-Since"] == "Wed, 25 Nov 2026 08:30:00 GMT"


def test_a_changed_file_replaces_the_old_one(publisher: Publisher, fetch: Fetch) -> None:
    publisher.files["/feed.zip"], publisher.headers = b"abc", {"ETag": '"v1"'}
    fetch()
    publisher.files["/feed.zip"], publisher.headers = b"defg", {"ETag": '"v2"'}
    assert fetch().is_new
    assert fetch().path.read_bytes() == b"defg"


def test_a_file_changed_on_disk_is_fetched_afresh(publisher: Publisher, fetch: Fetch) -> None:
    publisher.files["/feed.zip"], publisher.headers = b"abc", {"ETag": '"v1"'}
    fetch().path.write_bytes(b"tampered")
    assert fetch().path.read_bytes() == b"abc"
    assert "If-None-Match" not in publisher.asked[1]


def test_a_broken_transfer_leaves_the_old_file_and_no_other(publisher: Publisher, fetch: Fetch) -> None:
    publisher.files["/feed.zip"] = b"abc"
    path = fetch().path
    publisher.files["/feed.zip"], publisher.is_cut_short = b"xyz", True
    with pytest.raises(FeedError, match="could not be fetched"):
        fetch()
    assert path.read_bytes() == b"abc"
    assert sorted(file.name for file in path.parent.iterdir()) == [".feed.zip.receipt", "feed.zip"]


@pytest.mark.parametrize("limits", [Limits(octets=2)])
def test_more_than_the_limit_is_refused(publisher: Publisher, fetch: Fetch, tmp_path: Path, limits: Limits) -> None:
    publisher.files["/feed.zip"] = b"abc"
    with pytest.raises(FeedError, match="is 3 octets large; the limit is 2"):
        fetch(limits=limits)
    assert list(tmp_path.iterdir()) == []


def test_a_length_that_is_not_announced_is_counted(tmp_path: Path) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=iter([b"ab", b"cd"]))

    with pytest.raises(FeedError, match="sends more than 3 octets"):
        fetch_feed(feed_of("http://x/f.zip"), tmp_path, limits=Limits(octets=3), transport=httpx.MockTransport(answer))


def test_a_transfer_that_takes_too_long_is_refused(publisher: Publisher, fetch: Fetch) -> None:
    publisher.files["/feed.zip"] = b"abc"
    with pytest.raises(FeedError, match="was not complete after -1 s"):
        fetch(limits=Limits(seconds=-1))


def test_a_missing_file_is_told_with_its_address_but_without_the_key(publisher: Publisher, tmp_path: Path) -> None:
    feed = feed_of(publisher.address + "/none.zip?key={key}", needs_key=True)
    with pytest.raises(FeedError, match=r"/none\.zip answered 404 Not Found") as caught:
        fetch_feed(feed, tmp_path, "secret")
    assert "secret" not in str(caught.value)


def test_a_key_that_is_needed_must_be_given(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="some-feed needs a personal key"):
        fetch_feed(feed_of("http://x/{key}", needs_key=True), tmp_path)


def test_a_redirection_is_followed(publisher: Publisher, fetch: Fetch) -> None:
    publisher.files["/feed.zip"] = b"abc"
    assert fetch("/moved.zip").octets == 3


def test_only_the_web_is_asked(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="is no address on the web"):
        fetch_feed(feed_of("file:///etc/passwd"), tmp_path)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="could not be fetched"):
        fetch_feed(feed_of("http://127.0.0.1:9/feed.zip"), tmp_path)


def test_a_sharing_system_is_fetched_file_by_file(publisher: Publisher, tmp_path: Path) -> None:
    discovery = {"data": {"feeds": [{"name": "station_information", "url": publisher.address + "/si"}]}}
    publisher.files = {"/gbfs.json": json.dumps(discovery).encode(), "/si": b"{}"}
    files = fetch_feed(feed_of(publisher.address + "/gbfs.json", kind="gbfs"), tmp_path)
    assert [file.path.relative_to(tmp_path).as_posix() for file in files] == [
        "some-feed/gbfs.json",
        "some-feed/station_information.json",
    ]


def test_gbfs_files_by_version_and_without_names_that_leave_the_folder() -> None:
    feeds = [{"name": "station_status", "url": "u"}, {"name": "../evil", "url": "v"}, {"name": "gbfs", "url": "w"}]
    assert gbfs_files({"data": {"feeds": feeds}}, "x") == {"station_status": "u"}
    assert gbfs_files({"data": {"ja": {"feeds": feeds}}}, "x") == {"station_status": "u"}
    for nothing in ({}, {"data": []}, {"data": {"ja": 3}}, {"data": {"feeds": [1]}}):
        with pytest.raises(FeedError, match=r"x: gbfs\.json lists no files"):
            gbfs_files(nothing, "x")


def test_the_catalogue_has_unique_ids_and_says_where_each_row_is_from() -> None:
    rows = known_feeds()
    assert len({feed.id for feed in rows}) == len(rows) >= 30
    assert all(feed.source and feed.confidence in ("sourced", "verify") for feed in rows)
    assert all(feed.needs_key == ("{key}" in feed.url) for feed in rows)
    assert {feed.kind for feed in rows} == {"gtfs", "gbfs", "osm"}


def test_an_unknown_id_is_told_its_neighbours() -> None:
    with pytest.raises(FeedError, match=r"'toei-trian'; did you mean toei-train"):
        known_feed("toei-trian")


def zipped(**members: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("_txt", ".txt").replace("UP", "../"), text)
    return packed.getvalue()


WHOLE = bytes(range(256)) * 400


@dataclass
class Faulty:
    """A server that lets transfers break off after some octets, and answers ranges as RFC 9110 says."""

    body: bytes = WHOLE
    etag: str = '"v1"'
    breaks: list[int] = field(default_factory=list)
    shift: int = 0
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        begin, headers, status = 0, {"ETag": self.etag} if self.etag else {}, 200
        if "range" in request.headers and request.headers.get("if-range") == self.etag:
            begin, status = int(request.headers["range"].removeprefix("bytes=").removesuffix("-")), 206
            if begin >= len(self.body):
                return httpx.Response(416)
            headers["Content-Range"] = f"bytes {begin + self.shift}-{len(self.body) - 1}/{len(self.body)}"
        sent = self.breaks.pop(0) if self.breaks else None
        return httpx.Response(status, headers=headers, content=self._octets(begin, sent))

    def _octets(self, begin: int, sent: int | None) -> Iterator[bytes]:
        yield self.body[begin : len(self.body) if sent is None else begin + sent]
        if sent is not None:
            raise httpx.ReadError("connection reset")


def from_faulty(server: Faulty, folder: Path, wanted: Wanted = Wanted()) -> Fetched:  # noqa: B008
    with httpx.Client(transport=httpx.MockTransport(server)) as client:
        return fetch_file(client, "http://x/feed.zip", folder / "feed.zip", Limits(), None, wanted)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_broken_transfer_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    server = Faulty(breaks=[1000, 500])
    assert from_faulty(server, tmp_path).path.read_bytes() == WHOLE
    assert [request.headers.get("range") for request in server.asked] == [None, "bytes=1000-", "bytes=1500-"]
    assert names(tmp_path) == [".feed.zip.receipt", "feed.zip"]


def test_a_later_call_takes_up_what_came(tmp_path: Path) -> None:
    server = Faulty(breaks=[1000, 500, 10])
    with pytest.raises(FeedError, match="connection reset"):
        from_faulty(server, tmp_path)
    assert names(tmp_path) == [".feed.zip.part", ".feed.zip.part.json"]
    assert from_faulty(server, tmp_path).path.read_bytes() == WHOLE
    assert server.asked[-1].headers["range"] == "bytes=1510-"
    assert names(tmp_path) == [".feed.zip.receipt", "feed.zip"]


def test_parts_of_two_versions_are_never_joined(tmp_path: Path) -> None:
    server = Faulty(breaks=[1000, 500, 10])
    with pytest.raises(FeedError):
        from_faulty(server, tmp_path)
    server.body, server.etag = WHOLE[::-1], '"v2"'
    assert from_faulty(server, tmp_path).path.read_bytes() == WHOLE[::-1]


@pytest.mark.parametrize("etag", ["", 'W/"v1"'])
def test_without_a_strong_validator_nothing_is_taken_up(tmp_path: Path, etag: str) -> None:
    server = Faulty(etag=etag, breaks=[1000])
    with pytest.raises(FeedError, match="connection reset"):
        from_faulty(server, tmp_path)
    assert names(tmp_path) == []


def test_a_range_that_was_not_asked_for_is_not_appended(tmp_path: Path) -> None:
    server = Faulty(breaks=[1000], shift=7)
    assert from_faulty(server, tmp_path).path.read_bytes() == WHOLE
    assert server.asked[-1].headers.get("range") is None


def test_a_part_longer_than_the_file_is_thrown_away(tmp_path: Path) -> None:
    server = Faulty(breaks=[1000, 500, 10])
    with pytest.raises(FeedError):
        from_faulty(server, tmp_path)
    (tmp_path / ".feed.zip.part").write_bytes(WHOLE * 2)
    assert from_faulty(server, tmp_path).path.read_bytes() == WHOLE


def test_a_checksum_that_differs_is_refused_and_the_old_file_stays(tmp_path: Path) -> None:
    (tmp_path / "feed.zip").write_bytes(b"old")
    with pytest.raises(FeedError, match="has the SHA-256 checksum"):
        from_faulty(Faulty(), tmp_path, Wanted(sha256="0" * 64))
    assert (tmp_path / "feed.zip").read_bytes() == b"old"
    assert names(tmp_path) == ["feed.zip"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>Wartung</html>", "not a readable zip file"),
        (zipped(stops_txt="a", UPevil_txt="b"), "leads outside it"),
        (zipped(readme_txt="a"), "no table of GTFS"),
        (zipped(stops_txt="0" * (80 << 20)), "unpacks to more than 200 times its size"),
    ],
)
def test_what_is_no_feed_does_not_replace_one(publisher: Publisher, tmp_path: Path, body: bytes, reason: str) -> None:
    feed = feed_of(publisher.address + "/feed.zip")
    before = publisher.files["/feed.zip"] = zipped(stops_txt="stop_id")
    (good,) = fetch_feed(feed, tmp_path)
    publisher.files["/feed.zip"] = body
    with pytest.raises(FeedError, match=f"sent something else than a feed: .*{reason}"):
        fetch_feed(feed, tmp_path)
    assert good.path.read_bytes() == before
    assert names(tmp_path) == [".some-feed.zip.receipt", "some-feed.zip"]


def test_the_receipt_names_source_and_licence_but_not_the_key(publisher: Publisher, tmp_path: Path) -> None:
    publisher.files["/feed.zip"] = zipped(stops_txt="stop_id")
    feed = feed_of(publisher.address + "/feed.zip?key={key}", needs_key=True)
    (fetched,) = fetch_feed(feed, tmp_path, "secret")
    receipt = receipt_of(fetched.path)
    assert receipt is not None
    assert (receipt.name, receipt.licence) == ("Some", "CC0-1.0")
    assert all(b"secret" not in path.read_bytes() for path in tmp_path.iterdir())
    fetched.path.write_bytes(b"changed")
    assert receipt_of(fetched.path) is None


def test_any_feed_of_the_japanese_repository_is_known_by_its_names() -> None:
    feed = known_feed("gtfs-data.jp/kunitachicity/kunikko")
    assert feed.url == (
        "https://api.gtfs-data.jp/v2/organizations/kunitachicity/feeds/kunikko/files/feed.zip?rid=current"
    )
    assert "/" not in feed.id
    with pytest.raises(FeedError, match="No known feed"):
        known_feed("gtfs-data.jp/../x")
