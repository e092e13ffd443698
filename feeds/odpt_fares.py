"""Fares of ODPT between two stations as GTFS Fares v2: one price for the ticket, one for the IC card.

References
----------
ODPT API specification 4, 3.3.4 odpt:RailwayFare.
"""

from collections.abc import Sequence

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


def add_fares(dump: Dump, rows: GtfsRows, changes: Sequence[tuple[str, str, str]]) -> None:
    """Write the fares of journeys within one operator, without those of single kinds of trains (odpt:ticketType).

    Parameters
    ----------
    changes : sequence of (str, str, str)
        Operator and two stations of it between which the journey goes on with the same fare.
    """
    stations = {row["stop_id"] for row in rows.tables.get("stops", ())}
    cheapest: dict[tuple[str, str, str], Amounts] = {}
    for located in dump.of("RailwayFare"):
        entry = located.entry
        if entry.get("odpt:ticketType"):
            dump.tell(
                located, "RailwayFare of a kind of train is not used", str(entry["odpt:ticketType"]), Severity.INFO
            )
            continue
        try:
            relation, amounts = _fare(entry, stations)
        except EntryError as error:
            dump.tell(located, "RailwayFare is left out", str(error))
            continue
        known = cheapest.setdefault(relation, amounts)
        if _adult(amounts) < _adult(known):
            cheapest[relation] = amounts
    if cheapest:
        _write(rows, cheapest)
        operators = {operator for operator, _, _ in cheapest}
        for operator, before, after in changes:
            if operator in operators:
                networks = {"from_network_id": operator, "to_network_id": operator}
                rows.add("fare_leg_join_rules", **networks, from_stop_id=before, to_stop_id=after)


def _fare(entry: Entry, stations: set[str]) -> tuple[tuple[str, str, str], Amounts]:
    operator = short_id(entry.get("odpt:operator"))
    origin, target = short_id(entry.get("odpt:fromStation")), short_id(entry.get("odpt:toStation"))
    for station in (origin, target):
        if station not in stations:
            raise EntryError(f"station '{station:.60}' is not in the dump")
    if not operator:
        raise EntryError("odpt:operator is missing")
    amounts = tuple(count(entry, key) for key, _, _ in PRICES)
    if all(amount is None for amount in amounts):
        raise EntryError(f"{origin} to {target} has no price")
    return (operator, origin, target), amounts


def _adult(amounts: Amounts) -> int:
    return min(amount for amount in (amounts[0], amounts[2], *amounts) if amount is not None)


def _write(rows: GtfsRows, fares: dict[tuple[str, str, str], Amounts]) -> None:
    rows.add("rider_categories", rider_category_id="adult", rider_category_name="大人", is_default_fare_category="1")
    rows.add("rider_categories", rider_category_id="child", rider_category_name="小児", is_default_fare_category="0")
    rows.add("fare_media", fare_media_id="ticket", fare_media_name="きっぷ", fare_media_type="1")
    rows.add("fare_media", fare_media_id="ic", fare_media_name="交通系ICカード", fare_media_type="2")
    operators = sorted({operator for operator, _, _ in fares})
    for operator in operators:
        rows.add("networks", network_id=operator, network_name=operator)
        rows.add("fare_leg_join_rules", from_network_id=operator, to_network_id=operator)
    for route in rows.tables.get("routes", ()):
        if route["agency_id"] in operators and route["route_type"] != "3":
            rows.add("route_networks", network_id=route["agency_id"], route_id=route["route_id"])
    for station in sorted({station for _, *pair in fares for station in pair}):
        rows.add("areas", area_id=station, area_name="")
        rows.add("stop_areas", area_id=station, stop_id=station)
    products: dict[Amounts, str] = {}
    for (operator, origin, target), amounts in fares.items():
        if amounts not in products:
            products[amounts] = "-".join("" if amount is None else str(amount) for amount in amounts)
            _add_product(rows, products[amounts], amounts)
        rows.add(
            "fare_leg_rules",
            leg_group_id=operator,
            network_id=operator,
            from_area_id=origin,
            to_area_id=target,
            fare_product_id=products[amounts],
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
