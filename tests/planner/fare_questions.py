"""Random fares for small random networks of stops A to E and lines r0 to r3, thrown with dice so that few are empty."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np

from planner.fares import Fares
from planner.fares_passes import RidePass
from planner.fares_transfers import TransferRule
from planner.fares_v1 import FareAttributes, FareRule, FaresV1
from planner.fares_v2 import FareProduct, FaresV2, JoinRule, LegRule, RiderCategory, Timeframe
from planner.footpaths import FORBIDDEN, Footpaths
from planner.journeys import Options
from planner.price_search import OnFoot
from planner.timetable import Timetable
from tests.planner.questions import Question
from tests.planner.timetables import DAY, clock, timetable

LINES = ("r0", "r1", "r2", "r3")
STOPS = "ABCDE"
NETWORKS = ("m", "n", "")
GROUPS = ("g", "h", "")
PRODUCTS = ("one", "two", "three", "off")
HOUR = 3600
STAGES = (("AB", "AC", "ABC", "ABD"), ("BD", "CD", "BCD", "CBE"), ("DE", "DE", "BDE", "CE"))
"""Ways of lines: from A nearly everybody changes at B, C or D to come to E."""


def busy_hour(dice: Random) -> Question:
    """Many ways from A to E around 8:00, in one to three vehicles, some of which go on as others."""
    blocks, ends = [], []
    for stage, ways in enumerate(STAGES):
        for calls in dice.choices(ways, k=dice.randint(1, 3)):
            lines = [" ".join(calls)]
            for _ in range(dice.randint(1, 3)):
                now, times = 8 * HOUR + 60 * (7 * stage + dice.randint(0, 8)), list[str]()
                ends.append([now, now])
                for _ in calls:
                    times.append(clock(now))
                    ends[-1][1], now = now, now + 60 * dice.randint(1, 4)
                lines.append(" ".join(times))
            blocks.append("\n".join(lines))
    links = [dice.sample(range(len(ends)), 2) for _ in range(dice.randint(0, 4))]
    links = [(a, b) for a, b in links if ends[a][1] <= ends[b][0]]
    table = timetable("\n\n".join(blocks), in_seat=links, places=dict.fromkeys(STOPS, (35.6, 140.0)))
    walks = [(dice.randint(0, 3), dice.randint(1, 4), dice.randint(1, 4)) for _ in range(dice.randint(0, 3))]
    start, end, minutes = (np.array([walk[i] for walk in walks], np.int64) for i in range(3))
    changes = np.array(dice.choices([0, 0, 0, 60, 60, FORBIDDEN], k=5))
    near, far = dice.choice([[0], [0], [0, 1]]), dice.choice([[4], [4], [4, 3]])
    return Question(
        with_lines(dice, table), Footpaths.of(start, end, 60 * minutes, changes), np.ones(len(ends), np.bool_),
        np.ones(5, np.bool_), Options.of(near, [0, 120][: len(near)]), Options.of(far, [0, 180][: len(far)]), 2,
    )  # fmt: skip


def with_lines(dice: Random, table: Timetable) -> Timetable:
    """The timetable with its trips given to several lines."""
    routes = tuple(replace(table.routes[0], id=line) for line in LINES)
    of = dice.choices(range(len(LINES)), k=len(table.trips))
    return replace(table, routes=routes, trips=replace(table.trips, route=np.array(of, np.int32)))


def tariffs(dice: Random) -> tuple[Fares, ...]:
    """All lines of one feed, or two feeds; sometimes a line of which nobody knows the price."""
    known = LINES if dice.randint(0, 5) else LINES[:3]
    cut = dice.choice([len(known), len(known), 2])
    return tuple(dice.choice([fares_v1, fares_v2, fares_v2])(dice, part) for part in (known[:cut], known[cut:]) if part)


def a_pass(dice: Random) -> RidePass:
    """A pass for some lines, whole or between two to four stops."""
    stations = dice.choice([None, *(frozenset(dice.sample(STOPS, k)) for k in (2, 3, 4))])
    return RidePass("pass", frozenset(dice.sample(LINES, dice.randint(1, 4))), stations)


def on_foot(dice: Random, question: Question) -> tuple[Question, OnFoot]:
    """The same with many walks beside the lines, more or less of which is on foot, and not much of it may be."""
    pairs = [dice.sample(range(5), 2) for _ in range(dice.randint(3, 9))]
    start, end = (np.array([pair[i] for pair in pairs], np.int64) for i in (0, 1))
    seconds = np.array([60 * dice.randint(0, 4) for _ in pairs], np.int64)
    question = replace(question, footpaths=Footpaths.of(start, end, seconds, question.footpaths.change_s))
    parts = (question.access.seconds, question.egress.seconds, question.footpaths.seconds)
    walked = (np.array([dice.choice([0, 60, 120, 180]) for _ in part], np.int32) for part in parts)
    return question, OnFoot(dice.choice([0, 60, 120, 180, 240, 300]), *walked)


def fares_v2(dice: Random, lines: Sequence[str]) -> Fares:
    """Leg rules by network, area and hour, with all kinds of transfer rules."""
    riders = dice.choice([(), (RiderCategory("adult", "", True), RiderCategory("child", "", False))])
    is_timed = dice.random() < 0.4
    rules = [_leg_rule(dice, is_timed) for _ in range(dice.randint(1, 5))]
    rules += [LegRule(dice.choice(PRODUCTS[:3]), dice.choice(GROUPS), network) for network in NETWORKS]
    return Fares(
        tuple(lines),
        v2=FaresV2(
            tuple(rules),
            dice.random() < 0.5,
            tuple(_join_rule(dice) for _ in range(dice.choice([0, 0, 1, 2]))),
            tuple(_transfer_rule(dice, is_timed) for _ in range(dice.choice([0, 1, 2, 3, 4]))),
            tuple(row for product in PRODUCTS for row in _rows(dice, product, "adult" if riders else "")),
            riders,
            timeframes=(Timeframe("peak", 8 * HOUR, 8 * HOUR + 720, "s"),) if is_timed else (),
            networks={line: dice.choice(NETWORKS) for line in lines},
            areas={stop: dice.choice([("west",), ("east",), ("west", "east"), ()]) for stop in STOPS},
            services={"s": tuple(DAY.toordinal() + d for d in (-1, 0, 1))},
        ),
    )


def _rows(dice: Random, product: str, rider: str) -> list[FareProduct]:
    amount = -60.0 if product == "off" else dice.choice([50.0, 100.0, 150.0, 200.0, 300.0])
    if dice.random() < 0.6:
        return [FareProduct(product, product, "", "", amount, "JPY")]
    media = (("ticket", 0.0), ("ic", dice.choice([0.0, -4.0, 12.0])))
    return [FareProduct(product, product, rider, medium, amount + more, "JPY") for medium, more in media]


def _leg_rule(dice: Random, is_timed: bool) -> LegRule:
    areas = dice.choices(["west", "east", "", ""], k=2)
    frames = dice.choices(["", "", "peak"], k=2) if is_timed else ["", ""]
    return LegRule(
        dice.choice(PRODUCTS[:3]), dice.choice(GROUPS), dice.choice(NETWORKS), *areas, *frames, dice.randint(0, 1)
    )


def _join_rule(dice: Random) -> JoinRule:
    return JoinRule(*dice.choices(NETWORKS, k=2), *dice.choices(["", "", "", "B", "C"], k=2))


def _transfer_rule(dice: Random, is_timed: bool) -> TransferRule:
    limit = dice.choice([None, 420, 900]) if is_timed else None
    return TransferRule(
        *dice.choices(GROUPS, k=2), dice.randint(0, 2), dice.choice([*PRODUCTS, "", ""]),
        dice.choice([None, -1, 1, 2]), limit, dice.randint(0, 3),
    )  # fmt: skip


def fares_v1(dice: Random, lines: Sequence[str]) -> Fares:
    """Fares by zone pairs, lines and zones passed, with transfers and times."""
    limits = [None, None, 600] if dice.random() < 0.3 else [None]
    attributes = tuple(
        FareAttributes(
            f"f{i}", dice.choice([100.0, 150.0, 210.0, 330.0]), "JPY", 0, dice.choice([0, 1, 2, None, None]),
            dice.choice(limits), dice.choice(["", "", "", "X"]),
        )
        for i in range(dice.randint(2, 4))
    )  # fmt: skip
    rules = [_zone_rule(dice, len(attributes), lines) for _ in range(dice.randint(0, 8))]
    rules += [FareRule("f0", line) for line in dice.choice([(), lines, lines])]
    zones = {stop: dice.choice("123") for stop in STOPS}
    return Fares(
        tuple(lines), v1=FaresV1(attributes, tuple(rules), zones, {line: dice.choice("XXY") for line in lines})
    )


def _zone_rule(dice: Random, n_fares: int, lines: Sequence[str]) -> FareRule:
    contains = dice.choice([(), (), (), (), ("1",), ("1", "2"), ("1", "2", "3")])
    ends = dice.choices(["1", "2", "3", "", ""], k=2)
    return FareRule(f"f{dice.randrange(n_fares)}", dice.choice([*lines, "", "", ""]), *ends, contains)
