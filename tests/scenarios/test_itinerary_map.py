"""Itineraries on a map."""

from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.itinerary_map import draw_itineraries
from tests.api.answers import BY_BIKE, BY_RAIL


def test_every_itinerary_is_a_layer_and_every_leg_a_line(tmp_path: Path) -> None:
    drawn = draw_itineraries([BY_BIKE, BY_RAIL], ["千葉市 <CC BY>"])
    drawn.save(str(tmp_path / "map.html"))
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert page.count("L.polyline(") == len(BY_BIKE.legs) + len(BY_RAIL.legs)
    assert page.count("L.featureGroup(") == 2
    assert "#C9252F" in page
    assert "CC BY" in page
    assert "<CC BY>" not in page


def test_names_cannot_write_html_or_script() -> None:
    leg = BY_RAIL.legs[0]
    evil = replace(BY_RAIL, legs=(replace(leg, origin=replace(leg.origin, name="<script>x</script>`${alert(1)}`")),))
    page = draw_itineraries([evil]).get_root().render()
    assert "<script>x" not in page
    assert "${alert" not in page


def test_nothing_to_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="no itinerary"):
        draw_itineraries([])
