"""A run's page stands on its own."""

import re
from pathlib import Path

import pytest

from scenarios.effort import read_efforts
from scenarios.report import Wording, write_report
from scenarios.run import read_run, run_scenario
from simulator.intervals import interval, more_replications
from tests.scenarios.test_city_scenario import ON_CALL, SMALL
from tests.scenarios.test_scenario import LOOP

pytest.importorskip("plotly")

KEYS = (
    "origin", "number", "unit", "mean", "interval", "more", "all", "space_time", "queues", "ends", "waits", "vehicle",
    "waiting", "wait_min", "share_percent", "replication", "travellers", "time",
)  # fmt: skip
WORDING = Wording("en", {key: key for key in KEYS} | {"origin": "{replications} of {seed}"}, str.upper, lambda _: "u")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    (folder / "loop.toml").write_text(LOOP.replace("A loop", "A <loop>"), encoding="utf-8")
    run_scenario(folder / "loop.toml", folder / "run", 4, 5)
    return folder / "run"


def test_the_page_needs_no_internet(run: Path) -> None:
    page = write_report(run, WORDING, ["served"]).read_text(encoding="utf-8")
    assert len(page) > 3_000_000
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page)
    assert page.count("Plotly.newPlot") == page.count('<div id="chart')


def test_every_number_is_there_with_its_interval(run: Path) -> None:
    page = write_report(run, WORDING, ["served", "cost_yen"]).read_text(encoding="utf-8")
    _, numbers = read_run(run)
    rows = [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", page)]
    table = {row[0]: row[1:] for row in rows if row}
    assert list(table)[:2] == ["SERVED", "COST_YEN"]
    assert set(table) == {name.upper() for name in numbers}
    found = interval(numbers["served"])
    assert table["SERVED"][1:] == [
        f"{found.mean:.2f}",
        f"{found.low:.2f} – {found.high:.2f}",
        str(more_replications(numbers["served"], 0.05)),
    ]


def test_what_a_scenario_says_is_no_markup(run: Path) -> None:
    page = write_report(run, WORDING, []).read_text(encoding="utf-8")
    assert "<h1>A &lt;loop&gt;</h1>" in page
    assert "4 of 5" in page


def test_a_city_tells_how_time_grew_and_how_long_decisions_took(tmp_path: Path) -> None:
    text = SMALL.replace('"walk", "bus", "rail"]', '"walk", "demand_bus"]').replace("persons = 40", "persons = 120")
    (tmp_path / "city.toml").write_text(text + ON_CALL, encoding="utf-8")
    run_scenario(tmp_path / "city.toml", tmp_path / "run", 1, 5)
    (effort,) = read_efforts(tmp_path / "run")
    counts, seconds = zip(*effort.growth, strict=True)
    assert (counts[0], seconds[0]) == (0, 0.0)
    assert max(counts) == read_run(tmp_path / "run")[1]["generated"][0] > 100
    assert list(counts) == sorted(counts)
    assert list(seconds) == sorted(seconds)
    assert effort.decisions > 0
    assert (
        effort.decision_ms["p50"]
        <= effort.decision_ms["p90"]
        <= effort.decision_ms["p99"]
        <= effort.decision_ms["p100"]
    )
    texts = WORDING.texts | {"growth": "GROWTH", "cpu_s": "CPU", "decisions": "{count} took {p50} to {p100}"}
    page = write_report(tmp_path / "run", Wording("en", texts, str.upper, lambda _: "u"), ["served"]).read_text()
    assert "<h2>GROWTH</h2>" in page
    assert f"{effort.decisions} took {effort.decision_ms['p50']:.1f} to {effort.decision_ms['p100']:.1f}" in page
