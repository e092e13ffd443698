"""The last departure that bears a delay, on timetables that can be reckoned by hand."""

from datetime import datetime
from pathlib import Path

import pytest

from planner.last_safe import last_safe
from planner.request import PlanRequest, StopId
from tests.cities import City, small_city
from tests.planner.test_plan import shown

LINES = {
    "r": "A C\n22:00 22:05\n22:20 22:25\n22:40 22:45\n23:00 23:05",
    "s": "C E\n22:10 22:15\n22:30 22:35\n22:50 22:55\n23:06 23:11",
}


@pytest.mark.parametrize(
    ("minutes", "departure"),
    [(0, "23:00"), (1, "22:40"), (16, "22:40"), (17, "22:20"), (36, "22:20"), (37, "22:00"), (57, None)],
)
def test_who_is_so_late_at_the_start_or_at_a_change_still_arrives(
    tmp_path: Path, minutes: int, departure: str | None
) -> None:
    # 22:40 bears twenty minutes at A and, as the last from C leaves at 23:06, sixteen there; 23:00 bears none.
    network = small_city(tmp_path, City(lines=LINES))
    deadline = datetime.fromisoformat("2026-11-26T03:00+09:00")
    request = PlanRequest(
        StopId("A"), StopId("E"), deadline, arrive_by=True, direct_modes=frozenset(), max_access_s=60, max_egress_s=60
    )
    found = last_safe(network, request, 60 * minutes)
    assert [line.split()[0] for line in shown(found)] == ([departure] if departure else [])
