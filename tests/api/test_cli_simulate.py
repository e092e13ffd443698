"""`kaiteki simulate` and `kaiteki compare`, from the command line."""

from pathlib import Path

import pytest

from api.cli import main
from tests.scenarios.test_city_scenario import SMALL
from tests.scenarios.test_scenario import LOOP


def kaiteki(*words: str | Path) -> int:
    with pytest.raises(SystemExit) as exited:
        main([str(word) for word in words])
    code = exited.value.code
    assert isinstance(code, int)
    return code


def test_simulate_and_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, vehicles in (("a", 2), ("b", 3)):
        file = tmp_path / f"{name}.toml"
        file.write_text(LOOP.replace("vehicles = 2", f"vehicles = {vehicles}"), encoding="utf-8")
        assert kaiteki("simulate", file, "--replications", "3", "--seed", "4", "-o", tmp_path / name) == 0
        said = capsys.readouterr().out
        assert "wait_departure_s_mean" in said
        assert f"Written to {tmp_path / name}." in said.replace("\n", "")
    assert kaiteki("compare", tmp_path / "a", tmp_path / "b") == 0
    said = capsys.readouterr().out
    assert "pair by pair, same random numbers" in said
    assert "≠" in said


def test_one_replication_has_no_interval(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.toml").write_text(LOOP, encoding="utf-8")
    assert kaiteki("simulate", tmp_path / "a.toml", "--replications", "1", "-o", tmp_path / "a") == 0
    table = [line for line in capsys.readouterr().out.splitlines() if "served" in line]
    assert table
    assert all("±" not in line for line in table)


def test_a_bad_scenario_is_one_sentence_and_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.toml"
    file.write_text(LOOP.replace("vehicles = 2", "vehicles = -2"), encoding="utf-8")
    assert kaiteki("simulate", file, "-o", tmp_path / "a") == 2
    assert capsys.readouterr().err == f"kaiteki: {file}, line 17, fleet.vehicles: expected int >= 1, not -2.\n"
    assert not (tmp_path / "a").exists()


def test_a_folder_that_is_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kaiteki("compare", tmp_path, tmp_path) == 2
    assert capsys.readouterr().err == f"kaiteki: {tmp_path} is no folder made by kaiteki simulate.\n"


def test_the_first_day_goes_to_sumo(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(LOOP, encoding="utf-8")
    assert (
        kaiteki("simulate", tmp_path / "a.toml", "--replications", "2", "-o", tmp_path / "a", "--sumo", tmp_path / "s")
        == 0
    )
    with next((tmp_path / "a" / "events").glob("0000.*")).open("rb") as file:
        assert file.read(1)
    demand = (tmp_path / "s" / "demand.rou.xml").read_text(encoding="utf-8")
    (table,) = (tmp_path / "a").glob("replications.csv")
    numbers = dict(zip(*(line.split(",") for line in table.read_text().splitlines()[:2]), strict=True))
    assert demand.count("<person ") == float(numbers["generated"]) - float(numbers["rejected"]) - float(
        numbers["on_foot"]
    )


def test_a_report_a_map_and_positions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("plotly")
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    words = ("simulate", "aeon-loop-2020", "--replications", "2", "-o", tmp_path / "a")
    assert kaiteki(*words, "--positions", "2026-11-25") == 0
    assert "信頼区間" in (tmp_path / "a" / "report.html").read_text(encoding="utf-8")
    assert (tmp_path / "a" / "replay.html").is_file()
    assert len(list((tmp_path / "a" / "gtfs-realtime").glob("*.pb"))) > 600
    capsys.readouterr()
    assert kaiteki(*words, "--positions", "tomorrow") == 2
    assert capsys.readouterr().err == "kaiteki: --positions: 'tomorrow' is no date such as 2026-11-25.\n"


def test_stops_nobody_knows_are_not_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.toml").write_text(LOOP, encoding="utf-8")
    assert kaiteki("simulate", tmp_path / "a.toml", "--replications", "1", "-o", tmp_path / "a") == 0
    said = capsys.readouterr().err
    assert said.startswith("No replay.html: Nobody knows where the stop A is")
    assert not (tmp_path / "a" / "replay.html").exists()


@pytest.fixture(scope="module")
def both_kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kinds")
    for name, text in (("line", LOOP), ("city", SMALL)):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        assert kaiteki("simulate", folder / f"{name}.toml", "--replications", "1", "-o", folder / name) == 0
    return folder


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en_GB.UTF-8", "{city} is a run of a whole city and {line} one of a line or loop: they cannot be compared."),
        ("ja_JP.UTF-8", "{city} は都市全体、{line} は路線・循環の計算結果です。種類が違うため比べられません。"),
    ],
)
def test_runs_of_different_kinds_are_not_compared(
    both_kinds: Path, language: str, sentence: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    for pair in (("line", "city"), ("city", "line")):
        assert kaiteki("compare", *(both_kinds / name for name in pair)) == 2
        said = capsys.readouterr()
        assert said.err == f"kaiteki: {sentence.format(city=both_kinds / 'city', line=both_kinds / 'line')}\n"
        assert said.out == ""


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        (SMALL, (), "--sumo writes lines, loops and demand buses; this city has no demand bus."),
        (LOOP, ("--timetable", "1"), "--sumo cannot write duties; leave them, or --timetable, out."),
    ],
)
def test_what_sumo_cannot_play_is_refused_before_anything_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: tuple[str, ...], sentence: str
) -> None:
    file = tmp_path / "a.toml"
    file.write_text(text, encoding="utf-8")
    assert kaiteki("simulate", file, "-o", tmp_path / "run", "--sumo", tmp_path / "sumo", *words) == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"kaiteki: {sentence}\n")
    assert list(tmp_path.iterdir()) == [file]
