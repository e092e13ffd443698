"""Random fares for small random networks of stops A to E and lines r0 to r3."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from planner.fares import Fares
from planner.fares_transfers import TransferRule
from planner.fares_v1 import FareAttributes, FareRule, FaresV1
from planner.fares_v2 import FareProduct, FaresV2, JoinRule, LegRule, RiderCategory, Timeframe
from planner.footpaths import FORBIDDEN, Footpaths
from planner.journeys import Options
from planner.timetable import Timetable
from tests.planner.questions import Question
from tests.planner.timetables import DAY, clock, timetable

LINES = ("r0", "r1", "r2", "r3")
STOPS = "ABCDE"
NETWORKS = ("m", "n", "")
GROUPS = ("g", "h", "")
PRODUCTS = ("one", "two", "three", "off")
HOUR = 3600


@st.composite
def busy_hours(draw: st.DrawFn) -> Question:
    """Many short ways from A to E within half an hour of 8:00, with walks, changes, in-seat transfers between them."""
    blocks, ends = [], []
    for _ in range(draw(st.integers(4, 6))):
        calls = draw(st.sampled_from(["AC", "ABC", "CE", "CDE", "AB", "BE", "ABD", "DE", "ACE", "BCD", "ECA"]))
        lines = [" ".join(calls)]
        for _ in range(draw(st.integers(1, 3))):
            early = 0 if calls[0] == "A" else 8
            now, times = 8 * HOUR + 60 * (early + draw(st.integers(0, 15))), list[str]()
            ends.append([now, now])
            for _ in calls:
                times.append(clock(now))
                ends[-1][1], now = now, now + 60 * draw(st.integers(1, 5))
            lines.append(" ".join(times))
        blocks.append("\n".join(lines))
    trips = st.integers(0, len(ends) - 1)
    links = [(a, b) for a, b in draw(st.lists(st.tuples(trips, trips), max_size=4)) if ends[a][1] <= ends[b][0]]
    table = with_lines(draw, timetable("\n\n".join(blocks), in_seat=links, places=dict.fromkeys(STOPS, (35.6, 140.0))))
    stops = st.integers(0, len(STOPS) - 1)
    walks = draw(st.lists(st.tuples(stops, stops, st.integers(1, 4)), max_size=4))
    start, end, minutes = (np.array([walk[i] for walk in walks], np.int64) for i in range(3))
    changes = np.array(draw(st.lists(st.sampled_from([0, 0, 0, 60, 60, FORBIDDEN]), min_size=5, max_size=5)))
    near, far = draw(st.sampled_from([[0], [0], [0, 1]])), draw(st.sampled_from([[4], [4], [4, 3]]))
    return Question(
        table, Footpaths.of(start, end, 60 * minutes, changes), np.ones(len(ends), np.bool_), np.ones(5, np.bool_),
        Options.of(near, [0, 120][: len(near)]), Options.of(far, [0, 180][: len(far)]), 2,
    )  # fmt: skip


def with_lines(draw: st.DrawFn, table: Timetable) -> Timetable:
    """The timetable with its trips given to several lines."""
    routes = tuple(replace(table.routes[0], id=line) for line in LINES)
    n = len(table.trips)
    of = draw(st.lists(st.integers(0, len(LINES) - 1), min_size=n, max_size=n))
    return replace(table, routes=routes, trips=replace(table.trips, route=np.array(of, np.int32)))


@st.composite
def fares_v2(draw: st.DrawFn, lines: tuple[str, ...]) -> Fares:
    amounts = st.sampled_from([50.0, 100.0, 150.0, 200.0, 300.0])
    riders = draw(st.sampled_from([(), (RiderCategory("adult", "", True), RiderCategory("child", "", False))]))
    products = []
    for product in PRODUCTS:
        amount = -60.0 if product == "off" else draw(amounts)
        products.append(FareProduct(product, product, "", "", amount, "JPY"))
        if draw(st.booleans()):
            products[-1:] = [
                FareProduct(product, product, "adult" if riders else "", medium, amount + more, "JPY")
                for medium, more in (("ticket", 0.0), ("ic", draw(st.sampled_from([0.0, -4.0, 12.0]))))
            ]
    areas, frames = st.sampled_from(["west", "east", "", ""]), st.sampled_from(["", "", "", "peak"])
    rules = draw(
        st.lists(
            st.builds(
                LegRule, product=st.sampled_from(PRODUCTS[:3]), group=st.sampled_from(GROUPS),
                network=st.sampled_from(NETWORKS), from_area=areas, to_area=areas, from_timeframe=frames,
                to_timeframe=frames, priority=st.integers(0, 1),
            ),
            min_size=1, max_size=7,
        )
    )  # fmt: skip
    transfers = draw(
        st.lists(
            st.builds(
                TransferRule, from_group=st.sampled_from(GROUPS), to_group=st.sampled_from(GROUPS),
                transfer_type=st.integers(0, 2), product=st.sampled_from([*PRODUCTS, "", ""]),
                transfer_count=st.sampled_from([None, -1, 1, 2]),
                duration_limit=st.sampled_from([None, None, None, 600, 1500]), duration_type=st.integers(0, 3),
            ),
            max_size=4,
        )
    )  # fmt: skip
    ends = st.sampled_from(["", "", "", "C"])
    joins = st.builds(JoinRule, st.sampled_from(NETWORKS), st.sampled_from(NETWORKS), ends, ends)
    return Fares(
        lines,
        v2=FaresV2(
            (*rules, *(LegRule("one", "g", network) for network in ("m", "n", ""))),
            draw(st.booleans()),
            tuple(draw(st.lists(joins, max_size=2))),
            tuple(transfers),
            tuple(products),
            riders,
            timeframes=(Timeframe("peak", 8 * HOUR, 8 * HOUR + 1500, "s"),),
            networks={line: draw(st.sampled_from(NETWORKS)) for line in lines},
            areas={stop: draw(st.sampled_from([("west",), ("east",), ("west", "east"), ()])) for stop in STOPS},
            services={"s": tuple(DAY.toordinal() + d for d in (-1, 0, 1))},
        ),
    )


@st.composite
def fares_v1(draw: st.DrawFn, lines: tuple[str, ...]) -> Fares:
    """Fares by zone pairs, lines and zones passed, with transfers and times."""
    attributes = tuple(
        FareAttributes(
            f"f{i}", draw(st.sampled_from([100.0, 150.0, 210.0, 330.0])), "JPY", 0,
            draw(st.sampled_from([0, 1, 2, None, None])), draw(st.sampled_from([None, None, 900])),
            draw(st.sampled_from(["", "", "", "X"])),
        )
        for i in range(draw(st.integers(1, 4)))
    )  # fmt: skip
    zones = st.sampled_from(["1", "2", "", ""])
    rules = draw(
        st.lists(
            st.builds(
                FareRule, st.sampled_from([one.id for one in attributes]), st.sampled_from([*lines, "", ""]), zones,
                zones, st.sampled_from([(), (), (), ("1",), ("1", "2")]),
            ),
            max_size=8,
        )
    )  # fmt: skip
    of = {stop: draw(st.sampled_from(["1", "2", "2"])) for stop in STOPS}
    agencies = {line: draw(st.sampled_from(["X", "Y"])) for line in lines}
    anywhere = tuple(FareRule("f0", line) for line in draw(st.sampled_from([(), lines, lines])))
    return Fares(lines, v1=FaresV1(attributes, (*rules, *anywhere), of, agencies))


@st.composite
def tariffs(draw: st.DrawFn) -> tuple[Fares, ...]:
    """All lines of one feed, or two feeds; sometimes a line of which nobody knows the price."""
    known = LINES if draw(st.integers(0, 3)) else LINES[:3]
    cut = draw(st.sampled_from([len(known), len(known), 2]))
    return tuple(draw(st.one_of(fares_v1(part), fares_v2(part))) for part in (known[:cut], known[cut:]) if part)
