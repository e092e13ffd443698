"""`kaiteki matrix` and `kaiteki isochrone`, from files to files."""

import csv
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.cli import main
from api.cli_reach import departures
from planner.errors import RequestError
from tests.scenarios.two_lines import stored_two_lines

JAPAN = ZoneInfo("Asia/Tokyo")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored_two_lines(tmp_path_factory.mktemp("lines"))


@pytest.fixture
def stops(tmp_path: Path) -> Path:
    (tmp_path / "stops.csv").write_text("id,place,weight\na,A,1\nb,B,10\nc,C,100\n", encoding="utf-8")
    return tmp_path / "stops.csv"


def kaiteki(*words: str | Path) -> int:
    with pytest.raises(SystemExit) as exited:
        main([str(word) for word in words])
    code = exited.value.code
    assert isinstance(code, int)
    return code


def rows(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.reader(text))


def test_a_matrix(network: Path, stops: Path, tmp_path: Path) -> None:
    words = ("matrix", stops, stops, "--network", network, "--depart", "2026-11-25 08:00")
    assert kaiteki(*words, "-o", tmp_path / "times.csv") == 0
    header, *found = rows(tmp_path / "times.csv")
    assert header == ["origin", "destination", "departures", "fastest_s", "median_s", "p90_s"]
    assert found[:3] == [["a", "a", *"1000"], ["a", "b", "1", *["1200"] * 3], ["a", "c", "1", *["3000"] * 3]]
    assert len(found) == 9
    assert kaiteki(*words, "--within", "30", "--until", "08:10", "-o", tmp_path / "reach.csv") == 0
    header, *found = rows(tmp_path / "reach.csv")
    assert header == ["origin", "departure", "minutes", "opportunities"]
    assert found[0] == ["a", "2026-11-25T08:00:00+09:00", "30", "11"]
    assert len(found) == 3 * 3


def test_a_matrix_as_parquet(network: Path, stops: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    words = ("matrix", stops, stops, "--network", network, "--depart", "2026-11-25 08:00")
    assert kaiteki(*words, "-o", tmp_path / "times.parquet") == 0
    assert parquet.read_table(tmp_path / "times.parquet").num_rows == 9


@pytest.mark.parametrize(
    ("locale", "minutes", "until", "told"),
    [
        ("C", (20, 40), "08:20", "2 areas of 5 departures written to "),
        ("en_GB.UTF-8", (20,), "08:00", "1 area of 1 departure written to "),
        ("ja_JP.UTF-8", (20, 40), "08:20", "出発5回分の2区域を"),
    ],
)
def test_an_isochrone(
    network: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    locale: str, minutes: tuple[int, ...], until: str, told: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("LC_ALL", locale)
    words = ("isochrone", "A", "--network", network, "--depart", "2026-11-25 08:00", "--until", until)
    within = [word for limit in minutes for word in ("--minutes", str(limit))]
    assert kaiteki(*words, *within, "-o", tmp_path / "reach.geojson") == 0
    assert told in capsys.readouterr().out
    assert (tmp_path / "reach.geojson").read_text(encoding="utf-8").count('"Feature"') == len(minutes)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("matrix", "{stops}", "{stops}", "--street", "boat", "-o", "x.csv"),
            "--street: 'boat' is none of walk, bike, car.",
        ),
        (("matrix", "{stops}", "{stops}", "--street", "walk", "-o", "x.csv"), "--street: this network has no streets."),
        (("matrix", "{stops}", "{stops}", "-o", "x.txt"), "x.txt ends neither in .csv nor in .parquet."),
        (("matrix", "{stops}", "absent.csv", "-o", "x.csv"), "There is no file absent.csv."),
        (("isochrone", "A", "-o", "x.shp"), "x.shp ends neither in .geojson nor in .gpkg."),
        (("isochrone", "nowhere", "-o", "x.gpkg"), "PLACE: there is no place or stop 'nowhere'."),
        (
            ("isochrone", "A", "--depart", "2026-11-25 08:00", "--until", "07:00", "-o", "x.gpkg"),
            "--until: a window from 08:00 to 07:00 ends before it begins.",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(
    network: Path, stops: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    assert kaiteki(*(word.format(stops=stops) for word in words), "--network", network) == 2
    assert capsys.readouterr().err == f"kaiteki: {sentence}\n"


def test_departures_count_the_seconds_that_pass_when_clocks_go_back() -> None:
    found = departures("2026-11-01 00:30", "02:30", 30, ZoneInfo("America/New_York"))
    assert len(found) == 7
    assert len({moment.timestamp() for moment in found}) == 7
    with pytest.raises(RequestError, match="after 2881 departures, more than 1440"):
        departures("2026-11-01 00:00", "2026-11-03 00:00", 1, JAPAN)
