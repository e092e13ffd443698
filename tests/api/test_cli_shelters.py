"""`kaiteki shelters`, on a small city with a table of its own."""

import json
from pathlib import Path

import pytest

from api.cli import main
from tests.cities import City, small_city

CITY = City("A===B---C===D\n|       |\nE---F---G", {"r": "A D\n08:00 08:05"})
HEAD = "id,name_ja,name_en,lat,lon,kind,floors,opening_hours,confidence"


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stairs")
    small_city(folder, CITY)
    return folder / "network"


@pytest.fixture
def asked(network: Path, tmp_path: Path) -> list[str]:
    def row(letter: str, rest: str) -> str:
        lat, lon = CITY.point(letter)
        return f"{letter},塔{letter},Tower {letter},{lat},{lon},{rest}"

    rows = [HEAD, row("B", "tsunami_building,14,08:00-20:00,sourced"), row("D", "designated_shelter,,,authored")]
    (tmp_path / "shelters.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    place = ",".join(map(str, CITY.point("A")))
    return ["shelters", place, "--network", str(network), "--shelters", str(tmp_path / "shelters.csv"), "--lang", "en"]


def kaiteki(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    try:
        main(words)
    except SystemExit as exited:
        printed = capsys.readouterr()
        return int(exited.code or 0), " ".join(printed.out.split()), printed.err
    raise AssertionError("the command line exits")


def test_ways_are_told_with_stairs_floors_and_hours(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = kaiteki([*asked, "--depart", "2026-11-25 10:00"], capsys)
    assert code == 0
    assert "1 Tower B: 8 min, 280 m, there at 10:07" in out
    assert "tsunami evacuation building · flights of stairs on the way: 1 · 14 floors · open 08:00-20:00" in out
    assert "flights of stairs on the way: 2 · floors unknown · hours unknown · designation not verified" in out
    _, out, _ = kaiteki([*asked[:-1], "ja", "--kind", "tsunami_building", "--depart", "2026-11-25 10:00"], capsys)
    assert "津波避難ビル · 途中の階段 1か所 · 14階建て · 開設 08:00-20:00" in out


def test_json_has_the_way_and_closed_shelters_are_missing(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = kaiteki([*asked, "--json", "--depart", "2026-11-25 10:00"], capsys)
    assert [(one["id"], one["stairs"], one["floors"]) for one in json.loads(out)] == [("B", 1, 14), ("D", 2, None)]
    assert json.loads(out)[0]["duration_s"] == 451
    _, out, _ = kaiteki([*asked, "--json", "--depart", "2026-11-25 19:55"], capsys)
    assert [one["id"] for one in json.loads(out)] == ["D"]


def test_nothing_found_is_1_and_what_is_unknown_2(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = kaiteki([*asked, "--wheelchair", "--kind", "designated_shelter"], capsys)
    assert (code, err) == (1, "No open shelter can be reached from there along the streets.\n")
    code, _, err = kaiteki([*asked, "--kind", "cave"], capsys)
    assert (code, err) == (
        2,
        "kaiteki: --kind: there is no 'cave' here; the kinds are designated_shelter, tsunami_building.\n",
    )
    asked[5] = "nowhere.csv"
    assert kaiteki(asked, capsys)[0] == 2
