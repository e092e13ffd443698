"""`kaiteki batch`, from a file to a file."""

import csv
from pathlib import Path

import pytest

from api.cli import main
from planner.errors import RequestError
from scenarios.batch import CHUNK
from scenarios.tables import check_output
from tests.scenarios.two_lines import stored_two_lines

HEADER = "id,from,to,time,arrive_by\n"
COLUMNS = "id,n,departure,arrival,transfers,modes,walk_m,fare,reason"


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored_two_lines(tmp_path_factory.mktemp("lines"))


def batch(network: Path, queries: Path, output: Path | str, *options: str) -> int:
    with pytest.raises(SystemExit) as exited:
        main(["batch", str(queries), "--network", str(network), "-o", str(output), *options])
    code = exited.value.code
    assert isinstance(code, int)
    return code


def lines(network: Path, folder: Path, text: str) -> list[str]:
    queries, output = folder / "queries.csv", folder / "journeys.csv"
    queries.write_text(text, encoding="utf-8")
    assert batch(network, queries, output) == 0
    header, *rows = output.read_text(encoding="utf-8").splitlines()
    assert header == COLUMNS
    return rows


def test_a_row_for_each_journey(network: Path, tmp_path: Path) -> None:
    assert lines(network, tmp_path, HEADER + "q1,A,C,2026-11-25T08:00:00,\nq2,B,A,2026-11-25 08:00,false\n") == [
        "q1,1,2026-11-25T08:05:00+09:00,2026-11-25T09:30:00+09:00,0,BUS,0,,",
        "q1,2,2026-11-25T08:10:00+09:00,2026-11-25T08:50:00+09:00,1,RAIL+WALK+RAIL,111.2,210,",
        "q2,0,,,,,,,NO_TRANSIT_CONNECTION",
    ]


@pytest.mark.parametrize("truth", ["true", "1", "TRUE"])
def test_by_arrival(network: Path, tmp_path: Path, truth: str) -> None:
    (row,) = lines(network, tmp_path, HEADER + f"q,A,B,2026-11-25T08:21,{truth}\n")
    assert row == "q,1,2026-11-25T08:00:00+09:00,2026-11-25T08:20:00+09:00,0,RAIL,0,210,"


def test_columns_may_stand_in_any_order_after_a_byte_order_mark(network: Path, tmp_path: Path) -> None:
    text = "\ufefftime,arrive_by,id,to,from,remark\n2026-11-25T08:00,0,q,B,A,x\n"
    assert lines(network, tmp_path, text)[0].startswith("q,1,2026-11-25T08:00:00+09:00,")


def test_a_time_with_an_offset_is_that_moment(network: Path, tmp_path: Path) -> None:
    (row,) = lines(network, tmp_path, HEADER + "q,A,B,2026-11-24T23:01:00Z,\n")
    assert row.startswith("q,1,2026-11-25T08:10:00+09:00,")


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ("A,B,08:00,", "time: '08:00' is no date and time such as 2026-11-25T17:30."),
        ("A,B,2026-11-25,", "time: '2026-11-25' is no date and time such as 2026-11-25T17:30."),
        ("A,B,2026-02-30T08:00,", "time: '2026-02-30T08:00' is no time"),
        ("A,B,2026-11-25T08:00,perhaps", "arrive_by: 'perhaps' is none of true, false, 1, 0."),
        ("A", "time: '' is no date and time such as 2026-11-25T17:30."),
    ],
)
def test_a_row_that_cannot_be_read_says_why_and_the_rest_goes_on(
    network: Path, tmp_path: Path, cells: str, sentence: str
) -> None:
    bad, good = lines(network, tmp_path, HEADER + f"bad,{cells}\ngood,A,B,2026-11-25T08:00,\n")
    assert bad.startswith("bad,0,,,,,,,")
    assert sentence in bad
    assert good.startswith("good,1,")


@pytest.mark.parametrize(
    ("octets", "sentence"),
    [
        (b"id,from,to,time\nq,A,B,2026-11-25T08:00\n", "has no column arrive_by."),
        (b"", "has no column id, from, to, time, arrive_by."),
        (HEADER.encode() + "q,海浜幕張,B,2026-11-25T08:00,\n".encode("cp932"), "is not written in UTF-8."),
    ],
)
def test_a_file_that_is_no_table_of_queries_is_refused_in_one_sentence(
    network: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], octets: bytes, sentence: str
) -> None:
    queries, output = tmp_path / "queries.csv", tmp_path / "journeys.csv"
    queries.write_bytes(octets)
    output.write_text("old")
    assert batch(network, queries, output) == 2
    assert capsys.readouterr().err == f"kaiteki: {queries} {sentence}\n"
    assert output.read_text() == "old"


