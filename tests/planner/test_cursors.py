"""Pages lie side by side: as long as each other, a second apart, and back again."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.cursors import cursors_around, page_of
from planner.errors import RequestError
from planner.request import PlanRequest, StopId

NOON = datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Asia/Tokyo"))


@given(st.booleans(), st.integers(0, 86_400))
def test_the_page_before_the_page_after_is_the_page_itself(arrive_by: bool, window_s: int) -> None:
    request = PlanRequest(StopId("a"), StopId("b"), NOON, arrive_by, window_s)
    page = page_of(request)
    assert (page.end if arrive_by else page.start) == NOON
    _, later = cursors_around(page)
    after = page_of(PlanRequest(StopId("a"), StopId("b"), NOON, cursor=later))
    assert after.start - page.end == timedelta(seconds=1)
    assert after.end - after.start == page.end - page.start
    back, _ = cursors_around(after)
    before = page_of(PlanRequest(StopId("a"), StopId("b"), NOON, cursor=back))
    assert (before.start, before.end) == (page.start, page.end)


@pytest.mark.parametrize(
    "cursor", ["LATER", "LATER|1|x", "SOON|1|2", "LATER|2|1", f"LATER|0|{10**9}", f"LATER|{10**18}|{10**18}"]
)
def test_a_cursor_that_is_none_of_ours_is_refused(cursor: str) -> None:
    with pytest.raises(RequestError, match=r"LATER|SOON"):
        page_of(PlanRequest(StopId("a"), StopId("b"), NOON, cursor=cursor))
