"""Spoiled feeds load with notices or are refused in one sentence: no traceback, no hang, no file left behind.

The numbered cases are the same on every machine; `make test` runs the first of them, `make test-long` 11,000.
"""

import io
import json
import shutil
import signal
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from types import FrameType
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.feed_page import report_page
from api.feed_report import check_feed
from feeds.gtfs import read_gtfs
from feeds.gtfs_fares import read_fares
from feeds.gtfs_pathways import read_pathways
from feeds.gtfs_write import write_gtfs
from feeds.notices import FeedError
from planner.footpaths import feed_footpaths
from planner.pathways import station_walks
from tests.feeds.gtfs_feeds import BASE
from tests.feeds.test_gtfs_real import assert_consistent

T = TypeVar("T")

MOST_SECONDS, LONGEST_WAIT_S = 5, 60
"""Of the processor, which other programs do not take away, and of the clock."""

SLICE, LONG, LONG_TABLES, LONG_GBFS, LONG_MESSAGES = 60, 7_000, 2_000, 1_000, 1_000

FULL = BASE | {
    "frequencies": "trip_id,start_time,end_time,headway_secs\nT,6:00:00,7:00:00,1200",
    "transfers": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,B,2,300\nB,C,3,",
    "shapes": "shape_id,shape_pt_sequence,shape_pt_lat,shape_pt_lon\nx,1,35.6,140\nx,2,35.61,140.01",
    "pathways": "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,length\np,A,B,1,1,10",
    "calendar_dates": "service_id,date,exception_type\nDaily,20260410,2",
    "translations": "table_name,field_name,language,translation,record_id\nstops,stop_name,en,Green,A",
    "fare_attributes": "fare_id,price,currency_type,payment_method,transfers\nf,210,JPY,0,0",
    "fare_rules": "fare_id,route_id\nf,R",
    "booking_rules": "booking_rule_id,booking_type,prior_notice_duration_min\nr,1,30",
}
WORDS = (
    *(
        "",
        " ",
        "A",
        "B",
        "R",
        "T",
        "x",
        "Daily",
        "nobody",
        "0",
        "1",
        "-1",
        "2",
        "9",
        "1e9",
        "1e400",
        "nan",
        "inf",
        "0x10",
    ),
    *("8:00:00", "24:00:00", "99:99:99", "-1:00:00", "999:59:59", "20260410", "20261301", "00000000", "99991231"),
    *(
        "35.6",
        "-90",
        "91",
        "181",
        '"',
        '""',
        "a\nb",
        "a,b",
        "\u3000",
        "海浜幕張",
        "\x00",
        "\ufeff",
        "\u0661",
        "Asia/Tokyo",
    ),
    *("../../etc", "/etc/passwd", "2147483648", "99999999999999999999", "%s{}", "<b>"),
)


