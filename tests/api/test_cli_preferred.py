"""`kaiteki plan --prefer walking|co2|reliability` and `--max-walk`: what is asked, what is refused, what is said."""

from datetime import UTC, datetime

import pytest

from api.cli_preferred import Wished, preference_lines, preference_of, refused_beside
from api.messages import catalogue
from planner.criteria import Slack
from planner.errors import RequestError
from planner.preferred import Preference, Preferred
from planner.request import PlanRequest, StopId

REQUEST = PlanRequest(StopId("a"), StopId("b"), datetime(2026, 11, 25, 8, tzinfo=UTC))


def test_options_mean_a_criterion_a_bound_and_a_limit() -> None:
    assert preference_of(None, None, None, REQUEST) is None
    assert preference_of(Wished.PRICE, "30", None, REQUEST) is None
    assert preference_of(Wished.CO2, None, None, REQUEST) == Preference(Preferred.CO2, Slack(1800, 1))
    assert preference_of(Wished.WALKING, "45:2", "10", REQUEST) == Preference(
        Preferred.WALKING, Slack(2700, 2), longest_walk_s=600
    )
    assert preference_of(None, None, "500m", REQUEST) == Preference(longest_walk_s=400)
    assert preference_of(None, None, "7 min", REQUEST) == Preference(longest_walk_s=420)


@pytest.mark.parametrize("text", ["", "x", "-3", "10h", "1.5", "800 km", "361", "99999m"])
def test_a_longest_walk_that_is_none_is_refused_by_its_text(text: str) -> None:
    with pytest.raises(RequestError, match=f"--max-walk {text}"):
        preference_of(None, None, text, REQUEST)


def test_what_such_a_search_does_not_know_is_refused() -> None:
    with pytest.raises(RequestError, match="--max-walk or --prefer price"):
        preference_of(Wished.PRICE, None, "10", REQUEST)
    with pytest.raises(RequestError, match="--via: a search with --prefer"):
        refused_beside([("--first", False), ("--via", ("x",))])


@pytest.mark.parametrize(("language", "words"), [("en", "few emissions"), ("ja", "CO2排出の少なさ")])
def test_the_bound_is_told(language: str, words: str) -> None:
    told = preference_lines(catalogue(language), REQUEST, Preference(Preferred.CO2, Slack(2700, 2), 600))
    assert words in told[0]
    assert "45" in told[0]
    assert "10" in told[1]
