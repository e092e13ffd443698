"""What numbers of a run are counted in."""

import pytest

from api.metric_texts import label_of, unit_of


@pytest.mark.parametrize(
    ("metric", "unit"),
    [
        ("wait_departure_s_p95", "s"), ("vehicle_h", "h"), ("boarded_vehicle_h", "1/h"), ("queue_joined_h", "1/h"),
        ("demand_bus_rides_vehicle_h", "1/h"), ("revenue_yen", "JPY"), ("co2e_g_person_km", "g/km"), ("served", ""),
        ("regular_share", "share"),
    ],
)  # fmt: skip
def test_a_unit_is_that_of_the_longest_ending(metric: str, unit: str) -> None:
    assert unit_of(metric) == unit


@pytest.mark.parametrize("metric", ["persons", "booked_ahead", "rewarded", "boarded_vehicle_h", "regular_share"])
def test_a_number_is_called_something_in_every_language(metric: str) -> None:
    texts = label_of(metric)
    assert {"ja", "en"} <= set(texts)
    assert len(set(texts.values())) == len(texts)
