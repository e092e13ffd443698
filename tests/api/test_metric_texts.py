"""What numbers of a run are counted in."""

import pytest

from api.messages import catalogue, languages
from api.metric_texts import label_of, unit_of
from simulator.events import Kind, Reason
from simulator.metrics import POSSIBLE_REASONS


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


@pytest.mark.parametrize(
    ("metric", "texts"),
    [
        ("ride_s_p90", {"en": "ride, 90 % below", "ja": "乗車時間（90%以下）"}),
        ("ride_s_mean", {"en": "ride, mean", "ja": "乗車時間(平均)"}),
        ("gave_up_patience", {"en": "gave up: out of patience", "ja": "あきらめた人：待ちきれず"}),
        ("queue_3_wait_s", {"en": "Wait at stop 3, mean", "ja": "停留所 3 の待ち時間（平均）"}),
        ("rail_rides_vehicle_h", {"en": "Trains: rides a vehicle hour", "ja": "鉄道：車両 1 時間あたりの乗車回数"}),
        ("seated-6_rides", {"en": "seated-6: rides", "ja": "seated-6：乗車回数"}),
        ("colour_p90", {"en": "colour p90", "ja": "colour p90"}),
    ],
)
def test_a_number_is_called_by_its_parts_where_it_has_no_name_of_its_own(metric: str, texts: dict[str, str]) -> None:
    assert label_of(metric) == texts


@pytest.mark.parametrize("reason", [*POSSIBLE_REASONS[Kind.REJECTED], *POSSIBLE_REASONS[Kind.GAVE_UP], Reason.NO_SEAT])
def test_every_cause_is_named(reason: Reason) -> None:
    for language in languages():
        assert catalogue(language).has(f"metric_causes.{reason.name.lower()}")
