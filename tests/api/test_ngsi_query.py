"""Entities a data platform asks for by what they are like and where they are."""

from typing import Any

import pytest

from api.ngsi_query import asked_by_place, asked_by_q
from planner.errors import RequestError
from planner.geo import great_circle_m
from planner.network import Network
from tests.api.asking import Server

PORT: dict[str, Any] = {
    "id": "urn:ngsi-ld:BikeHireDockingStation:1",
    "type": "BikeHireDockingStation",
    "name": {"type": "Property", "value": "海浜幕張駅;北口"},
    "availableBikeNumber": {"type": "Property", "value": 4},
    "status": {"type": "Property", "value": ["working", "almostEmpty"]},
    "isOpen": {"type": "Property", "value": True},
    "operatedBy": {"type": "Relationship", "object": "urn:x:1"},
    "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [140.0418, 35.6486]}},
}


@pytest.mark.parametrize(
    ("q", "is_meant"),
    [
        ("availableBikeNumber", True),
        ("speed", False),
        ("availableBikeNumber==4", True),
        ("availableBikeNumber!=4", False),
        ("speed!=4", False),
        ("availableBikeNumber>4", False),
        ("availableBikeNumber>=4", True),
        ("availableBikeNumber<4.5", True),
        ("availableBikeNumber<=3", False),
        ("availableBikeNumber==1,4", True),
        ("availableBikeNumber==5..9", False),
        ("availableBikeNumber==2..4", True),
        ('status=="working"', True),
        ('status=="broken"', False),
        ('name=="海浜幕張駅;北口"', True),
        ("name~=幕張.*口", True),
        ("name!~=幕張", False),
        ("isOpen==true", True),
        ("isOpen==1", False),
        ("operatedBy==urn:x:1", True),
        ("name>3", False),
        ("availableBikeNumber>9|isOpen", True),
        ("availableBikeNumber>9|isOpen;speed", False),
        ("isOpen;availableBikeNumber>3", True),
    ],
)
def test_terms_of_the_query_language(q: str, is_meant: bool) -> None:
    assert asked_by_q(q)(PORT) is is_meant


@pytest.mark.parametrize("q", ["(a|b)", "a==", "==3", "a.b==1", "name~=(x+)+", ";", "a" * 2001, ";".join(["a"] * 51)])
def test_what_is_not_understood_is_refused(q: str) -> None:
    with pytest.raises(RequestError, match=r"^q: "):
        asked_by_q(q)


@pytest.mark.parametrize(
    ("relation", "geometry", "coordinates", "is_meant"),
    [
        ("near;maxDistance==100", "Point", "[140.0418,35.6486]", True),
        ("near;maxDistance==100", "Point", "[140.0518,35.6486]", False),
        ("near;minDistance==100", "Point", "[140.0518,35.6486]", True),
        ("within", "Polygon", "[[[140,35.6],[140.1,35.6],[140.1,35.7],[140,35.7],[140,35.6]]]", True),
        ("disjoint", "Polygon", "[[[140,35.6],[140.1,35.6],[140.1,35.7],[140,35.7],[140,35.6]]]", False),
        ("equals", "Point", "[140.0418,35.6486]", True),
        ("intersects", "LineString", "[[140,35],[141,35]]", False),
    ],
)
def test_places(relation: str, geometry: str, coordinates: str, is_meant: bool) -> None:
    assert asked_by_place(relation, geometry, coordinates)(PORT) is is_meant
    assert asked_by_place(relation, geometry, coordinates)({}) is False


@pytest.mark.parametrize(
    ("relation", "geometry", "coordinates", "field"),
    [
        ("near", "Point", "[140,35]", "georel"),
        ("near;maxDistance==5", "LineString", "[[140,35],[141,35]]", "georel"),
        ("within", "Circle", "[140,35]", "geometry"),
        ("within", "Polygon", "[140,35]", "coordinates"),
        ("within", "Polygon", "[[[0,0],[1,1],[0,1],[1,0],[0,0]]]", "coordinates"),
        ("within", "Point", "here", "coordinates"),
        ("within", "Point", "[]", "coordinates"),
        ("within", "Point", "{}", "coordinates"),
        ("within", "Point", "null", "coordinates"),
        ("within", "Point", "[" * 9000, "coordinates"),
        ("within", "Point", "[NaN,1]", "coordinates"),
    ],
)
def test_bad_places_are_named(relation: str, geometry: str, coordinates: str, field: str) -> None:
    with pytest.raises(RequestError, match=f"^{field}="):
        asked_by_place(relation, geometry, coordinates)


def test_ports_with_bicycles_near_a_place(makuhari: Network) -> None:
    asked = {"type": "BikeHireDockingStation", "q": "availableBikeNumber>3", "limit": 1000}
    near = {"georel": "near;maxDistance==800", "geometry": "Point", "coordinates": "[140.0418,35.6483]"}
    found = Server(makuhari).answer("/ngsi-ld/v1/entities", **asked, **near)
    wanted = {
        f"urn:ngsi-ld:BikeHireDockingStation:{system.id}:{one.id}"
        for system in makuhari.snapshot.sharing
        for one in system.stations
        if one.bikes_available > 3 and great_circle_m(35.6483, 140.0418, one.lat, one.lon) <= 800
    }
    assert wanted
    assert {one["id"] for one in found} == wanted
