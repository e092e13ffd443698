"""What a ride costs: GTFS Fares v2 rows from the distance tables of the railways and the flat fares of the buses."""

from collections import defaultdict
from collections.abc import Iterator
from math import inf

from feeds.makuhari.timetable import Row, read_table

TICKET, IC, CASH = "ticket", "ic", "cash"
ADULT, CHILD = "adult", "child"
OPERATOR_NETWORKS = {"JR-East": "jr-east", "Keisei": "keisei", "ChibaMonorail": "chiba-monorail"}
# The Matsudo Line keeps a tariff of its own, which the tables do not hold.
SEPARATE_TARIFF = frozenset({"Keisei.Matsudo"})
AUTONOMOUS_LOOP = "autonomous-loop"

ProductRow = tuple[str, str, str, str, int, str]
LegRow = tuple[str, str, str, str, str, int]


def fare_media() -> list[tuple[str, str, int]]:
    """Rows of fare_media.txt: id, name, type of the specification (0 none, 1 paper ticket, 2 transit card)."""
    return [(TICKET, "きっぷ", 1), (IC, "交通系ICカード", 2), (CASH, "現金", 0)]


def rider_categories() -> list[tuple[str, str, int]]:
    """Rows of rider_categories.txt: id, name, whether it is the default."""
    return [(ADULT, "大人", 1), (CHILD, "小児", 0)]


def child_fare(adult_yen: int, medium: str) -> int:
    """Fare of a child: half; on IC fractions of 1 yen are dropped, otherwise it is rounded up to 10 yen.

    Examples
    --------
    >>> child_fare(155, "ic"), child_fare(210, "ticket")
    (77, 110)
    """
    if medium == IC:
        return adult_yen // 2
    return -(-adult_yen // 20) * 10


def networks() -> list[tuple[str, str]]:
    """Rows of networks.txt: one per tariff."""
    rows = [
        ("jr-east", "JR東日本"),
        ("jr-east-limited-express", "JR東日本 特急"),
        ("keisei", "京成電鉄"),
        ("keisei-matsudo", "京成電鉄 松戸線"),
        ("chiba-monorail", "千葉都市モノレール"),
    ]
    return rows + [(_bus_network(row), row["long_name"]) for row in read_table("bus_routes.csv")]


def route_networks() -> list[tuple[str, str]]:
    """Rows of route_networks.txt: which tariff a route belongs to."""
    rail = [(row["network_id"], row["route_id"]) for row in read_table("rail_routes.csv")]
    return rail + [(_bus_network(row), row["route_id"]) for row in read_table("bus_routes.csv")]


def areas() -> list[tuple[str, str]]:
    """Rows of areas.txt: one area per railway station, by its parent station, and those of section fares."""
    names = {row["parent"]: row["name_ja"] for row in _tariff_stations()}
    bus = {row["stop_id"]: row["name_ja"] for row in read_table("bus_stops.csv")}
    names |= {stop: bus[stop] for stop in _section_stops()}
    return list(names.items())


def stop_areas() -> list[tuple[str, str]]:
    """Rows of stop_areas.txt: every platform in the area of its station."""
    rail = [(row["parent"], row["stop_id"]) for row in _tariff_stations()]
    return rail + [(stop, stop) for stop in _section_stops()]


def fare_products() -> Iterator[ProductRow]:
    """Rows of fare_products.txt: one price per product, rider and medium, in yen."""
    for row in read_table("rail_fares.csv"):
        prices = {TICKET: int(row["ticket_yen"]), IC: int(row["ic_yen"])}
        yield from _prices(_band_product(row), f"{row['km_from']}-{row['km_to']} km", prices)
    for row in read_table("bus_routes.csv"):
        if row["route_id"] == AUTONOMOUS_LOOP:
            yield AUTONOMOUS_LOOP, "無料", "", "", 0, "JPY"
            continue
        yield from _prices(_bus_network(row), row["long_name"], _bus_prices(row))
    for row in read_table("bus_sections.csv"):
        yield from _prices(row["section_id"], row["name_ja"], _bus_prices(row))


def fare_leg_rules() -> Iterator[LegRow]:
    """Rows of fare_leg_rules.txt: network, areas, product, priority (a section fare beats the flat one)."""
    for operator, network in OPERATOR_NETWORKS.items():
        bands = [row for row in read_table("rail_fares.csv") if row["network_id"] == network]
        for (a, b), km in sorted(distances(operator).items()):
            band = next(row for row in bands if int(row["km_from"]) <= km <= int(row["km_to"]))
            yield network, network, f"{operator}.{a}", f"{operator}.{b}", _band_product(band), 1
    for row in read_table("bus_routes.csv"):
        network = _bus_network(row)
        yield network, network, "", "", (AUTONOMOUS_LOOP if row["route_id"] == AUTONOMOUS_LOOP else network), 1
    for row in read_table("bus_sections.csv"):
        network = "bus-" + row["route_id"]
        yield network, network, row["from"], row["to"], row["section_id"], 2
        yield network, network, row["to"], row["from"], row["section_id"], 2


def fare_leg_join_rules() -> list[tuple[str, str, str, str]]:
    """Rows of fare_leg_join_rules.txt: a change inside one station of a railway does not end the fare."""
    parents = dict.fromkeys((row["stop_id"].split(".")[0], row["parent"]) for row in _tariff_stations())
    return [(OPERATOR_NETWORKS[op], OPERATOR_NETWORKS[op], parent, parent) for op, parent in parents]


def distances(operator: str) -> dict[tuple[str, str], int]:
    """Fare distances between any two stations of a railway: shortest way over the km posts, rounded up to km."""
    tenths: dict[tuple[str, str], float] = defaultdict(lambda: inf)
    for row in read_table("rail_distances.csv"):
        if row["operator"] == operator:
            metres = round(float(row["km"]) * 10)
            tenths[row["from"], row["to"]] = tenths[row["to"], row["from"]] = metres
    stations = sorted({station for pair in tenths for station in pair})
    for via in stations:
        for a in stations:
            for b in stations:
                tenths[a, b] = min(tenths[a, b], tenths[a, via] + tenths[via, b])
    return {(a, b): -(-int(tenths[a, b]) // 10) for a in stations for b in stations if a != b}


def _tariff_stations() -> list[Row]:
    return [row for row in read_table("rail_stations.csv") if row["line_id"] not in SEPARATE_TARIFF]


def _section_stops() -> list[str]:
    return sorted({row[end] for row in read_table("bus_sections.csv") for end in ("from", "to")})


def _band_product(row: Row) -> str:
    return f"{row['network_id']}-{row['km_from']}-{row['km_to']}km"


def _bus_network(row: Row) -> str:
    return "bus-" + row["route_id"]


def _bus_prices(row: Row) -> dict[str, int]:
    return {CASH: int(row["cash_yen"]), IC: int(row["ic_yen"])}


def _prices(product: str, name: str, prices: dict[str, int]) -> Iterator[ProductRow]:
    for medium, yen in prices.items():
        yield product, name, ADULT, medium, yen, "JPY"
        yield product, name, CHILD, medium, child_fare(yen, medium), "JPY"
