"""`kaiteki plan --prefer`, `--slack`, `--max-walk`, `--max-price`: what is asked, what is refused, what is said."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from api.cli_wishes import Wishes, in_order, wish_lines, with_wishes
from api.messages import catalogue, reason_text
from planner.delays import USUAL
from planner.errors import RequestError
from planner.network import Network
from planner.plan import plan
from planner.request import PlanRequest, Preferred, Slack, StopId

REQUEST = PlanRequest(StopId("a"), StopId("b"), datetime(2026, 11, 25, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    ("wishes", "meant"),
    [
        (Wishes(), {}),
        (Wishes(Preferred.CO2), {"prefer": Preferred.CO2}),
        (Wishes(Preferred.PRICE, "45:0"), {"prefer": Preferred.PRICE, "slack": Slack(2700, 0)}),
        (Wishes(Preferred.WALKING, "45:2", "10"), {
            "prefer": Preferred.WALKING, "slack": Slack(2700, 2), "max_walk_s": 600,
        }),
        (Wishes(None, "45", None, 600.0), {"slack": Slack(2700, 1), "max_price": 600.0}),
        (Wishes(max_walk="500m"), {"max_walk_s": 400}),
        (Wishes(max_walk="7 min"), {"max_walk_s": 420}),
    ],
)  # fmt: skip
def test_options_mean_a_criterion_a_bound_and_limits(wishes: Wishes, meant: dict[str, object]) -> None:
    assert with_wishes(REQUEST, wishes) == replace(REQUEST, **meant)  # type: ignore[arg-type]


def test_who_rolls_takes_longer_for_as_many_metres() -> None:
    assert with_wishes(replace(REQUEST, wheelchair=True), Wishes(max_walk="500m")).max_walk_s == 555


@pytest.mark.parametrize("text", ["", "x", "-3", "10h", "1.5", "800 km", "361", "99999m"])
def test_a_longest_walk_that_is_none_is_refused_by_its_text(text: str) -> None:
    with pytest.raises(RequestError, match=f"--max-walk {text}"):
        with_wishes(REQUEST, Wishes(max_walk=text))


@pytest.mark.parametrize("slack", ["", "x", "45:", "45:x", "-3", "241", "30:9", "1:2:3"])
def test_a_bound_that_is_none_is_refused_by_its_text(slack: str) -> None:
    with pytest.raises(RequestError, match="write MINUTES or MINUTES:CHANGES"):
        with_wishes(REQUEST, Wishes(Preferred.PRICE, slack))


def test_a_bound_without_a_search_it_is_for_is_refused() -> None:
    with pytest.raises(RequestError, match="give one of them"):
        with_wishes(REQUEST, Wishes(slack="30"))


@pytest.mark.parametrize(
    ("language", "transfers", "words"),
    [
        (
            "en",
            0,
            "for few emissions: everything that arrives at most 45 min after the quickest with no more changes (",
        ),
        ("en", 1, "with at most one change more ("),
        ("en", 2, "with at most 2 changes more ("),
        ("ja", 0, "CO2排出の少なさを重視：最も早い到着から45分以内、乗換は最少と同じものまで調べました"),
        ("ja", 2, "乗換は最少より2回多いものまで調べました"),
    ],
)
def test_the_bound_is_told(language: str, transfers: int, words: str) -> None:
    request = replace(REQUEST, prefer=Preferred.CO2, slack=Slack(2700, transfers), max_walk_s=600)
    told = wish_lines(catalogue(language), request, ())
    assert words in told[0]
    assert "10" in told[1]


def test_the_cheapest_comes_first_and_what_nobody_knows_is_named(makuhari: Network) -> None:
    moment = datetime(2026, 11, 25, 17, 30, tzinfo=makuhari.zone)
    ends = StopId("makuhari_JR-East.Kaihimmakuhari"), StopId("makuhari_JR-East.Tokyo")
    request, words = PlanRequest(*ends, moment, prefer=Preferred.PRICE), catalogue("en")
    found = in_order(plan(makuhari, request), request, USUAL)
    assert [price and price.amount for price in (one.price() for one in found)] == [528.0, 616.0, None]
    unknown, bound = wish_lines(words, request, found)
    assert unknown.endswith("not compared with the others: 3")
    assert "at most 30 min after the soonest with at most one change more than the fewest" in bound
    dear = plan(makuhari, replace(request, max_price=300.0))
    assert [one.price() for one in dear.itineraries] == [None]
    assert dear.reason is not None
    assert reason_text(words, dear.reason) == "Nothing costs at most ¥300: the cheapest is ¥528."


def test_what_has_the_least_of_what_is_preferred_comes_first(makuhari: Network) -> None:
    moment = datetime(2026, 11, 25, 8, tzinfo=makuhari.zone)
    ends = StopId("makuhari_JR-East.Kaihimmakuhari"), StopId("makuhari_JR-East.Chiba")
    request = PlanRequest(*ends, moment, prefer=Preferred.CO2, count=50)
    grams = [one.co2_g for one in in_order(plan(makuhari, request), request, USUAL)]
    assert grams[0] == min(grams)
    assert grams != sorted(grams)
