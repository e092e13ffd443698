"""`kaiteki plan --prefer price` and `--max-price`: what is asked, what is refused, what is said."""

from datetime import datetime

import pytest

from api.cli_cheapest import PriceWish, by_wish, price_lines, price_wish
from api.messages import catalogue
from planner.cheapest import Within, plan_cheapest
from planner.errors import RequestError
from planner.network import Network
from planner.request import PlanRequest, StopId


def test_options_mean_a_bound_and_a_limit() -> None:
    assert price_wish(False, None, None) is None
    assert price_wish(True, None, None) == PriceWish(Within(1800, 1))
    assert price_wish(False, "45", 600) == PriceWish(Within(2700, 1), 600)
    assert price_wish(True, "45:0", None) == PriceWish(Within(2700, 0))


@pytest.mark.parametrize("slack", ["", "x", "45:", "45:x", "-3", "241", "30:9", "1:2:3"])
def test_a_bound_that_is_none_is_refused_by_its_text(slack: str) -> None:
    with pytest.raises(RequestError, match="write MINUTES or MINUTES:CHANGES"):
        price_wish(True, slack, None)


def test_a_bound_without_a_search_it_is_for_is_refused() -> None:
    with pytest.raises(RequestError, match="give one of them"):
        price_wish(False, "30", None)


def test_the_cheapest_comes_first_and_what_nobody_knows_is_named(makuhari: Network) -> None:
    moment = datetime(2026, 11, 25, 17, 30, tzinfo=makuhari.zone)
    request = PlanRequest(StopId("makuhari_JR-East.Kaihimmakuhari"), StopId("makuhari_JR-East.Tokyo"), moment)
    whole, wish, words = plan_cheapest(makuhari, request), PriceWish(Within()), catalogue("en")
    _, found = by_wish(whole, wish)
    assert [price and price.amount for price in (one.price() for one in found)] == [528.0, 616.0, None]
    unknown, bound = price_lines(words, request, wish, found, whole)
    assert unknown.endswith("not compared with the others: 3")
    assert "at most 30 min after the soonest with at most 1 more changes" in bound
    dear = PriceWish(Within(), 300)
    _, found = by_wish(whole, dear)
    assert [one.price() for one in found] == [None]
    assert price_lines(words, request, dear, found, whole)[0] == "Nothing costs at most ¥300: the cheapest is ¥528"
