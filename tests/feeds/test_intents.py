"""Operational intents read as others write them, and as we do."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drones.intents import IntentState, OperationalIntent, Volume4D
from feeds.intents import read_intents
from feeds.missions import write_intent
from feeds.notices import FeedError

NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)
RING = ((35.6, 140.0), (35.6, 140.01), (35.61, 140.01), (35.6, 140.0))
VOLUME = Volume4D(RING, 40.0, 60.0, NOON, NOON + timedelta(minutes=2))
CIRCLE = {"center": {"lat": 35.6, "lng": 140.0}, "radius": {"value": 300, "units": "M"}}


def document(**volume: Any) -> dict[str, Any]:
    heights = {key: {"value": 80, "reference": "W84", "units": "M"} for key in ("altitude_lower", "altitude_upper")}
    times = {key: {"value": NOON.isoformat(), "format": "RFC3339"} for key in ("time_start", "time_end")}
    given_ = {"volume": {"outline_circle": CIRCLE, **heights}, **times} | volume
    return {"reference": {"id": "x"}, "details": {"volumes": [given_], "priority": 3}}


@given(st.sampled_from(IntentState), st.integers(-9, 9), st.floats(-20, 900), st.floats(0, 500))
def test_what_is_written_is_read(tmp_path_factory: Any, state: IntentState, priority: int, low: float, high: float):
    volume = replace(VOLUME, lower_m=low, upper_m=low + high)
    intent = OperationalIntent("flight-1", (volume, VOLUME), state, priority)
    path = tmp_path_factory.mktemp("intents") / "one.json"
    write_intent(intent, 36.7, path)
    (found,) = read_intents(path, 36.7)
    assert (found.id, found.state, found.priority) == (intent.id, state, priority)
    for one, other in zip(found.volumes, intent.volumes, strict=True):
        assert (one.outline, one.start, one.end) == (other.outline, other.start, other.end)
        assert (one.lower_m, one.upper_m) == pytest.approx((other.lower_m, other.upper_m), abs=0.011)


def test_a_circle_becomes_an_outline_around_it_and_off_nominal_volumes_count(tmp_path: Path) -> None:
    one = document()
    one["details"]["off_nominal_volumes"] = one["details"]["volumes"]
    (tmp_path / "list.json").write_text(json.dumps([one, one]))
    first, second = read_intents(tmp_path / "list.json", 36.7)
    assert first == second
    assert (len(first.volumes), first.priority, first.volumes[0].lower_m) == (2, 3, pytest.approx(43.3))
    assert first.volumes[0].outline[0] == first.volumes[0].outline[-1]
    north = max(lat for lat, _ in first.volumes[0].outline) - 35.6
    assert 300 <= north * 111_195 < 305


@pytest.mark.parametrize(
    ("volume", "words"),
    [
        ({"time_end": {"value": "2026-05-12T11:00:00Z"}}, "x, volume 1: from 2026-05-12 12:00:00"),
        ({"time_start": {"value": "2026-05-12T11:00:00"}}, "is no time with its offset"),
        ({"time_start": {}}, "no operational intent could be read"),
        ({"volume": {**document()["details"]["volumes"][0]["volume"], "outline_circle": None}}, "has no outline"),
    ],
)
def test_what_no_intent_has_is_told_in_one_sentence(tmp_path: Path, volume: dict[str, Any], words: str) -> None:
    (tmp_path / "bad.json").write_text(json.dumps(document(**volume)))
    with pytest.raises(FeedError, match=words):
        read_intents(tmp_path / "bad.json", 36.7)
