"""Facts about live ODPT answers: the examples of the specification, and what is wrong with others."""

import contextlib
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.notices import FeedError
from feeds.odpt_live import JST, read_train_information, read_trains

TRAIN = {
    "@type": "odpt:Train",
    "dc:date": "2017-12-07T01:24:33+09:00",
    "owl:sameAs": "odpt.Train:JR-East.Utsunomiya.565M",
    "odpt:railway": "odpt.Railway:JR-East.Utsunomiya",
    "odpt:railDirection": "odpt.RailDirection:Outbound",
    "odpt:trainNumber": "565M",
    "odpt:fromStation": "odpt.Station:JR-East.Utsunomiya.Suzumenomiya",
    "odpt:toStation": "odpt.Station:JR-East.Utsunomiya.Utsunomiya",
    "odpt:destinationStation": ["odpt.Station:JR-East.Utsunomiya.Utsunomiya"],
    "odpt:delay": 60,
}
INFORMATION = {
    "@type": "odpt:TrainInformation",
    "dc:date": "2017-12-07T01:25:03+09:00",
    "owl:sameAs": "odpt.TrainInformation:TokyoMetro.Ginza",
    "dct:valid": "2017-12-07T01:30:03+09:00",
    "odpt:timeOfOrigin": "2017-11-21T11:31:00+09:00",
    "odpt:operator": "odpt.Operator:TokyoMetro",
    "odpt:railway": "odpt.Railway:TokyoMetro.Ginza",
    "odpt:trainInformationText": {"ja": "現在、平常どおり運転しています。", "en": "Running on schedule."},
}


def answer(*entries: Any) -> bytes:
    return json.dumps(entries).encode()


def test_where_a_train_is() -> None:
    (train,), notices = read_trains(answer(TRAIN))
    assert notices == []
    assert (train.id, train.railway, train.train_number) == ("JR-East.Utsunomiya.565M", "JR-East.Utsunomiya", "565M")
    assert train.from_station == "JR-East.Utsunomiya.Suzumenomiya"
    assert (train.to_station, *train.destinations) == ("JR-East.Utsunomiya.Utsunomiya",) * 2
    assert train.delay_s == 60
    assert train.observed == datetime(2017, 12, 7, 1, 24, 33, tzinfo=JST)


def test_a_train_at_a_station_with_unknown_delay() -> None:
    (train,), _ = read_trains(answer(TRAIN | {"odpt:toStation": None, "odpt:delay": None}))
    assert (train.to_station, train.delay_s) == ("", None)


def test_what_an_operator_tells() -> None:
    (told,), notices = read_train_information(answer(INFORMATION))
    assert notices == []
    assert (told.operator, told.railway, dict(told.status)) == ("TokyoMetro", "TokyoMetro.Ginza", {})
    assert told.text["en"] == "Running on schedule."
    assert told.valid_until is not None
    assert told.valid_until - told.observed == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dc:date": None}, "dc:date is missing"),
        ({"dc:date": "soon"}, "dc:date 'soon' is no time"),
        ({"odpt:delay": "late"}, "odpt:delay is 'late', not a number"),
        ({"owl:sameAs": ""}, "owl:sameAs is ''"),
    ],
)
def test_a_bad_entry_is_told_and_the_rest_stays(change: dict[str, Any], message: str) -> None:
    trains, notices = read_trains(answer(TRAIN | change, TRAIN))
    assert len(trains) == 1
    assert [notice.message for notice in notices] == [f"Train is left out: {message}"]


@settings(max_examples=200)
@given(st.binary(max_size=30) | st.sampled_from(sorted(TRAIN | INFORMATION)), st.none() | st.text() | st.integers())
def test_changed_answers_never_raise_anything_but_feed_errors(key: bytes | str, value: Any) -> None:
    data = key if isinstance(key, bytes) else answer(TRAIN | {key: value}, INFORMATION | {key: [value]}, value)
    for read in (read_trains, read_train_information):
        with contextlib.suppress(FeedError):
            read(data)
