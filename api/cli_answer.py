"""An answer as a person reads it in a terminal: one block an itinerary, one row a leg."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import assert_never

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.crowd_words import advice_lines, crowd_lines
from api.messages import Catalogue, clock, day_text, distance, duration, money, reason_text
from planner.model import (
    Answer,
    FlexLeg,
    Itinerary,
    Leg,
    Mode,
    Place,
    RentalLeg,
    Step,
    StreetLeg,
    TaxiLeg,
    TransitLeg,
    mode_of,
)
from planner.prices import Price
from planner.ranking import cost_of
from planner.request import PlanRequest

LINE = 80
"""Columns that are read comfortably; a narrower terminal gets what it has."""

MARGIN, TIME_WIDTH = 4, 13
ON_ROADS = frozenset({Mode.BUS, Mode.COACH})
"""Modes whose stops are no stations and whose platforms are bays."""


def print_answer(
    console: Console,
    words: Catalogue,
    answer: Answer,
    found: Sequence[Itinerary],
    notes: Sequence[str] = (),
    steps: bool = False,
) -> None:
    """Print the itineraries `found` in their order, the reason where there is none, and `notes` at the end."""
    if found:
        day = min(itinerary.start for itinerary in found).date()
        console.print(Text(_headline(words, answer, day), style="bold"))
    for number, itinerary in enumerate(found, 1):
        console.print()
        console.print(Text(f"{number:>2}  {_summary(words, itinerary, day)}", style="bold"))
        for line in crowd_lines(words, itinerary):
            console.print(Padding(Text(line, style="yellow"), (0, 0, 0, MARGIN)))
        _print_legs(console, words, itinerary, day, with_headings=number == 1, steps=steps)
    is_there = answer.reason is not None and "already_at" in answer.reason.details
    if not found and not is_there:
        console.print(words.text("notes.nothing_found"))
    if answer.reason is not None:
        console.print(Text(reason_text(words, answer.reason), style="yellow"))
    for line in advice_lines(words, answer):
        console.print(Text(f"\n{line}", style="bold yellow"))
    if notes:
        console.print()
    for note in notes:
        console.print(Text(note, style="dim"))


def _print_legs(
    console: Console, words: Catalogue, itinerary: Itinerary, day: date, *, with_headings: bool, steps: bool
) -> None:
    for previous, leg in zip((None, *itinerary.legs), itinerary.legs, strict=False):
        table = _leg_table(words, previous, leg, day, with_headings=with_headings and previous is None)
        table.width = min(LINE, console.width) - MARGIN
        console.print(Padding(table, (0, 0, 0, MARGIN)))
        for step in _steps(leg) if steps else ():
            text = Text(f"· {_step_text(words, step)}", style="dim")
            console.print(Padding(text, (0, 0, 0, MARGIN + TIME_WIDTH + 2)))


def ranked(answer: Answer, request: PlanRequest) -> list[Itinerary]:
    """Direct and scheduled itineraries together as a traveller compares them: by time, effort and price."""
    return sorted((*answer.itineraries, *answer.direct), key=lambda it: cost_of(it, request.time, request.arrive_by))


def leg_lines(words: Catalogue, itinerary: Itinerary) -> list[str]:
    """One line of plain text a leg: times, means, from and to."""
    day = itinerary.start.date()
    return [f"{_times(words, leg, day)}  {_how(words, leg, day)}  {_way(words, leg)}" for leg in itinerary.legs]


def _leg_table(words: Catalogue, previous: Leg | None, leg: Leg, day: date, *, with_headings: bool) -> Table:
    """Table of one row, so that a leg's steps can follow it over the whole width."""
    table = Table(
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        header_style="dim",
        show_header=with_headings,
    )
    table.add_column(words.text("headers.time"), width=TIME_WIDTH, no_wrap=True)
    table.add_column(words.text("headers.how"), ratio=5, overflow="fold")
    table.add_column(words.text("headers.way"), ratio=4, overflow="fold")
    goes_on = previous is not None and previous.destination.name == leg.origin.name and not leg.origin.track
    way = f"→\u00a0{_end_text(words, leg.destination, 'leg.end', leg)}" if goes_on else _way(words, leg)
    table.add_row(_times(words, leg, day), Text(_how(words, leg, day)), Text(way))
    return table


def _headline(words: Catalogue, answer: Answer, day: date) -> str:
    origin = answer.origin.name or words.text("leg.start")
    destination = answer.destination.name or words.text("leg.end")
    return words.text("headers.journey", origin=origin, destination=destination, date=day_text(words, day))


def _summary(words: Catalogue, itinerary: Itinerary, day: date) -> str:
    parts = [
        words.text("summary.times", start=clock(itinerary.start, day), end=clock(itinerary.end, day)),
        duration(words, itinerary.duration_s),
        _changes(words, itinerary),
        _price_text(words, itinerary),
        words.text("summary.walk", distance=distance(words, itinerary.walk_m)) if itinerary.walk_m >= 1 else "",
        words.text("summary.co2", grams=round(itinerary.co2_g)),
    ]
    return "  ".join(part for part in parts if part)