def test_an_unknown_ending_is_refused_before_anything_is_read(network: Path, tmp_path: Path) -> None:
    assert batch(network, tmp_path / "none.csv", tmp_path / "journeys.txt") == 2


def test_a_missing_file_is_named(network: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert batch(network, tmp_path / "none.csv", "-") == 2
    assert "none.csv" in capsys.readouterr().err


def test_a_dash_prints(network: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    queries = tmp_path / "queries.csv"
    queries.write_text(HEADER + "q,A,A,2026-11-25T08:00,\n")
    assert batch(network, queries, "-") == 0
    assert capsys.readouterr().out == f"{COLUMNS}\nq,0,,,,,,,WALKING_BETTER_THAN_TRANSIT\n"


def test_no_queries_no_rows(network: Path, tmp_path: Path) -> None:
    assert lines(network, tmp_path, HEADER) == []


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("workers", [("--workers", "2"), ("--cluster", "local", "--workers", "2")])
def test_workers_write_the_same(network: Path, tmp_path: Path, workers: tuple[str, ...]) -> None:
    if "--cluster" in workers:
        pytest.importorskip("distributed")
    text = HEADER + "".join(f"{n},A,C,2026-11-{20 + n % 4}T08:00,{n % 2}\n" for n in range(CHUNK + 10))
    expected = lines(network, tmp_path, text)
    output = tmp_path / "by-two.csv"
    assert batch(network, tmp_path / "queries.csv", output, *workers) == 0
    assert output.read_text().splitlines()[1:] == expected


def test_a_cluster_that_is_not_there(
    network: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("distributed")
    (tmp_path / "queries.csv").write_text(HEADER + "q,A,B,2026-11-25T08:00,0\n", encoding="utf-8")
    assert batch(network, tmp_path / "queries.csv", tmp_path / "out.csv", "--cluster", "nowhere") == 2
    said = capsys.readouterr().err
    assert said.startswith("kaiteki: No Dask scheduler answers at 'nowhere'")
    assert said.count("\n") == 1
    assert not (tmp_path / "out.csv").exists()


def test_an_output_that_cannot_be_is_refused_by_its_own_name(tmp_path: Path) -> None:
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    for output, told in ((tmp_path / "nowhere" / "x.csv", "there is no folder"), (folder, "this is a folder")):
        with pytest.raises(RequestError, match=told) as refused:
            check_output(output)
        assert str(output) in str(refused.value)


WISHES = "id,from,to,time,arrive_by,prefer,slack,max_walk,max_price\n"


@pytest.mark.parametrize(
    ("cells", "modes"),
    [
        (",,,", ["BUS", "RAIL+WALK+RAIL"]),
        # Between the trains lie 89 s on foot.
        (",,1,", ["BUS"]),
        (",,2,", ["BUS", "RAIL+WALK+RAIL"]),
        # The bus is there 40 minutes after the train; nobody knows its price.
        ("price,,,", ["RAIL+WALK+RAIL"]),
        ("price,40,,", ["BUS", "RAIL+WALK+RAIL"]),
        (",40,,209", ["BUS"]),
        (",40,,210", ["BUS", "RAIL+WALK+RAIL"]),
    ],
)
def test_a_row_may_say_what_is_preferred(network: Path, tmp_path: Path, cells: str, modes: list[str]) -> None:
    rows = csv.reader(lines(network, tmp_path, f"{WISHES}q,A,C,2026-11-25T08:00,,{cells}\n"))
    assert sorted(row[5] for row in rows) == modes


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("speed,,,", "prefer: 'speed' is none of walking, co2, reliability, price."),
        ("price,x,,", "slack x: write MINUTES or MINUTES:CHANGES, at most 240 minutes and 8 changes."),
        (",,far,", "max_walk far: write minutes (15) or metres (800m)."),
        (",,,1.5", "max_price: '1.5' is no whole number."),
    ],
)
def test_a_wish_that_is_none_is_told_in_its_row(network: Path, tmp_path: Path, cells: str, reason: str) -> None:
    (row,) = csv.reader(lines(network, tmp_path, f"{WISHES}q,A,B,2026-11-25T08:00,,{cells}\n"))
    assert (row[0], row[1], row[-1]) == ("q", "0", reason)
