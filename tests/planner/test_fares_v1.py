"""Zone and route fares: which fare holds where, and the cheapest fares for several rides."""

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.fares import Fares, price_legs
from planner.fares_v1 import FareAttributes, FareRule, FaresV1
from tests.planner.fare_journeys import journey, printed

ZONES = {"A": "1", "B": "2", "C": "3", "D": "4"}


def fares(
    attributes: str, rules: str = "", zones: dict[str, str] = ZONES, agencies: dict[str, str] | None = None
) -> tuple[Fares, ...]:
    """Attributes "id price transfers duration agency", rules "fare route origin destination contains"; - is empty."""
    bought = []
    for line in attributes.strip().splitlines():
        id_, price, *rest = (*line.split(), "-", "-", "-")[:5]
        transfers, duration = (None if text == "-" else int(text) for text in rest[:2])
        bought.append(FareAttributes(id_, float(price), "JPY", 0, transfers, duration, rest[2].strip("-")))
    ruled = []
    for line in rules.strip().splitlines():
        *where, contains = (*line.split(), "-", "-", "-")[:5]
        where = ["" if text == "-" else text for text in where]
        ruled.append(FareRule(*where, tuple(zone for zone in contains.split(",") if zone != "-")))
    v1 = FaresV1(tuple(bought), tuple(ruled), zones, agencies or {})
    return (Fares(("r", "s", "t"), v1=v1),)


def price(of: tuple[Fares, ...], legs: str) -> str:
    return printed(price_legs(of, journey(legs)))


def test_distance_fare_is_found_by_its_pair_of_zones() -> None:
    of = fares("short 200 0\nlong 300 0", "short r 1 2\nlong r 1 3")
    assert price(of, "8:00 A -r- C 8:10") == "long[0] 300"


def test_zone_pair_has_a_direction() -> None:
    assert price(fares("short 200 0", "short r 1 2"), "8:00 B -r- A 8:10") == "?"


def test_rule_of_one_row_holds_as_a_whole() -> None:
    of = fares("f 200 0", "f r 1 2\nf s 3 4")
    assert price(of, "8:00 A -r- B 8:10") == "f[0] 200"
    assert price(of, "8:00 A -s- B 8:10") == "?"


def test_platform_has_the_zone_of_its_station() -> None:
    assert price(fares("f 200 0", "f - 1 2"), "8:00 A1@A -r- B2@B 8:10") == "f[0] 200"


def test_fare_without_rules_holds_everywhere() -> None:
    assert price(fares("flat 100 0"), "8:00 A -r- B 8:10") == "flat[0] 100"


def test_fare_of_another_agency_is_not_sold() -> None:
    of = fares("cheap 100 0 - x\ndear 200 0 - y", agencies={"r": "y"})
    assert price(of, "8:00 A -r- B 8:10") == "dear[0] 200"


def test_contained_zones_have_to_be_exactly_the_zones_passed() -> None:
    of = fares("two 200 0\nthree 300 0", "two r - - 1,2\nthree r - - 1,2,3")
    assert price(of, "8:00 A -r/C- B 8:10") == "three[0] 300"
    assert price(of, "8:00 A -r- B 8:10") == "two[0] 200"


def test_transfers_are_counted_up_to_the_limit() -> None:
    of = fares("once 200 1")
    two = "8:00 A -r- B 8:10\nwalk 8:10 8:12\n8:15 B -s- C 8:20"
    assert price(of, two) == "once[0, 2] 200"
    assert price(of, f"{two}\n8:25 C -t- D 8:30") == "once[0] 200, once[2, 3] 200"


def test_staying_seated_is_no_transfer() -> None:
    assert price(fares("none 200 0"), "8:00 A -r- B 8:10\n8:10 B =s= C 8:20") == "none[0, 1] 200"


def test_fare_that_begins_in_the_seat_counts_the_next_boarding_as_a_transfer() -> None:
    of = fares("r 100 0\ns 100 0", "r r\ns s\ns t")
    legs = "8:00 A -r- B 8:10\n8:10 B =s= C 8:20\n8:25 C -t- D 8:30"
    assert price(of, legs) == "r[0] 100, s[1] 100, s[2] 100"


def test_transfer_expires_after_its_duration_from_boarding_to_boarding() -> None:
    of = fares("hour 200 - 3600")
    assert price(of, "8:00 A -r- B 8:50\n9:00 B -s- C 9:30") == "hour[0, 1] 200"
    assert price(of, "8:00 A -r- B 8:50\n9:01 B -s- C 9:30") == "hour[0] 200, hour[1] 200"


def test_transfer_fare_has_to_hold_on_every_route() -> None:
    of = fares("both 200 1\nsingle 150 0", "both r\nboth s\nsingle r\nsingle s\nsingle t")
    assert price(of, "8:00 A -r- B 8:10\n8:15 B -s- C 8:20") == "both[0, 1] 200"
    assert price(of, "8:00 A -r- B 8:10\n8:15 B -t- C 8:20") == "single[0] 150, single[1] 150"


def test_of_equal_prices_one_fare_is_taken_rather_than_two() -> None:
    of = fares("single 200 0\nboth 400 1")
    assert price(of, "8:00 A -r- B 8:10\n8:15 B -s- C 8:20") == "both[0, 1] 400"


def test_one_ride_without_a_fare_makes_the_price_unknown() -> None:
    assert price(fares("f 200 0", "f r"), "8:00 A -r- B 8:10\n8:15 B -s- C 8:20") == "?"


def test_demand_bus_is_priced_by_its_route() -> None:
    assert price(fares("f 300 0", "f r"), "8:00 A ~r~ B 8:20") == "f[0] 300"
    assert price(fares("f 300 0", "f r"), "8:00 A ~s~ B 8:20") == "?"


LINES = ("8:00 A -{}- B 8:10", "8:20 B -{}- C 8:30", "8:40 C -{}- D 8:50", "9:00 D -{}- A 9:10")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3), st.sets(st.sampled_from("rst"), min_size=1)), max_size=4),
    st.lists(st.sampled_from("rst"), min_size=1, max_size=4),
)
def test_price_is_the_least_of_all_ways_to_cut_the_journey(
    sold: list[tuple[int, int, set[str]]], routes: list[str]
) -> None:
    attributes = "\n".join(f"f{n} {amount} {transfers}" for n, (amount, transfers, _) in enumerate(sold))
    rules = "\n".join(f"f{n} {route}" for n, (_, _, on) in enumerate(sold) for route in sorted(on))
    legs = journey("\n".join(line.format(route) for line, route in zip(LINES, routes, strict=False)))
    parts = price_legs(fares(attributes, rules), legs)
    totals = []
    for cuts in (c for k in range(len(routes)) for c in combinations(range(1, len(routes)), k)):
        pieces = [routes[a:b] for a, b in zip((0, *cuts), (*cuts, len(routes)), strict=True)]
        totals += [
            sum(amount for amount, _, _ in chosen)
            for chosen in product(sold, repeat=len(pieces))
            if all(set(p) <= on and len(p) - 1 <= most for p, (_, most, on) in zip(pieces, chosen, strict=True))
        ]
    assert (None if parts is None else sum(p.prices[0].amount for p in parts)) == min(totals, default=None)
    if parts is not None:
        assert [leg for part in parts for leg in part.legs] == list(range(len(routes)))
