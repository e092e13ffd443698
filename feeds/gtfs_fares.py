"""The fares of a GTFS feed, v1 and v2, from its text tables.

Rows that cannot be used are left out with a notice; what is left is priced as the feed says.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

import pandas as pd

from feeds.gtfs_tables import Tables
from feeds.notices import Notice, Severity
from planner.fares import Fares
from planner.fares_transfers import TransferRule
from planner.fares_v1 import FareAttributes, FareRule, FaresV1
from planner.fares_v2 import FareMedium, FareProduct, FaresV2, JoinRule, LegRule, RiderCategory, Timeframe

Row = dict[str, str]
Record = TypeVar("Record")
Frames = Mapping[str, pd.DataFrame]

FULL_NOTICES = 20
"""Notices of one kind about one file that are given in full; the rest is counted."""

LONGEST_CALENDAR_DAYS = 200 * 366
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class _RowError(ValueError):
    """A row that has to be left out; the message says which field and value."""


@dataclass(frozen=True, slots=True)
class _Ids:
    """What rows may refer to, as the feed spells it."""

    prefix: str
    stops: frozenset[str]
    routes: frozenset[str]
    agencies: frozenset[str]
    zones: frozenset[str]
    networks: frozenset[str]
    areas: frozenset[str]
    timeframes: frozenset[str]
    riders: frozenset[str]
    media: frozenset[str]
    products: frozenset[str]
    leg_groups: frozenset[str]
    fares: frozenset[str]


def read_fares(tables: Tables, prefix: str = "") -> tuple[Fares, list[Notice]]:
    """Fares of one feed.

    Parameters
    ----------
    tables : Tables
    prefix : str
        Put before the ids of stops and routes, as in the network.
    """
    notices: list[Notice] = []
    ids = _ids(tables.frames, prefix)
    fares = Fares(
        routes=tuple(prefix + route for route in sorted(ids.routes)),
        v2=_read_v2(tables.frames, ids, notices),
        v1=_read_v1(tables.frames, ids, notices),
    )
    return fares, _capped(notices)


def _ids(frames: Frames, prefix: str) -> _Ids:
    return _Ids(
        prefix=prefix,
        stops=_column(frames, "stops", "stop_id"),
        routes=_column(frames, "routes", "route_id"),
        agencies=_column(frames, "agency", "agency_id"),
        zones=_column(frames, "stops", "zone_id"),
        networks=_column(frames, "networks", "network_id")
        | _column(frames, "route_networks", "network_id")
        | _column(frames, "routes", "network_id"),
        areas=_column(frames, "areas", "area_id") | _column(frames, "stop_areas", "area_id"),
        timeframes=_column(frames, "timeframes", "timeframe_group_id"),
        riders=_column(frames, "rider_categories", "rider_category_id"),
        media=_column(frames, "fare_media", "fare_media_id"),
        products=_column(frames, "fare_products", "fare_product_id"),
        leg_groups=_column(frames, "fare_leg_rules", "leg_group_id"),
        fares=_column(frames, "fare_attributes", "fare_id"),
    )


def _read_v2(frames: Frames, ids: _Ids, notices: list[Notice]) -> FaresV2:
    def read(name: str, parse: Callable[[Row, _Ids], Record]) -> tuple[Record, ...]:
        return tuple(_read(frames, name, parse, ids, notices))

    products = read("fare_products", _product)
    timeframes = read("timeframes", _timeframe)
    usable = _with_products(ids, products)
    areas: dict[str, tuple[str, ...]] = {}
    for stop, area in read("stop_areas", _stop_area):
        areas[stop] = (*areas.get(stop, ()), area)
    return FaresV2(
        leg_rules=tuple(_read(frames, "fare_leg_rules", _leg_rule, usable, notices)),
        has_priority="rule_priority" in _columns(frames, "fare_leg_rules"),
        join_rules=read("fare_leg_join_rules", _join_rule),
        transfer_rules=tuple(_read(frames, "fare_transfer_rules", _transfer_rule, usable, notices)),
        products=products,
        riders=read("rider_categories", _rider),
        media=read("fare_media", _medium),
        timeframes=timeframes,
        networks=dict(read("routes", _network_of_route)) | dict(read("route_networks", _route_network)),
        areas=areas,
        services=_service_days(frames, {frame.service for frame in timeframes}, notices),
    )


def _with_products(ids: _Ids, products: Iterable[FareProduct]) -> _Ids:
    """The ids with only those products of which a price could be read."""
    kept = {field: getattr(ids, field) for field in _Ids.__dataclass_fields__}
    return _Ids(**kept | {"products": frozenset(product.id for product in products)})


def _read_v1(frames: Frames, ids: _Ids, notices: list[Notice]) -> FaresV1:
    attributes = {fare.id: fare for fare in _read(frames, "fare_attributes", _fare_attributes, ids, notices)}
    contains: dict[tuple[str, str, str, str], list[str]] = {}
    for *where, zone in _read(frames, "fare_rules", _fare_rule, ids, notices):
        fare, route, origin, destination = where
        if fare in attributes:
            contains.setdefault((fare, route, origin, destination), []).extend([zone] if zone else [])
    # A fare all of whose rules were left out must not become one that holds everywhere.
    lost = _column(frames, "fare_rules", "fare_id") - {where[0] for where in contains}
    only = next(iter(ids.agencies)) if len(ids.agencies) == 1 else ""
    return FaresV1(
        attributes=tuple(fare for fare in attributes.values() if fare.id not in lost),
        rules=tuple(FareRule(*where, contains=tuple(zones)) for where, zones in contains.items()),
        zones={
            ids.prefix + row["stop_id"]: row["zone_id"]
            for _, row in _rows(frames, "stops")
            if row.get("stop_id") and row.get("zone_id")
        },
        agencies={
            ids.prefix + row["route_id"]: row.get("agency_id") or only
            for _, row in _rows(frames, "routes")
            if row.get("route_id")
        },
    )


def _product(row: Row, ids: _Ids) -> FareProduct:
    return FareProduct(
        id=_required(row, "fare_product_id"),
        name=row.get("fare_product_name", ""),
        rider=_known(row, "rider_category_id", ids.riders),
        medium=_known(row, "fare_media_id", ids.media),
        amount=_amount(row, "amount"),
        currency=_currency(row, "currency"),
    )


def _rider(row: Row, _: _Ids) -> RiderCategory:
    is_default = row.get("is_default_fare_category") == "1"
    return RiderCategory(_required(row, "rider_category_id"), row.get("rider_category_name", ""), is_default)


def _medium(row: Row, _: _Ids) -> FareMedium:
    kind = _whole(row, "fare_media_type")
    return FareMedium(_required(row, "fare_media_id"), row.get("fare_media_name", ""), kind or 0)


def _timeframe(row: Row, _: _Ids) -> Timeframe:
    start, end = _clock(row, "start_time", 0), _clock(row, "end_time", 86400)
    if start >= end:
        raise _RowError(f"start_time {row.get('start_time')!r} is not before end_time {row.get('end_time')!r}")
    return Timeframe(_required(row, "timeframe_group_id"), start, end, _required(row, "service_id"))


def _stop_area(row: Row, ids: _Ids) -> tuple[str, str]:
    stop = _known(row, "stop_id", ids.stops, is_required=True)
    return ids.prefix + stop, _required(row, "area_id")


def _network_of_route(row: Row, ids: _Ids) -> tuple[str, str]:
    return ids.prefix + row.get("route_id", ""), row.get("network_id", "")


def _route_network(row: Row, ids: _Ids) -> tuple[str, str]:
    route = _known(row, "route_id", ids.routes, is_required=True)
    return ids.prefix + route, _required(row, "network_id")


def _leg_rule(row: Row, ids: _Ids) -> LegRule:
    return LegRule(
        product=_known(row, "fare_product_id", ids.products, is_required=True),
        group=row.get("leg_group_id", ""),
        network=_known(row, "network_id", ids.networks),
        from_area=_known(row, "from_area_id", ids.areas),
        to_area=_known(row, "to_area_id", ids.areas),
        from_timeframe=_known(row, "from_timeframe_group_id", ids.timeframes),
        to_timeframe=_known(row, "to_timeframe_group_id", ids.timeframes),
        priority=_whole(row, "rule_priority") or 0,
    )


def _join_rule(row: Row, ids: _Ids) -> JoinRule:
    from_stop, to_stop = _known(row, "from_stop_id", ids.stops), _known(row, "to_stop_id", ids.stops)
    return JoinRule(
        from_network=_known(row, "from_network_id", ids.networks),
        to_network=_known(row, "to_network_id", ids.networks),
        from_stop=ids.prefix + from_stop if from_stop else "",
        to_stop=ids.prefix + to_stop if to_stop else "",
    )


def _transfer_rule(row: Row, ids: _Ids) -> TransferRule:
    kind, limit, measured = (_whole(row, f) for f in ("fare_transfer_type", "duration_limit", "duration_limit_type"))
    count = _whole(row, "transfer_count", lowest=-1)
    if kind not in (0, 1, 2):
        raise _RowError(f"fare_transfer_type is {row.get('fare_transfer_type', '')!r}, not 0, 1 or 2")
    if limit is not None and measured not in (0, 1, 2, 3):
        raise _RowError(f"duration_limit_type is {row.get('duration_limit_type', '')!r}, not 0, 1, 2 or 3")
    if count == 0:
        raise _RowError("transfer_count is '0', neither -1 nor 1 or more")
    return TransferRule(
        from_group=_known(row, "from_leg_group_id", ids.leg_groups),
        to_group=_known(row, "to_leg_group_id", ids.leg_groups),
        transfer_type=kind,
        product=_known(row, "fare_product_id", ids.products),
        transfer_count=count,
        duration_limit=limit,
        duration_type=measured or 0,
    )


def _fare_attributes(row: Row, ids: _Ids) -> FareAttributes:
    price = _amount(row, "price")
    if price < 0:
        raise _RowError(f"price is {row['price']!r}, below zero")
    return FareAttributes(
        id=_required(row, "fare_id"),
        price=price,
        currency=_currency(row, "currency_type"),
        payment_method=_whole(row, "payment_method") or 0,
        transfers=_whole(row, "transfers"),
        transfer_duration=_whole(row, "transfer_duration"),
        agency=_known(row, "agency_id", ids.agencies) if len(ids.agencies) > 1 else "",
    )


def _fare_rule(row: Row, ids: _Ids) -> tuple[str, str, str, str, str]:
    route = _known(row, "route_id", ids.routes)
    return (
        _known(row, "fare_id", ids.fares, is_required=True),
        ids.prefix + route if route else "",
        _known(row, "origin_id", ids.zones),
        _known(row, "destination_id", ids.zones),
        _known(row, "contains_id", ids.zones),
    )


def _service_days(frames: Frames, services: set[str], notices: list[Notice]) -> dict[str, tuple[int, ...]]:
    """Days on which the services run that timeframes name, as proleptic ordinals."""
    days: dict[str, set[int]] = {service: set() for service in services}
    if not services:
        return {}
    for service, ordinals in _read(frames, "calendar", _calendar_row, None, notices):
        days.get(service, set()).update(ordinals)
    for service, ordinal, is_added in _read(frames, "calendar_dates", _exception_row, None, notices):
        if service in days:
            (days[service].add if is_added else days[service].discard)(ordinal)
    idle = sorted(service for service, ordinals in days.items() if not ordinals)
    notices += [
        Notice(Severity.WARNING, "timeframes.txt", None, f"service_id {name!r} runs on no day") for name in idle
    ]
    return {service: tuple(sorted(ordinals)) for service, ordinals in sorted(days.items())}


def _calendar_row(row: Row, _: None) -> tuple[str, list[int]]:
    first, last = _date(row, "start_date"), _date(row, "end_date")
    if (last - first).days > LONGEST_CALENDAR_DAYS:
        raise _RowError(f"end_date {row['end_date']!r} is more than {LONGEST_CALENDAR_DAYS} days after start_date")
    runs = [row.get(weekday) == "1" for weekday in WEEKDAYS]
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return _required(row, "service_id"), [day.toordinal() for day in every if runs[day.weekday()]]


def _exception_row(row: Row, _: None) -> tuple[str, int, bool]:
    return _required(row, "service_id"), _date(row, "date").toordinal(), row.get("exception_type") == "1"


Context = TypeVar("Context")


def _read(
    frames: Frames, name: str, parse: Callable[[Row, Context], Record], context: Context, notices: list[Notice]
) -> Iterator[Record]:
    for number, row in _rows(frames, name):
        try:
            record = parse(row, context)
        except _RowError as bad:
            notices.append(Notice(Severity.WARNING, f"{name}.txt", number, str(bad)))
        else:
            yield record


def _rows(frames: Frames, name: str) -> Iterator[tuple[int, Row]]:
    frame = frames.get(name)
    if frame is None or frame.empty:
        return
    columns = _columns(frames, name)
    texts = [frame.iloc[:, n].fillna("").astype(str).str.strip().tolist() for n in range(len(columns))]
    for number, *cells in zip(frame.index.tolist(), *texts, strict=True):
        yield int(number), dict(zip(columns, cells, strict=True))


def _columns(frames: Frames, name: str) -> list[str]:
    frame = frames.get(name)
    return [] if frame is None else [str(column).strip() for column in frame.columns]


def _column(frames: Frames, name: str, column: str) -> frozenset[str]:
    columns = _columns(frames, name)
    if column not in columns:
        return frozenset()
    texts = frames[name].iloc[:, columns.index(column)].fillna("").astype(str).str.strip()
    return frozenset(texts.tolist()) - {""}


def _required(row: Row, field: str) -> str:
    if not row.get(field):
        raise _RowError(f"{field} is missing")
    return row[field]


def _known(row: Row, field: str, ids: frozenset[str], *, is_required: bool = False) -> str:
    value = _required(row, field) if is_required else row.get(field, "")
    if value and value not in ids:
        raise _RowError(f"{field} {value!r} is not in the feed")
    return value


def _amount(row: Row, field: str) -> float:
    try:
        value = float(_required(row, field))
    except ValueError:
        raise _RowError(f"{field} is {row.get(field, '')!r}, not an amount") from None
    if not math.isfinite(value):
        raise _RowError(f"{field} is {row[field]!r}, not an amount")
    return value


def _whole(row: Row, field: str, lowest: int = 0) -> int | None:
    text = row.get(field, "")
    if not text:
        return None
    if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII) or int(text) < lowest:
        raise _RowError(f"{field} is {text!r}, not a whole number of at least {lowest}")
    return int(text)


def _currency(row: Row, field: str) -> str:
    code = _required(row, field)
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise _RowError(f"{field} is {code!r}, not a currency code of three capitals")
    return code


def _clock(row: Row, field: str, otherwise: int) -> int:
    text = row.get(field, "")
    if not text:
        return otherwise
    match = re.fullmatch(r"(\d{1,2}):([0-5]\d):([0-5]\d)", text, re.ASCII)
    seconds = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3]) if match else -1
    if not 0 <= seconds <= 86400:
        raise _RowError(f"{field} is {text!r}, not a time between 00:00:00 and 24:00:00")
    return seconds


def _date(row: Row, field: str) -> date:
    text = _required(row, field)
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        raise _RowError(f"{field} is {text!r}, not a date") from None


def _capped(notices: Iterable[Notice]) -> list[Notice]:
    """The first notices of each kind, then how many more there are."""
    counts: Counter[tuple[str, str]] = Counter()
    kept: list[Notice] = []
    for notice in notices:
        kind = notice.file, re.sub(r"'[^']*'", "…", notice.message)
        counts[kind] += 1
        if counts[kind] <= FULL_NOTICES:
            kept.append(notice)
    more = [(file, text, count - FULL_NOTICES) for (file, text), count in counts.items() if count > FULL_NOTICES]
    return kept + [Notice(Severity.WARNING, file, None, f"{count} more rows: {text}") for file, text, count in more]
