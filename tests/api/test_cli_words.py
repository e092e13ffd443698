"""Places on the way as typed: a name, a name with minutes, an id with colons."""

from pathlib import Path

import pytest

from api.cli_words import via_of
from api.messages import catalogue
from planner.errors import RequestError
from planner.geocoding import place_index
from planner.request import StopId, Via
from tests.api.small_network import small_network


def test_minutes_follow_the_last_colon(tmp_path: Path) -> None:
    network, words = small_network(tmp_path), catalogue("en")
    index = place_index(network.snapshot.places)
    assert via_of(network, index, "kg", words) == Via(StopId("kg"))
    assert via_of(network, index, "kg: 15", words) == Via(StopId("kg"), 900)
    for text, told in (
        ("kg:x", "'x' are no minutes; write NAME or NAME:MINUTES, such as kg:15."),
        ("kg:-5", "'-5' are no minutes"),
        ("kg:1441", "a stay of more than 24 hours"),
        ("nowhere", "No place is called"),
    ):
        with pytest.raises(RequestError, match=told):
            via_of(network, index, text, words)
