"""Facts about UAS geographical zones: both standards, heights with datum, times, and what is kept out."""

import contextlib
import json
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drones.airspace import (
    Altitude,
    Applicability,
    Authority,
    Circle,
    DailyPeriod,
    Datum,
    DaylightEvent,
    Geozone,
    Polygon,
    Weekday,
    ZoneKind,
    ZoneVolume,
)
from feeds.notices import FeedError, Notice
from feeds.uas_zones import read_uas_zones, write_ed269

RING = [[140.0, 35.6], [140.1, 35.6], [140.1, 35.7], [140.0, 35.6]]
BOW = [[140.0, 35.0], [140.1, 35.1], [140.1, 35.0], [140.0, 35.1], [140.0, 35.0]]
POLYGON = Polygon((((35.6, 140.0), (35.6, 140.1), (35.7, 140.1), (35.6, 140.0)),))
VOLUME = {
    "uomDimensions": "M",
    "lowerLimit": 0,
    "lowerVerticalReference": "AGL",
    "upperLimit": 150,
    "upperVerticalReference": "AMSL",
    "horizontalProjection": {"type": "Polygon", "coordinates": [RING]},
}
CIRCLE = {"type": "Circle", "center": [140.0, 35.6], "radius": 1000}
LAYER = {"lower": 0, "lowerReference": "AGL", "upper": 500, "upperReference": "WGS84", "uom": "ft"}


def old(*volumes: Any, **more: Any) -> dict[str, Any]:
    """An ED-269 zone."""
    return {
        "identifier": "Z1",
        "country": "JPN",
        "name": "Zone",
        "type": "COMMON",
        "restriction": "PROHIBITED",
        "reason": ["SENSITIVE"],
        "applicability": [{"permanent": "YES"}],
        "zoneAuthority": [{"name": "Office", "purpose": "AUTHORIZATION", "intervalBefore": "P1D"}],
        "geometry": list(volumes or [VOLUME]),
    } | more


def new(geometry: Any = None, **more: Any) -> dict[str, Any]:
    """An ED-318 feature."""
    names = [{"text": "Zone", "lang": "en-GB"}, {"text": "区域", "lang": "ja-JP"}]
    properties = {"identifier": "Z1", "country": "JPN", "name": names, "type": "REQ_AUTHORIZATION", "reason": ["NOISE"]}
    polygon = {"type": "Polygon", "coordinates": [RING], "layer": LAYER}
    return {"type": "Feature", "geometry": geometry or polygon, "properties": properties | more}


def read(folder: Path, *entries: Any, key: str = "features") -> tuple[tuple[Geozone, ...], list[Notice]]:
    path = folder / "zones.json"
    path.write_text(json.dumps({key: entries} if key else entries), encoding="utf-8")
    return read_uas_zones(path)


@pytest.mark.parametrize("key", ["UASZoneList", "features", ""])
def test_ed269_in_its_dialects(tmp_path: Path, key: str) -> None:
    (zone,), notices = read(tmp_path, old(), key=key)
    assert notices == []
    assert zone == Geozone(
        id="Z1",
        country="JPN",
        name="Zone",
        kind=ZoneKind.PROHIBITED,
        volumes=(ZoneVolume(POLYGON, Altitude(0.0, Datum.AGL), Altitude(150.0, Datum.AMSL)),),
        reasons=("SENSITIVE",),
        authorities=(Authority("Office", purpose="AUTHORIZATION", interval_before="P1D"),),
    )


def test_ed318(tmp_path: Path) -> None:
    (zone,), notices = read(tmp_path, new())
    assert notices == []
    assert (zone.id, zone.name, zone.kind, zone.reasons) == ("Z1", "Zone", ZoneKind.REQ_AUTHORISATION, ("NOISE",))
    (volume,) = zone.volumes
    assert volume.shape == POLYGON
    assert volume.upper == Altitude(pytest.approx(152.4), Datum.WGS84)


def test_names_in_the_language_asked_for(tmp_path: Path) -> None:
    read(tmp_path, new())
    names = {language: read_uas_zones(tmp_path / "zones.json", language)[0][0].name for language in ("ja", "fr")}
    assert names == {"ja": "区域", "fr": "Zone"}


def test_feet_hold_for_heights_and_radius_in_ed269(tmp_path: Path) -> None:
    (zone,), _ = read(tmp_path, old(VOLUME | {"uomDimensions": "FT", "horizontalProjection": CIRCLE}))
    (volume,) = zone.volumes
    assert volume.upper == Altitude(pytest.approx(45.72), Datum.AMSL)
    assert volume.shape == Circle(35.6, 140.0, pytest.approx(304.8))


def test_the_radius_is_in_metres_in_ed318(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [140.0, 35.6], "extent": {"subType": "Circle", "radius": 1000}}
    (zone,), _ = read(tmp_path, new(point | {"layer": LAYER}))
    assert zone.volumes[0].shape == Circle(35.6, 140.0, 1000.0)


