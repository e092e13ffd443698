"""Tables of expected crowding: written and read back, and every kind of slip refused by line."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.crowds import read_crowds, write_crowds
from feeds.makuhari.crowds import expected_crowds
from feeds.notices import FeedError
from planner.crowds import CrowdTable, gates_of, load_at, wait_at

HEAD = "route,stop,to,from,load,wait_s"


def test_a_table_is_read(tmp_path: Path) -> None:
    file = tmp_path / "crowds.csv"
    file.write_text(f"{HEAD}\nr,A,B,21:15,0.5,\nr,A,B,24:30,,600\n,S,,21:15,,90\n", encoding="utf-8")
    table = read_crowds(file)
    assert table.first_s == 21 * 3600 + 900
    assert load_at(table, ("r", "A", "B"), 21 * 3600 + 900) == 0.5
    assert wait_at(table, ("r", "A", "B"), 24 * 3600 + 1800 + 450) == 600
    assert wait_at(table, gates_of("S"), 21 * 3600 + 1350) == 90


@given(
    st.dictionaries(
        st.tuples(*[st.text("abc", min_size=1, max_size=2)] * 3),
        st.tuples(st.integers(0, 250), st.integers(0, 7200), st.integers(0, 7)),
        min_size=1,
    )
)
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, cells: dict) -> None:
    sections = tuple(sorted(cells))
    load, wait_s = np.full((2, len(sections), 8), np.nan, np.float32)
    for row, section in enumerate(sections):
        percent, seconds, quarter = cells[section]
        load[row, quarter], wait_s[row, quarter] = percent / 100, seconds
    file = tmp_path_factory.mktemp("crowds") / "crowds.csv"
    write_crowds(file, CrowdTable(sections, 20 * 3600, load, wait_s))
    read = read_crowds(file)
    assert read.sections == sections
    skipped = (read.first_s - 20 * 3600) // 900
    width = read.load.shape[1]
    np.testing.assert_array_equal(read.load, load[:, skipped : skipped + width])
    np.testing.assert_array_equal(read.wait_s, wait_s[:, skipped : skipped + width])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("route,stop,from,load,wait_s\n", "no column to"),
        (f"{HEAD}\n", "has no row"),
        (f"{HEAD}\nr,,B,21:15,0.5,\n", "line 2: there is no stop"),
        (f"{HEAD}\nr,A,B,21:10,0.5,\n", "line 2: no quarter of an hour of a day begins at '21:10'"),
        (f"{HEAD}\nr,A,B,9,0.5,\n", "line 2"),
        (f"{HEAD}\nr,A,B,48:00,0.5,\n", "line 2: no quarter"),
        (f"{HEAD}\nr,A,B,21:15,half,\n", "line 2"),
        (f"{HEAD}\nr,A,B,21:15,-0.1,\n", "line 2: a load of -0.1"),
        (f"{HEAD}\nr,A,B,21:15,11,\n", "line 2: a load of 11"),
        (f"{HEAD}\nr,A,B,21:15,inf,\n", "line 2: a load of inf"),
        (f"{HEAD}\nr,A,B,21:15,,90000\n", "wait of 90000 s"),
    ],
)
def test_slips_are_refused_by_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "crowds.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FeedError, match=r"crowds\.csv") as refused:
        read_crowds(file)
    assert said in str(refused.value)


def test_no_file_and_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="cannot be read"):
        read_crowds(tmp_path / "none.csv")
    (tmp_path / "octets.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FeedError, match="UTF-8"):
        read_crowds(tmp_path / "octets.csv")


@pytest.mark.parametrize(
    ("day", "table"),
    [
        ("2026-09-01", "crowds_night_game"),
        ("2026-10-13", "crowds_messe_fair"),
        ("2026-09-18", "crowds_messe_fair"),
        ("2026-09-19", "crowds_messe_fair_holiday"),
        ("2026-04-25", "crowds_messe_fair_holiday"),
        ("2027-01-17", "crowds_messe_fair_holiday"),
        ("2026-08-15", "crowds_festival_night"),
    ],
)
def test_days_with_much_on_are_crowded_as_their_kind_is(day: str, table: str) -> None:
    assert expected_crowds().days[date.fromisoformat(day)] == table


def test_nothing_is_expected_of_other_days() -> None:
    crowds = expected_crowds()
    # A Saturday with a game, the Monday before, fireworks, and a Friday of the festival: its table is of holidays.
    others = ("2026-09-05", "2026-08-31", "2026-08-01", "2026-08-14")
    assert not {date.fromisoformat(day) for day in others} & set(crowds.days)


@pytest.mark.parametrize(
    ("day", "hour"), [("2026-09-01", 22), ("2026-10-13", 17.5), ("2026-09-19", 17.5), ("2026-08-15", 21.5)]
)
def test_lines_at_the_gates_are_long_when_much_ends(day: str, hour: float) -> None:
    table = expected_crowds().on(date.fromisoformat(day))
    assert table is not None
    assert wait_at(table, gates_of("makuhari_JR-East.Kaihimmakuhari"), int(hour * 3600)) > 60
