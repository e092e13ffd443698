"""Observed delays are read from a table, or refused by the line that is wrong."""

from pathlib import Path

import pytest

from api.cli_reliability import observed_delays
from planner.errors import RequestError
from planner.model import Mode


def test_delays_are_read_by_mode(tmp_path: Path) -> None:
    file = tmp_path / "delays.csv"
    file.write_text("mode,delay_s\nrail,0\nRAIL,60\nBUS,30\n", encoding="utf-8")
    read = observed_delays(file)
    assert set(read) == {Mode.RAIL, Mode.BUS}
    assert (read[Mode.RAIL].share[0], read[Mode.RAIL].share[6]) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("text", "told"),
    [("mode,delay_s\nrail,x\n", "line 2"), ("mode,delay_s\nrail,1\nship,2\n", "line 3"), ("", "no row"),
     ("mode,delay_s\nrail,1e9\n", "more than a day"), ("mode,delay_s\nrail,nan\n", "more than a day")],
)  # fmt: skip
def test_a_table_that_is_none_is_refused(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "delays.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RequestError, match=told):
        observed_delays(file)
    with pytest.raises(RequestError, match="no readable table"):
        observed_delays(tmp_path / "missing.csv")