def test_a_collection_gives_its_layer_to_its_parts(tmp_path: Path) -> None:
    polygon = {"type": "Polygon", "coordinates": [RING]}
    own = polygon | {"layer": LAYER | {"lower": 100}}
    (zone,), _ = read(tmp_path, new({"type": "GeometryCollection", "geometries": [polygon, own], "layer": LAYER}))
    assert [volume.lower.value_m for volume in zone.volumes if volume.lower] == [0.0, pytest.approx(30.48)]


def test_no_limit_is_from_the_ground_and_without_end(tmp_path: Path) -> None:
    (zone,), _ = read(tmp_path, old(VOLUME | {"lowerLimit": None, "upperLimit": None}))
    assert (zone.volumes[0].lower, zone.volumes[0].upper) == (None, None)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (old(VOLUME | {"upperVerticalReference": None}), "upperLimit 150 has no datum (upperVerticalReference is '')"),
        (old(VOLUME | {"lowerVerticalReference": "FL"}), "lowerLimit 0 has no datum (lowerVerticalReference is 'FL')"),
        (
            new(new()["geometry"] | {"layer": {**LAYER, "upperReference": ""}}),
            "upper 500 has no datum (upperReference is '')",
        ),
        (old(VOLUME | {"uomDimensions": "KM"}), "uomDimensions 'KM' is neither M nor FT"),
        (new(new()["geometry"] | {"layer": None}), "layer is None, not an object"),
        (
            old(VOLUME | {"horizontalProjection": {"type": "Polygon", "coordinates": [BOW]}}),
            "the polygon is not valid: Self-intersection at latitude and longitude 35.05 140.05",
        ),
        (old(VOLUME | {"horizontalProjection": CIRCLE | {"radius": 0}}), "radius is 0.0, not above zero"),
        (old(VOLUME, 3), "geometry is 3, not an object"),
        (old(geometry=[]), "it has no geometry"),
        (
            old(restriction="MAYBE"),
            "restriction 'MAYBE' is none of PROHIBITED, REQ_AUTHORISATION, CONDITIONAL, NO_RESTRICTION",
        ),
    ],
)
def test_a_zone_not_understood_is_kept_out_whole(tmp_path: Path, entry: dict[str, Any], reason: str) -> None:
    zones, notices = read(tmp_path, entry, old(identifier="Z2"))
    assert [zone.id for zone in zones] == ["Z2"]
    assert [(n.severity, n.row, n.message) for n in notices] == [("ERROR", 0, f"the zone 'Z1' is kept out: {reason}")]


def test_hours_of_days(tmp_path: Path) -> None:
    times = {
        "permanent": "NO",
        "startDateTime": "2026-11-01T00:00:00Z",
        "endDateTime": "2026-12-01T00:00:00+09:00",
        "schedule": [
            {"day": ["MON", "TUE"], "startTime": "08:00:00.00Z", "endTime": "24:00Z"},
            {"day": ["ANY"], "startEvent": "BMCT", "endTime": "21:00:00+09:00"},
        ],
    }
    expected = Applicability(
        start=datetime(2026, 11, 1, tzinfo=UTC),
        end=datetime(2026, 12, 1, tzinfo=timezone(timedelta(hours=9))),
        schedule=(
            DailyPeriod((Weekday.MON, Weekday.TUE), time(8, tzinfo=UTC), time(0, tzinfo=UTC)),
            DailyPeriod((Weekday.ANY,), DaylightEvent.BMCT, time(21, tzinfo=timezone(timedelta(hours=9)))),
        ),
    )
    for entry in (old(applicability=[times]), new(limitedApplicability=[times])):
        (zone,), notices = read(tmp_path, entry)
        assert (zone.applicability, notices) == ((expected,), [])


def test_the_first_drafts_say_dailyPeriod(tmp_path: Path) -> None:  # noqa: N802
    periods = [{"day": ["SUN"], "startTime": "08:00Z", "endTime": "10:00Z"}]
    (zone,), _ = read(tmp_path, old(applicability=[{"permanent": "YES", "dailyPeriod": periods}]))
    assert zone.applicability[0].schedule[0].days == (Weekday.SUN,)


def test_always_beside_a_time_is_always(tmp_path: Path) -> None:
    part = {"permanent": "NO", "startDateTime": "2026-11-01T00:00:00Z"}
    (zone,), _ = read(tmp_path, old(applicability=[part, {"permanent": "YES"}]))
    assert zone.applicability == ()