@contextmanager
def bounded() -> Iterator[Path]:
    """Within the time, a folder for all files, named or temporary, that must hold nothing but the feed at the end."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"took more than {MOST_SECONDS} s")

    clocks = {signal.ITIMER_PROF: (signal.SIGPROF, MOST_SECONDS), signal.ITIMER_REAL: (signal.SIGALRM, LONGEST_WAIT_S)}
    before = {sign: signal.signal(sign, stop) for sign, _ in clocks.values()}
    kept_tempdir = tempfile.tempdir
    with tempfile.TemporaryDirectory() as room, chdir(room):
        tempfile.tempdir = room
        for clock, (_, seconds) in clocks.items():
            signal.setitimer(clock, seconds)
        try:
            yield Path(room)
        finally:
            for clock, (sign, _) in clocks.items():
                signal.setitimer(clock, 0)
                signal.signal(sign, before[sign])
            tempfile.tempdir = kept_tempdir
        assert [path.name for path in Path(room).iterdir()] == ["feed"]


def in_one_sentence(read: Callable[[], T]) -> T | None:
    """What `read` gives, None where it refuses; a refusal is one line."""
    refusal = ""
    try:
        return read()
    except FeedError as error:
        refusal = str(error)
    assert refusal
    assert "\n" not in refusal
    return None


def assert_reads_or_refuses(write: Callable[[Path], None]) -> bool:
    """Whether the feed that `write` puts at a path loads, as far as a network and a report need it."""
    with bounded() as room:
        write(room / "feed")
        network = in_one_sentence(lambda: read_gtfs([room / "feed"]))
        if network is None:
            return False
        timetable = network.timetable
        assert_consistent(timetable)
        assert all("\n" not in notice.file for notice in network.notices)
        read_fares(network.tables[0], "")
        pathways, _ = read_pathways(network.tables[0], "", timetable.stops)
        station_walks(pathways, timetable.stops, wheelchair=True)
        feed_footpaths(timetable)
        report_page(check_feed(room / "feed"))
        write_gtfs(timetable, room / "feed-copy", network.flex)
        assert len(read_gtfs([room / "feed-copy"]).timetable.trips) == len(timetable.trips)
        shutil.rmtree(room / "feed-copy")
        return True


def spoiled(data: bytes, rng: np.random.Generator) -> bytes:
    """The octets with up to eight changes of the kinds that damaged files show."""
    octets = bytearray(data)
    for _ in range(int(rng.integers(1, 9))):
        if not octets:
            break
        at, length = int(rng.integers(len(octets))), int(rng.integers(1, 40))
        match int(rng.integers(7)):
            case 0:
                octets[at] ^= 1 << int(rng.integers(8))
            case 1:
                octets[at : at + length] = rng.bytes(length)
            case 2:
                del octets[at : at + length]
            case 3:
                octets[at:at] = octets[at : at + length] * int(rng.integers(1, 20))
            case 4:
                octets[at : at + 1] = bytes(rng.choice(list(b'",\r\n\0\xff -:9')) for _ in range(3))
            case 5:
                octets[at:at] = str(rng.choice(WORDS)).encode()
            case _:
                del octets[at:]
    return bytes(octets)


def spoiled_zip(data: bytes, rng: np.random.Generator) -> bytes:
    """The zip with damage to its own octets, or whole but with damaged, missing or exchanged members."""
    if rng.random() < 0.3:
        return spoiled(data, rng)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    names = list(members)
    for name in rng.choice(names, int(rng.integers(1, 4))):
        match int(rng.integers(8)):
            case 0:
                members.pop(str(name), None)
            case 1:
                members[str(name)] = members.get(str(rng.choice(names)), b"")
            case _:
                members[str(name)] = spoiled(members.get(str(name), b""), rng)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return packed.getvalue()


def own_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in FULL.items():
            archive.writestr(f"{name}.txt", text + "\n")
    return packed.getvalue()


def real_zips(shared: Path) -> list[bytes]:
    """Real feeds small enough to be read many times."""
    paths = sorted(p for name in ("gtfs", "gtfs-rt", "gtfs-fares") for p in (shared / "data" / name).rglob("*.zip"))
    return [path.read_bytes() for path in paths if path.stat().st_size < 30_000 and zipfile.is_zipfile(path)]


def run_zips(originals: list[bytes], numbers: range) -> int:
    """Cases that load."""
    loaded = 0
    for number in numbers:
        rng = np.random.default_rng([20_261_125, number])
        content = spoiled_zip(originals[number % len(originals)], rng)
        loaded += assert_reads_or_refuses(lambda path, content=content: path.write_bytes(content) and None)  # type: ignore[misc]
    return loaded


def run_tables(drawn: dict[str, str]) -> None:
    def write(path: Path) -> None:
        path.mkdir()
        for name, text in (FULL | drawn).items():
            (path / f"{name}.txt").write_bytes(text.encode(errors="surrogatepass"))

    assert_reads_or_refuses(write)


cells = st.one_of(st.sampled_from(WORDS), st.text(max_size=8))


@st.composite
def tables(draw: st.DrawFn) -> dict[str, str]:
    """Some files of the feed with cells, columns and rows replaced."""
    changed = {}
    for name in draw(st.lists(st.sampled_from(sorted(FULL)), min_size=1, max_size=3, unique=True)):
        rows = [line.split(",") for line in FULL[name].split("\n")]
        for _ in range(draw(st.integers(1, 4))):
            row = draw(st.integers(0, len(rows) - 1))
            match draw(st.integers(0, 5)):
                case 0:
                    rows.append(list(rows[row]))
                case 1:
                    rows[row] = rows[row][: draw(st.integers(0, len(rows[row])))]
                case _ if rows[row]:
                    rows[row][draw(st.integers(0, len(rows[row]) - 1))] = draw(cells)
                case _:
                    rows[row] = draw(st.lists(cells, max_size=12))
        changed[name] = "\n".join(",".join(row) for row in rows)
    return changed


EASY = [HealthCheck.too_slow, HealthCheck.filter_too_much]


@settings(max_examples=SLICE, deadline=None, derandomize=True, database=None, suppress_health_check=EASY)
@given(tables())
def test_spoiled_tables(drawn: dict[str, str]) -> None:
    run_tables(drawn)


@pytest.mark.long
@settings(max_examples=LONG_TABLES, deadline=None, derandomize=True, database=None, suppress_health_check=EASY)
@given(tables())
def test_many_spoiled_tables(drawn: dict[str, str]) -> None:
    run_tables(drawn)


def test_a_spoiled_zip_of_ours() -> None:
    assert 0 < run_zips([own_zip()], range(SLICE)) < SLICE


@pytest.mark.shared
def test_spoiled_real_zips(shared: Path) -> None:
    assert 0 < run_zips(real_zips(shared), range(SLICE)) < SLICE


@pytest.mark.shared
@pytest.mark.long
@pytest.mark.timeout(3600)
def test_thousands_of_spoiled_real_zips(shared: Path) -> None:
    run_zips([*real_zips(shared), own_zip()], range(LONG))


def run_gbfs(shared: Path, numbers: range) -> None:
    folders = [shared / "data" / "gbfs" / "world" / name for name in ("duplicate-stations-v2", "duplicate-stations-v3")]
    for number in numbers:
        rng = np.random.default_rng([20_261_126, number])
        source = folders[number % len(folders)]

        def write(path: Path, source: Path = source, rng: np.random.Generator = rng) -> None:
            path.mkdir()
            for file in sorted(source.glob("*.json")):
                data = file.read_bytes()
                (path / file.name).write_bytes(spoiled(data, rng) if rng.random() < 0.4 else retyped(data, rng))

        with bounded() as room:
            write(room / "feed")
            in_one_sentence(lambda room=room: report_page(check_feed(room / "feed")))  # type: ignore[misc]


def retyped(data: bytes, rng: np.random.Generator) -> bytes:
    """The document with one value, somewhere, replaced by one of another kind."""
    document = json.loads(data)
    place: list[object] | dict[str, object] | None = None
    inner: object = document
    while isinstance(inner, dict | list) and inner and (place is None or rng.random() < 0.8):
        place = inner
        key = int(rng.integers(len(inner)))
        inner = list(inner.values())[key] if isinstance(inner, dict) else inner[key]
    odd = [None, [], {}, "", "x", -1, 1e308, True, [None], {"a": []}][int(rng.integers(10))]
    if isinstance(place, dict):
        place[list(place)[key]] = odd
    elif place is not None:
        place[key] = odd
    return json.dumps(document).encode()


@pytest.mark.shared
def test_spoiled_sharing_systems(shared: Path) -> None:
    run_gbfs(shared, range(SLICE))


@pytest.mark.shared
@pytest.mark.long
def test_many_spoiled_sharing_systems(shared: Path) -> None:
    run_gbfs(shared, range(LONG_GBFS))


def flipped(data: bytes, rng: np.random.Generator) -> bytes:
    octets = bytearray(data)
    for at in rng.integers(len(octets), size=int(rng.integers(1, 4))).tolist():
        octets[at] ^= 1 << int(rng.integers(8))
    return bytes(octets)


def run_messages(shared: Path, numbers: range) -> int:
    """Spoiled messages that are still read; a length that is off spoils a whole one, so bits are flipped more often."""
    folder = shared / "data" / "gtfs-rt"
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix in (".pb", ".pbf")]
    originals = [path.read_bytes() for path in paths if path.stat().st_size < 100_000]
    read = 0
    for number in numbers:
        rng = np.random.default_rng([20_261_127, number])
        content = (spoiled if rng.random() < 0.3 else flipped)(originals[number % len(originals)], rng)
        with bounded() as room:
            (room / "feed").mkdir()
            (room / "feed" / "now.pb").write_bytes(content)
            report = in_one_sentence(lambda room=room: check_feed(room / "feed" / "now.pb"))  # type: ignore[misc]
            read += report is not None and bool(report_page(report))
    return read


@pytest.mark.shared
def test_spoiled_messages(shared: Path) -> None:
    assert 0 < run_messages(shared, range(SLICE)) < SLICE


@pytest.mark.shared
@pytest.mark.long
def test_many_spoiled_messages(shared: Path) -> None:
    run_messages(shared, range(LONG_MESSAGES))