def _changes(words: Catalogue, itinerary: Itinerary) -> str:
    if itinerary.is_direct:
        return words.text("summary.direct")
    return words.counted("summary.transfers", itinerary.transfers)


def _price_text(words: Catalogue, itinerary: Itinerary) -> str:
    return price_text(words, itinerary.price("adult", "ic"), itinerary.price("adult", "ticket"))


def price_text(words: Catalogue, ic: Price | None, ticket: Price | None) -> str:
    """What is paid by IC card, and by ticket where that is another amount."""
    if ic is None:
        return words.text("summary.price_unknown")
    if ic.amount == 0:
        return words.text("summary.price_free")
    if ticket is None or ticket.amount == ic.amount:
        return money(words, ic)
    return words.text("summary.price_and_ticket", amount=money(words, ic), ticket=money(words, ticket))


def _times(words: Catalogue, leg: Leg, day: date) -> str:
    return words.text("summary.times", start=clock(leg.start, day), end=clock(leg.end, day))


def _how(words: Catalogue, leg: Leg, day: date) -> str:
    match leg:
        case StreetLeg():
            return _street_text(words, "leg.street", leg, mode=words.text(f"modes.{leg.mode}"))
        case RentalLeg():
            vehicle = words.text(f"vehicles.{leg.form_factor}")
            return _street_text(words, "leg.rental", leg, vehicle=vehicle, system=leg.system_name)
        case TaxiLeg():
            return _street_text(words, "leg.taxi", leg, mode=words.text("modes.TAXI"))
        case TransitLeg():
            return _transit_text(words, leg)
        case FlexLeg():
            return _flex_text(words, leg, day)
        case _:
            assert_never(leg)


def _street_text(words: Catalogue, key: str, leg: StreetLeg | RentalLeg | TaxiLeg, **values: str) -> str:
    seconds = (leg.end - leg.start).total_seconds()
    return words.text(key, duration=duration(words, seconds), distance=distance(words, leg.distance_m), **values)


def _transit_text(words: Catalogue, leg: TransitLeg) -> str:
    parts = [leg.route_short_name or leg.route_long_name or words.text(f"modes.{leg.mode}")]
    if leg.headsign:
        parts.append(words.text("leg.towards", headsign=leg.headsign))
    if leg.stays_seated:
        parts.append(words.text("leg.stays_seated"))
    if leg.headway_s:
        parts.append(words.text("leg.headway", minutes=round(leg.headway_s / 60)))
    key = "leg.road_stops_between" if leg.mode in ON_ROADS else "leg.stops_between"
    parts.append(words.counted(key, len(leg.calls)))
    return " · ".join(parts)


def _flex_text(words: Catalogue, leg: FlexLeg, day: date) -> str:
    window = {"start": clock(leg.pickup_window[0], day), "end": clock(leg.pickup_window[1], day)}
    parts = [
        words.text("leg.flex", mode=words.text("modes.FLEX"), route=leg.route_name),
        words.text("leg.flex_window", **window),
    ]
    if leg.book_until is not None:
        opens = "" if leg.book_from is None else clock(leg.book_from, day)
        key = "leg.flex_book_between" if opens else "leg.flex_book_until"
        parts.append(words.text(key, opens=opens, moment=clock(leg.book_until, day)))
    if leg.booking is not None and leg.booking.phone_number:
        parts.append(words.text("leg.flex_phone", phone=leg.booking.phone_number))
    return " · ".join(parts)


def _way(words: Catalogue, leg: Leg) -> str:
    origin = _end_text(words, leg.origin, "leg.start", leg)
    return f"{origin} → {_end_text(words, leg.destination, 'leg.end', leg)}"


def _end_text(words: Catalogue, place: Place, unnamed: str, leg: Leg) -> str:
    name = place.name or words.text(unnamed)
    platform = "leg.bay" if mode_of(leg) in ON_ROADS else "leg.platform"
    return f"{name} ({words.text(platform, track=place.track)})" if place.track else name


def _steps(leg: Leg) -> Iterable[Step]:
    return leg.steps if isinstance(leg, StreetLeg | RentalLeg) else ()


def _step_text(words: Catalogue, step: Step) -> str:
    turn, metres = words.text(f"steps.{step.turn}"), distance(words, step.distance_m)
    if step.from_level != step.to_level:
        levels = {"from_level": f"{step.from_level:g}", "to_level": f"{step.to_level:g}"}
        return words.text("steps.between_levels", turn=turn, distance=metres, **levels)
    if not step.street:
        return words.text("steps.unnamed", turn=turn, distance=metres)
    return words.text("steps.on_street", turn=turn, street=step.street, distance=metres)
