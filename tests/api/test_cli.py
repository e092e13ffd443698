"""The command line, from arguments to exit code."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from icalendar import Calendar

from api.cli import main
from tests.api.small_network import TABLES, stored_network

WHEN = ("--depart", "2026-11-25 17:30")


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


class Shell:
    def __init__(self, network: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.network, self.capsys = network, capsys

    def run(self, *arguments: str) -> Ran:
        with pytest.raises(SystemExit) as exited:
            main(arguments)
        captured = self.capsys.readouterr()
        code = exited.value.code
        assert isinstance(code, int)
        return Ran(code, captured.out, captured.err)

    def plan(self, *arguments: str) -> Ran:
        return self.run("plan", *arguments, "--network", str(self.network))


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored_network(tmp_path_factory.mktemp("city"))


@pytest.fixture
def shell(stored: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Shell(stored, capsys)


def test_a_journey_by_name(shell: Shell) -> None:
    ran = shell.plan("かいひんまくはり", "soga", *WHEN, "--window", "60")
    assert ran.code == 0
    lines = [line.rstrip() for line in ran.out.splitlines()]
    assert lines[0] == "海浜幕張 → 蘇我 2026年11月25日(水)"
    assert "17:45–18:05    京葉線 · 蘇我行 · 途中1駅" in ran.out
    assert lines[-2:] == ["見本です。", "データ: 手書き (CC0)"]


def test_in_english(shell: Shell) -> None:
    ran = shell.plan("km", "sg", *WHEN, "--window", "60", "--lang", "en")
    assert "Kaihin-Makuhari → Soga, Wed 25 Nov 2026" in ran.out
    assert "no change" in ran.out


def test_json_is_what_the_server_sends(shell: Shell) -> None:
    ran = shell.plan("km", "sg", *WHEN, "--window", "60", "--json")
    body = json.loads(ran.out)
    assert ran.code == 0
    assert body["itineraries"][0]["legs"][0]["from"]["stopId"] == "km"
    assert body["requestParameters"]["time"] == "2026-11-25T08:30:00Z"
    assert ran.err == "見本です。\nデータ: 手書き (CC0)\n"


def test_tables_say_whose_data_they_are_made_of(shell: Shell, tmp_path: Path) -> None:
    queries, places = tmp_path / "queries.csv", tmp_path / "places.csv"
    queries.write_text("id,from,to,time,arrive_by\nq,km,sg,2026-11-25T17:30,\n", encoding="utf-8")
    places.write_text("id,place\na,km\nb,sg\n", encoding="utf-8")
    network, when = ("--network", str(shell.network)), ("--depart", "2026-11-25 17:30")
    for words in (
        ("batch", str(queries), "-o", "-"),
        ("matrix", str(places), str(places), *when, "-o", str(tmp_path / "times.csv")),
        ("isochrone", "km", *when, "--minutes", "30", "-o", str(tmp_path / "reach.geojson")),
    ):
        ran = shell.run(*words, *network)
        assert (ran.code, ran.err) == (0, "Data: 手書き (CC0)\n")


def test_the_first_and_the_last_train(shell: Shell) -> None:
    first, last = (shell.plan("km", "sg", *WHEN, which, "--json") for which in ("--first", "--last"))
    starts = [[it["startTime"] for it in json.loads(ran.out)["itineraries"]] for ran in (first, last)]
    assert starts == [["2026-11-24T20:00:00Z"], ["2026-11-25T15:20:00Z"]]


def test_a_date_alone_means_its_own_first_and_last_train(shell: Shell) -> None:
    day = ("--depart", "2026-11-25")
    first, last = (shell.plan("km", "sg", *day, which, "--json") for which in ("--first", "--last"))
    starts = [[it["startTime"] for it in json.loads(ran.out)["itineraries"]] for ran in (first, last)]
    assert starts == [["2026-11-24T20:00:00Z"], ["2026-11-25T15:20:00Z"]]


def test_after_midnight_the_day_is_counted_on(shell: Shell) -> None:
    ran = shell.plan("km", "sg", "--depart", "2026-11-25 23:50", "--window", "60")
    assert "2026年11月26日(木)" in ran.out
    assert "00:20–00:40" in ran.out


def test_arrival_by(shell: Shell) -> None:
    ran = shell.plan("km", "sg", "--arrive", "2026-11-25 18:10", "--window", "60")
    assert "17:45–18:05" in ran.out


def test_nothing_found_exits_1_with_the_reason(shell: Shell) -> None:
    ran = shell.plan("km", "sg", "--depart", "2027-05-01 10:00")
    assert ran.code == 1
    assert "2026-11-01から2026-11-30まで" in ran.out


def test_nothing_found_as_json_still_prints_json(shell: Shell) -> None:
    ran = shell.plan("km", "sg", "--depart", "2027-05-01 10:00", "--json")
    assert (ran.code, json.loads(ran.out)["itineraries"]) == (1, [])
    assert "2026-11-01から2026-11-30まで" in ran.err


def test_who_is_there_already_is_told_so(shell: Shell) -> None:
    ran = shell.plan("km", "km", *WHEN)
    assert (ran.code, ran.out.splitlines()[0]) == (1, "出発地と目的地が同じ場所(海浜幕張)です。")


def test_direct_modes_that_lead_nowhere_have_a_reason(shell: Shell) -> None:
    ran = shell.plan("km", "sg", *WHEN, "--modes", "demand-bus")
    assert ran.code == 1
    assert "指定された移動手段では、その時刻に目的地まで行けません。" in ran.out


def test_no_more_itineraries_than_are_wanted(shell: Shell) -> None:
    usual, one = (shell.plan("km", "sg", *WHEN, *more).out for more in ((), ("--count", "1")))
    assert [line[:2] for line in one.splitlines() if line[:2].strip().isdigit()] == [" 1"]
    assert "\n 2  " in usual


def test_a_narrow_terminal_loses_no_word(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("km", "sg", *WHEN, "--window", "60")
    wide = shell.plan(*asked).out
    monkeypatch.setenv("COLUMNS", "44")
    narrow = shell.plan(*asked).out
    assert all(len(line) <= 44 for line in narrow.splitlines())
    assert sorted("".join(narrow.split())) == sorted("".join(wide.split()))


def test_files_are_written_before_a_reader_closes_the_pipe(shell: Shell, stored: Path, tmp_path: Path) -> None:
    entry = tmp_path / "trip.ics"
    asked = ("plan", "km", "sg", *WHEN, "--ics", str(entry), "--network", str(stored))
    command = [sys.executable, "-m", "api.cli", *asked]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        assert running.stdout is not None
        running.stdout.close()
        running.wait(timeout=120)
    assert len(Calendar.from_ical(entry.read_bytes()).walk("VEVENT")) == 1


def test_map_and_calendar_are_written(shell: Shell, tmp_path: Path) -> None:
    page, entry = tmp_path / "map.html", tmp_path / "trip.ics"
    ran = shell.plan("km", "sg", *WHEN, "--window", "60", "--map", str(page), "--ics", str(entry))
    assert ran.code == 0
    assert "L.polyline(" in page.read_text(encoding="utf-8")
    assert len(Calendar.from_ical(entry.read_bytes()).walk("VEVENT")) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("zzz", "sg"), "「zzz」という場所は見つかりません。"),
        (("km", "sg", "--lang", "xx"), "there are no texts in 'xx'; the languages are en, ja."),
        (("km", "sg", "--depart", ""), "--depart: '' is no time"),
        (("km", "sg", "--arrive", ""), "--arrive: '' is no time"),
        (("海浜前", "sg"), "もしかして: 海浜幕張"),
        (
            ("中央公園", "sg"),
            "いくつもあります: 中央公園 (place, 35.6000,140.0500), 中央公園 (place, 35.6400,140.0500)",
        ),
        (("km", "140,35"), "140,35 is no point on Earth"),
        (("km", "sg", "--depart", "noon"), "--depart: 'noon' is no time"),
        (("km", "sg", "--depart", "8:00", "--arrive", "9:00"), "Give --depart or --arrive, not both."),
        (("km", "sg", "--first", "--last"), "Give --first or --last, not both."),
        (("km", "sg", "--modes", "rocket"), "--modes: 'rocket' is no mode"),
        (("km", "sg", "--count", "0"), "--count"),
        (("km",), "TO"),
        (("km", "sg", "--ics", "/nowhere/trip.ics", *WHEN), "/nowhere/trip.ics: No such file or directory."),
    ],
)
def test_bad_input_exits_2_with_a_sentence(shell: Shell, arguments: tuple[str, ...], sentence: str) -> None:
    ran = shell.plan(*arguments)
    assert ran.code == 2
    assert sentence in ran.err
    assert "Traceback" not in ran.err


def test_a_folder_that_is_no_network(shell: Shell, tmp_path: Path) -> None:
    missing = shell.run("plan", "a", "b", "--network", str(tmp_path / "none"))
    empty = shell.run("plan", "a", "b", "--network", str(tmp_path))
    assert (missing.code, empty.code) == (2, 2)
    assert "There is no folder" in missing.err
    assert "holds no network" in empty.err


def test_a_fault_of_the_program_is_logged_and_told_in_a_sentence(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("api.cli_plan.place_index", lambda _: 1 / 0)
    ran = shell.plan("km", "sg")
    assert ran.code == 2
    assert ran.err.startswith("kaiteki: Something went wrong inside the program (ZeroDivisionError")
    assert ran.err.count("\n") == 1
    assert "Traceback" in (tmp_path / "cache" / "kaiteki" / "kaiteki.log").read_text(encoding="utf-8")


def test_a_terminal_without_japanese_letters_gets_the_rest(stored: Path) -> None:
    command = (sys.executable, "-m", "api.cli", "plan", "km", "sg", *WHEN, "--network", str(stored))
    root = Path(__file__).parents[2]
    environ = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C.UTF-8"}
    ran = subprocess.run([*command, "--lang", "ja"], cwd=root, env=environ, capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"17:" in ran.stdout


def test_help_has_examples(shell: Shell) -> None:
    for command in (("plan",), ("build",), ("serve",), ("feeds", "list"), ("feeds", "fetch"), ("feeds", "check")):
        ran = shell.run(*command, "--help")
        assert ran.code == 0
        assert f"kaiteki {' '.join(command)} " in ran.out
    assert "Plans door-to-door journeys" in shell.run("--help").out


def test_build_refuses_what_is_not_there(shell: Shell, tmp_path: Path) -> None:
    ran = shell.run("build", str(tmp_path / "x"), "--gtfs", str(tmp_path / "none.zip"))
    assert (ran.code, "There is no file or folder" in ran.err) == (2, True)
    ran = shell.run("build", str(tmp_path / "x"), "--footpaths", "teleport")
    assert (ran.code, "'teleport' is none of street, feed, crow." in ran.err) == (2, True)


def test_known_feeds_are_listed(shell: Shell) -> None:
    ran = shell.run("feeds", "list", "--kind", "gbfs", "--json")
    assert {feed["kind"] for feed in json.loads(ran.out)} == {"gbfs"}
    assert "toei-train" in shell.run("feeds", "list", "--region", "jp-13").out
    assert shell.run("feeds", "list", "--region", "XX").code == 1


def test_an_unknown_feed_is_refused(shell: Shell) -> None:
    ran = shell.run("feeds", "fetch", "toei-trian")
    assert (ran.code, "did you mean toei-train" in ran.err) == (2, True)


def write_feed(folder: Path, **changed: str) -> Path:
    folder.mkdir()
    for table, text in (TABLES | changed).items():
        (folder / f"{table}.txt").write_text(text.lstrip() + "\n", encoding="utf-8")
    return folder


def test_a_sound_feed_is_reported_with_its_service(shell: Shell, tmp_path: Path) -> None:
    ran = shell.run("feeds", "check", str(write_feed(tmp_path / "keiyo")), "--json")
    report = json.loads(ran.out)
    assert ran.code == 0
    assert (report["rows"]["trips"], report["rows"]["calls"]) == (3, 9)
    assert report["months"] == [{"month": "2026-11", "days": 30, "least": 3, "most": 3}]


def test_a_faulty_feed_is_reported_with_file_and_row(shell: Shell, tmp_path: Path) -> None:
    faulty = TABLES["stop_times"].replace("t3,24:20:00,24:20:00", "t3,soon,soon")
    ran = shell.run("feeds", "check", str(write_feed(tmp_path / "keiyo", stop_times=faulty)))
    assert ran.code in (1, 2)
    assert "stop_times.txt:" in ran.out


def test_what_is_no_feed_is_refused(shell: Shell, tmp_path: Path) -> None:
    assert shell.run("feeds", "check", str(tmp_path)).code == 2
    ran = shell.run("feeds", "check", str(tmp_path / "none.zip"))
    assert (ran.code, "There is no file or folder" in ran.err) == (2, True)


def test_a_sharing_feed_is_reported(shell: Shell, shared: Path) -> None:
    folder = next(path.parent for path in sorted((shared / "data" / "gbfs").rglob("system_information.json")))
    ran = shell.run("feeds", "check", str(folder))
    assert ran.out.startswith("GBFS")


def test_a_network_is_built_and_asked(shell: Shell, tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "keiyo")
    built = shell.run("build", str(tmp_path / "city"), "--gtfs", str(feed), "--footpaths", "feed")
    assert (built.code, built.out.startswith(f"{tmp_path / 'city'}: keiyo; snapshot ")) == (0, True)
    ran = shell.run("plan", "km", "sg", *WHEN, "--window", "60", "--network", str(tmp_path / "city"))
    assert (ran.code, "17:45–18:05" in ran.out) == (0, True)


def test_a_network_is_not_built_over_other_files(shell: Shell, tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "keiyo")
    ran = shell.run("build", str(feed), "--gtfs", str(feed))
    assert (ran.code, "holds other files" in ran.err) == (2, True)
    assert (feed / "stops.txt").is_file()


def test_a_point_south_of_the_equator_is_a_place_and_no_option(shell: Shell) -> None:
    ran = shell.plan("-30.0276,-51.2278", "-30.0573,-51.1715", *WHEN)
    assert (ran.code, ran.err) == (1, "")
    assert "出発地(-30.0276,-51.2278)はこのネットワークの範囲" in ran.out


@pytest.mark.parametrize("which", ["--first", "--last"])
@pytest.mark.parametrize("wish", [("--prefer", "walking"), ("--prefer", "price"), ("--max-walk", "10")])
def test_the_first_and_the_last_by_what_is_preferred(shell: Shell, which: str, wish: tuple[str, str]) -> None:
    usual, one = (shell.plan("km", "sg", *WHEN, which, *more, "--json") for more in ((), wish))
    starts = [[it["startTime"] for it in json.loads(ran.out)["itineraries"]] for ran in (usual, one)]
    # One line runs between the two: whatever is preferred, it is its first or last train.
    assert len(starts[0]) == 1
    assert starts[0] == starts[1]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--prefer", "co2", "--max-price", "500"), "a highest price of 500 does not go with a preference for co2"),
        (("--prefer", "co2", "--via", "km:5"), "a way by places with a stay is put together by arrival and changes"),
        (("--prefer", "co2", "--last-safe", "5"), "the last safe departure is the latest"),
        (("--through", "km", "--via", "km:5"), "at most 8 stops to pass, and none beside places on the way"),
        (("--reliability", "--via", "km:5"), "Give --reliability or --via, not both."),
        (("--slack", "30"), "--slack says how far --prefer or --max-price look: give one of them."),
    ],
)
def test_what_does_not_go_together_is_refused_and_why(shell: Shell, options: tuple[str, ...], sentence: str) -> None:
    ran = shell.plan("km", "sg", *WHEN, *options)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