@pytest.mark.parametrize(
    ("times", "reason"),
    [
        ({"startDateTime": "soon"}, "startDateTime 'soon' is no time"),
        (
            {"startDateTime": "2026-11-02T00:00:00Z", "endDateTime": "2026-11-01T00:00:00Z"},
            "endDateTime 2026-11-01T00:00:00+00:00 is before startDateTime 2026-11-02T00:00:00+00:00",
        ),
        ({"schedule": [{"day": ["DAILY"]}]}, "day 'DAILY' is no day of the week"),
        ({"schedule": [{"startEvent": "NOON"}]}, "startEvent 'NOON' is none of BMCT, SR, SS, EECT"),
        ({"schedule": [{"endTime": "25:00"}]}, "endTime '25:00' is no time"),
    ],
)
def test_times_not_understood_make_a_zone_hold_always(tmp_path: Path, times: dict[str, Any], reason: str) -> None:
    (zone,), notices = read(tmp_path, old(applicability=[times]))
    assert zone.applicability == ()
    assert notices[0].message == f"zone Z1: {reason}; the zone is taken to hold always"


def test_u_space_is_conditional(tmp_path: Path) -> None:
    (zone,), notices = read(tmp_path, new(type="USPACE"))
    assert zone.kind is ZoneKind.CONDITIONAL
    assert notices[0].message == "zone Z1: it is U-space airspace, which is taken as CONDITIONAL"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "zones"),
    [("cis_source_sample_ed269", ["LSXX"]), ("cis_source_sample_ed318", ["LSZB003", "BLns058", "LSTB002"])],
)
def test_the_official_samples(shared: Path, tmp_path: Path, name: str, zones: list[str]) -> None:
    read_zones, notices = read_uas_zones(shared / "data/uas" / f"{name}.json")
    assert notices == []
    assert [zone.id for zone in read_zones] == zones
    assert {zone.kind for zone in read_zones} == {ZoneKind.REQ_AUTHORISATION}
    write_ed269(read_zones, tmp_path / "again.json")
    assert read_uas_zones(tmp_path / "again.json") == (read_zones, [])


TEXTS = st.text(st.characters(exclude_categories=["C"]), max_size=8)
HEIGHTS = st.none() | st.builds(Altitude, st.floats(-500, 30_000), st.sampled_from(Datum))
CLOCKS = st.none() | st.sampled_from(DaylightEvent) | st.times(timezones=st.just(UTC))
PERIODS = st.builds(
    DailyPeriod,
    st.lists(st.sampled_from(Weekday).filter(lambda day: day is not Weekday.ANY), min_size=1, max_size=7).map(tuple),
    CLOCKS,
    CLOCKS,
)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
TIMES = st.builds(Applicability, MOMENTS, st.none(), st.lists(PERIODS, max_size=2).map(tuple)) | st.builds(
    Applicability, st.none(), MOMENTS
)
SHAPES = st.just(POLYGON) | st.builds(Circle, st.floats(-90, 90), st.floats(-180, 180), st.floats(1, 50_000))
ZONES = st.builds(
    Geozone,
    id=TEXTS.filter(bool),
    country=TEXTS,
    name=TEXTS,
    kind=st.sampled_from(ZoneKind),
    volumes=st.lists(st.builds(ZoneVolume, SHAPES, HEIGHTS, HEIGHTS), min_size=1, max_size=2).map(tuple),
    applicability=st.lists(TIMES, max_size=2).map(tuple),
    reasons=st.lists(TEXTS.filter(bool), max_size=2).map(tuple),
    conditions=TEXTS,
    message=TEXTS,
    authorities=st.lists(st.builds(Authority, *[TEXTS] * 8), max_size=2).map(tuple),
)


@settings(max_examples=100)
@given(ZONES)
def test_what_is_written_is_read_back_equal(tmp_path_factory: pytest.TempPathFactory, zone: Geozone) -> None:
    path = tmp_path_factory.mktemp("zones") / "zones.json"
    write_ed269([zone], path)
    assert read_uas_zones(path) == ((zone,), [])


def mutated(data: st.DataObject, value: Any) -> Any:
    """`value` with one of its parts replaced by some other JSON."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    if not keys or data.draw(st.integers(0, 5)) == 0:
        some = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.just(10**400)
        return data.draw(some | st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=6), some, max_size=2))
    key = data.draw(st.sampled_from(keys))
    copy = value.copy()
    copy[key] = mutated(data, value[key])
    return copy


@settings(max_examples=300)
@given(st.data())
def test_changed_json_never_raises_anything_but_feed_errors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    times = {"startDateTime": "2026-11-01T00:00:00Z", "endDateTime": "2026-12-01", "schedule": [{"day": ["MON"]}]}
    whole = [old(applicability=[times]), old(VOLUME | {"horizontalProjection": CIRCLE}), new()]
    document = {"features": mutated(data, mutated(data, whole))}
    path = tmp_path_factory.mktemp("zones") / "zones.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with contextlib.suppress(FeedError):
        zones, _ = read_uas_zones(path)
        write_ed269(zones, path)
