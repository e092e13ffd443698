"""Places as arrays."""

import math

from planner.places import KINDS, NamedPlace, PlaceKind, pack_places


def test_packed_places_keep_their_order_names_and_kinds() -> None:
    places = pack_places(
        [
            NamedPlace("a", {"": "海浜幕張", "en": "Kaihin-Makuhari"}, 35.6, 140.0, PlaceKind.STATION, 0.5, 7),
            NamedPlace("c", {"": "浜"}, 35.6, 140.0, PlaceKind.PLACE, category="natural=beach"),
            NamedPlace("b", {"": "港"}, 35.7, 140.1, PlaceKind.PORT, level=2.0, aliases=("みなと", "Port")),
        ]
    )
    assert [*places.names] == ["海浜幕張", "浜", "港"]
    assert [*places.translations["en"]] == ["Kaihin-Makuhari", "", ""]
    assert places.aliases[2] == "みなと\nPort"
    assert [KINDS[kind] for kind in places.kind] == [PlaceKind.STATION, PlaceKind.PLACE, PlaceKind.PORT]
    assert (math.isnan(places.level[0]), places.level[2]) == (True, 2.0)
    assert places.reference.tolist() == [7, -1, -1]
    assert [places.categories[row] for row in places.category] == ["", "natural=beach", ""]


def test_no_places() -> None:
    assert len(pack_places([])) == 0
