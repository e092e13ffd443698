"""Fares of ODPT between two stations or poles as GTFS Fares v2: one price for the ticket, one for the IC card.

References
----------
ODPT API specification 4, 3.3.4 odpt:RailwayFare, 4.3 odpt:BusroutePatternFare.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from feeds.gbfs_fields import Entry, EntryError, count
from feeds.notices import Severity
from feeds.odpt_dump import Dump, short_id
from feeds.odpt_tables import GtfsRows

# Key of ODPT, rider category, medium.
PRICES = (
    ("odpt:ticketFare", "adult", "ticket"),
    ("odpt:childTicketFare", "child", "ticket"),
    ("odpt:icCardFare", "adult", "ic"),
    ("odpt:childIcCardFare", "child", "ic"),
)

Amounts = tuple[int | None, ...]
Relations = dict[tuple[str, str, str], Amounts]


@dataclass(frozen=True, slots=True)
class FareKind:
    """Where ODPT writes the fares of a means of transport; the operator's network of fares ends in `suffix`."""

    type: str
    origin: str
    target: str
    suffix: str = ""


RAIL = FareKind("RailwayFare", "odpt:fromStation", "odpt:toStation")
BUS = FareKind("BusroutePatternFare", "odpt:fromBusstopPole", "odpt:toBusstopPole", "/bus")

BUS_ROUTE_TYPE = "3"


def add_fares(dump: Dump, rows: GtfsRows, changes: Sequence[tuple[str, str, str]]) -> None:
    """Write the fares of journeys within one operator, without those of single kinds of trains (odpt:ticketType).

    Parameters
    ----------
    changes : sequence of (str, str, str)
        Operator and two stations of it between which the journey goes on with the same fare.
    """
    rail, bus = (_cheapest(dump, rows, kind) for kind in (RAIL, BUS))
    if rail or bus:
        _add_payers(rows)
    if rail:
        _write(rows, rail, RAIL)
        operators = {operator for operator, _, _ in rail}
        for operator in sorted(operators):
            rows.add("fare_leg_join_rules", from_network_id=operator, to_network_id=operator)
        for operator, before, after in changes:
            if operator in operators:
                networks = {"from_network_id": operator, "to_network_id": operator}
                rows.add("fare_leg_join_rules", **networks, from_stop_id=before, to_stop_id=after)
    if bus:
        _write(rows, bus, BUS)


def _cheapest(dump: Dump, rows: GtfsRows, kind: FareKind) -> Relations:
    """Prices by operator, origin and target; of several, such as those of two bus routes, the cheapest."""
    stops = {row["stop_id"] for row in rows.tables.get("stops", ())}
    cheapest: Relations = {}
    for located in dump.of(kind.type):
        entry = located.entry
        if entry.get("odpt:ticketType"):
            what = f"{kind.type} of a kind of train is not used"
            dump.tell(located, what, str(entry["odpt:ticketType"]), Severity.INFO)
            continue
        try:
            relation, amounts = _fare(entry, kind, stops)
        except EntryError as error:
            dump.tell(located, f"{kind.type} is left out", str(error))
            continue
        known = cheapest.setdefault(relation, amounts)
        if _adult(amounts) < _adult(known):
            cheapest[relation] = amounts
    return cheapest


def _fare(entry: Entry, kind: FareKind, stops: set[str]) -> tuple[tuple[str, str, str], Amounts]:
    operator = short_id(entry.get("odpt:operator"))
    origin, target = short_id(entry.get(kind.origin)), short_id(entry.get(kind.target))
    for stop in (origin, target):
        if stop not in stops:
            raise EntryError(f"{'station' if kind is RAIL else 'pole'} '{stop:.60}' is not in the dump")
    if not operator:
        raise EntryError("odpt:operator is missing")
    amounts = tuple(count(entry, key) for key, _, _ in PRICES)
    if all(amount is None for amount in amounts):
        raise EntryError(f"{origin} to {target} has no price")
    return (operator, origin, target), amounts


def _adult(amounts: Amounts) -> int:
    return min(amount for amount in (amounts[0], amounts[2], *amounts) if amount is not None)


def _add_payers(rows: GtfsRows) -> None:
    rows.add("rider_categories", rider_category_id="adult", rider_category_name="大人", is_default_fare_category="1")
    rows.add("rider_categories", rider_category_id="child", rider_category_name="小児", is_default_fare_category="0")
    rows.add("fare_media", fare_media_id="ticket", fare_media_name="きっぷ", fare_media_type="1")
    rows.add("fare_media", fare_media_id="ic", fare_media_name="交通系ICカード", fare_media_type="2")


def _write(rows: GtfsRows, fares: Relations, kind: FareKind) -> None:
    operators = sorted({operator for operator, _, _ in fares})
    for operator in operators:
        rows.add("networks", network_id=operator + kind.suffix, network_name=operator)
    for route in rows.tables.get("routes", ()):
        if route["agency_id"] in operators and (route["route_type"] == BUS_ROUTE_TYPE) == (kind is BUS):
            rows.add("route_networks", network_id=route["agency_id"] + kind.suffix, route_id=route["route_id"])
    for stop in sorted({stop for _, *pair in fares for stop in pair}):
        rows.add("areas", area_id=stop, area_name="")
        rows.add("stop_areas", area_id=stop, stop_id=stop)
    products = {row["fare_product_id"] for row in rows.tables.get("fare_products", ())}
    for (operator, origin, target), amounts in fares.items():
        product = "-".join("" if amount is None else str(amount) for amount in amounts)
        if product not in products:
            products.add(product)
            _add_product(rows, product, amounts)
        rows.add(
            "fare_leg_rules",
            leg_group_id=operator + kind.suffix,
            network_id=operator + kind.suffix,
            from_area_id=origin,
            to_area_id=target,
            fare_product_id=product,
        )


def _add_product(rows: GtfsRows, product: str, amounts: Amounts) -> None:
    for (_, rider, medium), amount in zip(PRICES, amounts, strict=True):
        if amount is not None:
            rows.add(
                "fare_products",
                fare_product_id=product,
                fare_product_name="片道",
                rider_category_id=rider,
                fare_media_id=medium,
                amount=str(amount),
                currency="JPY",
            )
