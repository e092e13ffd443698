"""Which NGSI-LD entities are meant: the query language (`q`) and the geo-query (`georel`, `geometry`, `coordinates`).

Of the query language: terms with ``== != < <= > >= ~= !~=`` and bare attributes (there is one), joined by ``;`` (and)
and ``|`` (or, weaker than and); values are numbers, texts in quotes, true and false, dates, lists ``a,b`` and ranges
``a..b``. Terms in brackets and paths of attributes are refused.

References
----------
ETSI GS CIM 009 V1.8.1, clauses 4.9 (query language) and 4.10 (geo-query language).
"""

import json
import re
from collections.abc import Callable
from typing import Any

import shapely
from shapely.geometry import shape

from planner.errors import RequestError
from planner.geo import great_circle_m

Entity = dict[str, Any]
Test = Callable[[Entity], bool]

LONGEST_TEXT, MOST_TERMS = 2000, 50
GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")

_TERM = re.compile(r'([A-Za-z][A-Za-z0-9_]*)(?:(==|!=|>=|<=|>|<|~=|!~=)((?:"[^"]*"|[^;|()"])+))?')
_NEAR = re.compile(r"near;(max|min)Distance==(\d{1,9}(?:\.\d+)?)")
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}
_RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "within": shapely.within,
    "contains": shapely.contains,
    "intersects": shapely.intersects,
    "equals": shapely.equals,
    "disjoint": shapely.disjoint,
    "overlaps": shapely.overlaps,
}


def asked_by_q(text: str) -> Test:
    """Whether an entity fulfils the query `text`.

    Raises
    ------
    RequestError
        It is none, or more than is understood here.
    """
    if len(text) > LONGEST_TEXT:
        raise RequestError("q", f"q: a query of more than {LONGEST_TEXT} letters is not read.")
    either = [[_term(part) for part in _parts(one, ";")] for one in _parts(text, "|")]
    if sum(map(len, either)) > MOST_TERMS:
        raise RequestError("q", f"q: more than {MOST_TERMS} terms are not read.")
    return lambda entity: any(all(test(entity) for test in every) for every in either)


def _parts(text: str, mark: str) -> list[str]:
    """Text between marks that stand outside of quotes."""
    return re.split(rf'{re.escape(mark)}(?=(?:[^"]*"[^"]*")*[^"]*$)', text)


def _term(text: str) -> Test:
    found = _TERM.fullmatch(text)
    if found is None:
        raise RequestError("q", f"q: '{text[:60]}' is no term such as availableBikeNumber>2 that is understood here.")
    name, sign, written = found[1], found[2], found[3]
    if sign is None:
        return lambda entity: name in entity
    if sign in ("~=", "!~="):
        return _matches(name, written.strip('"'), is_wanted=sign == "~=")
    if sign in ("==", "!="):
        values = [_span(one) for one in _parts(written, ",")]
        return lambda entity: name in entity and (_is_one_of(_value(entity[name]), values) == (sign == "=="))
    value, compare = _read(written), _COMPARED[sign]
    return lambda entity: (
        name in entity
        and any(
            type(one) in _KIN.get(type(value), ()) and compare(one, value) for one in _members(_value(entity[name]))
        )
    )


_KIN = {float: (int, float), str: (str,)}
"""What may be compared with what."""


def _matches(name: str, pattern: str, *, is_wanted: bool) -> Test:
    # Plain texts only: a stranger's regular expression can keep a process busy for ever.
    if re.search(r"[*+?{}()\[\]\\^$|]", pattern.replace(".*", "")):
        raise RequestError("q", f"q: of patterns only texts and .* are understood here, not '{pattern[:60]}'.")
    wanted = re.compile(".*".join(map(re.escape, pattern.split(".*"))))
    return lambda entity: name in entity and (wanted.search(str(_value(entity[name]))) is not None) == is_wanted


def _span(text: str) -> tuple[Any, Any]:
    first, dots, last = text.partition("..") if not text.startswith('"') else (text, "", "")
    return (_read(first), _read(last)) if dots else (_read(first), _read(first))


def _read(text: str) -> Any:
    """A number, a text, true or false."""
    text = text.strip()
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text.strip('"')


def _is_one_of(value: Any, spans: list[tuple[Any, Any]]) -> bool:
    def fits(one: Any, low: Any, high: Any) -> bool:
        if isinstance(one, bool) or isinstance(low, bool):
            return one is low
        if isinstance(one, int | float) and isinstance(low, float) and isinstance(high, float):
            return low <= one <= high
        return isinstance(one, str) and isinstance(low, str) and isinstance(high, str) and low <= one <= high

    return any(fits(one, low, high) for one in _members(value) for low, high in spans)


def _members(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _value(attribute: Any) -> Any:
    return attribute.get("value", attribute.get("object")) if isinstance(attribute, dict) else attribute


def asked_by_place(relation: str, geometry: str, coordinates: str, name: str = "location") -> Test:
    """Whether the place `name` of an entity is where the geo-query says; distances are great circles, in metres.

    Raises
    ------
    RequestError
        The geo-query is none.
    """
    if geometry not in GEOMETRIES:
        raise RequestError("geometry", f"geometry={geometry[:40]}: the geometries are {', '.join(GEOMETRIES)}.")
    try:
        target = shape({"type": geometry, "coordinates": json.loads(coordinates)})
        is_good = bool(target.is_valid) and not target.is_empty
    except (ValueError, TypeError, IndexError, AttributeError, RecursionError, shapely.errors.ShapelyError) as error:
        raise _no_coordinates(geometry, coordinates) from error
    if not is_good:
        raise _no_coordinates(geometry, coordinates)
    near = _NEAR.fullmatch(relation)
    if near is not None and isinstance(target, shapely.Point):
        return _near(name, (target.y, target.x), float(near[2]), is_most=near[1] == "max")
    if relation not in _RELATIONS:
        known = ", ".join(["near;maxDistance==500 of a Point", *_RELATIONS])
        raise RequestError("georel", f"georel={relation[:60]}: the relations are {known}.")
    test = _RELATIONS[relation]
    return lambda entity: name in entity and bool(test(shape(_value(entity[name])), target))


def _no_coordinates(geometry: str, coordinates: str) -> RequestError:
    return RequestError("coordinates", f"coordinates={coordinates[:60]}: these are none of a {geometry} of GeoJSON.")


def _near(name: str, at: tuple[float, float], metres: float, *, is_most: bool) -> Test:
    def test(entity: Entity) -> bool:
        if name not in entity:
            return False
        lon, lat = _value(entity[name])["coordinates"]
        distance = float(great_circle_m(*at, lat, lon))
        return distance <= metres if is_most else distance >= metres

    return test
