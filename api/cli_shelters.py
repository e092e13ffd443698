"""`kaiteki shelters`: the nearest open shelters on foot."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.text import Text

from api.cli_network import network_folder
from api.cli_plan import known_language, notes_of
from api.cli_words import located
from api.messages import Catalogue, catalogue, clock, day_text, distance, duration, language_of, reason_text
from api.shelters import FoundShelter, found_shelter, name_of, wanted_shelters
from api.times import moment_of
from feeds.shelters import MAKUHARI_SHELTERS
from planner.ends import end_of
from planner.errors import RequestError
from planner.geocoding import place_index
from planner.network import open_network
from planner.reasons import InputField, RoutingError
from planner.shelters import ShelterWay, nearest_shelters

KINDS = "Only of this kind (designated_shelter, tsunami_building, stranded_commuters, …); may be given again."
TABLE = "Table with id, name_ja, lat, lon, kind and maybe name_en, floors, opening_hours; default: Makuhari's."


def shelters(  # noqa: PLR0913, PLR0917
    place: Annotated[str, typer.Argument(metavar="PLACE", help="A name, a stop id or lat,lon.")],
    wheelchair: Annotated[bool, typer.Option("--wheelchair", help="Ways for a wheelchair only.")] = False,
    count: Annotated[int, typer.Option(min=1, max=100, metavar="N", help="So many.")] = 3,
    kind: Annotated[list[str] | None, typer.Option(metavar="KIND", help=KINDS)] = None,
    depart: Annotated[str | None, typer.Option(metavar="T", help="When one sets out; default: now.")] = None,
    table: Annotated[Path | None, typer.Option("--shelters", metavar="FILE.csv", help=TABLE)] = None,
    network: Annotated[Path | None, typer.Option(help="Folder made by kaiteki build; default: Makuhari.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print ways and steps too, as JSON.")] = False,
    lang: Annotated[str | None, typer.Option(help="Language, ja or en; default: the environment's.")] = None,
) -> None:
    """The nearest open shelters and tsunami buildings on foot, with stairs on the way, floors and hours where known.

    [bold]Example[/bold]

    kaiteki shelters 海浜幕張駅 --wheelchair --count 5 --kind designated_shelter
    """
    words = catalogue(language_of(os.environ) if lang is None else known_language(lang))
    opened = open_network(network_folder(network))
    if opened.snapshot.street_side is None:
        raise RequestError("--network", "--network: this network has no streets to walk on.")
    wanted = wanted_shelters(opened, table or MAKUHARI_SHELTERS, kind or ())
    now = datetime.now(UTC).astimezone(opened.zone).replace(microsecond=0)
    when = now if depart is None else moment_of(depart, opened.zone, now, "--depart")
    location = located(opened, place_index(opened.snapshot.places), place, "PLACE", words)
    end = end_of(opened, location, InputField.FROM, (words.language,))
    if isinstance(end, RoutingError):
        raise RequestError("PLACE", f"PLACE: {reason_text(words, end)}")
    found = nearest_shelters(opened, end, wanted, when, count, in_wheelchair=wheelchair)
    if as_json:
        body = [found_shelter(one, when, words.language) for one in found]
        typer.echo(TypeAdapter(list[FoundShelter]).dump_json(body).decode())
    else:
        _print(words, end.place.name, found, when, notes_of(opened, words))
    if not found:
        typer.echo(words.text("shelters.none"), err=True)
        raise typer.Exit(1)


def _print(words: Catalogue, origin: str, found: Sequence[ShelterWay], when: datetime, notes: Sequence[str]) -> None:
    console = Console()
    console.print(Text(words.text("shelters.headline", place=origin, date=day_text(words, when.date())), style="bold"))
    for number, one in enumerate(found, 1):
        values = {
            "name": name_of(one.shelter, words.language),
            "duration": duration(words, one.path.seconds),
            "distance": distance(words, one.path.metres),
            "arrival": clock(one.arrival, when.date()),
        }
        console.print(Text(f"{number:>2}  {words.text('shelters.way', **values)}", style="bold"))
        console.print(Text(f"    {_facts(words, one)}"))
    for note in (words.text("shelters.note"), *notes):
        console.print(Text(note, style="dim"))


def _facts(words: Catalogue, one: ShelterWay) -> str:
    shelter, key = one.shelter, f"shelters.{one.shelter.kind}"
    floors = words.text("shelters.floors", floors=shelter.floors) if shelter.floors else ""
    parts = [
        words.text(key) if words.has(key) else shelter.kind,
        words.text("shelters.stairs", count=one.stairs) if one.stairs else words.text("shelters.no_stairs"),
        floors or words.text("shelters.floors_unknown"),
        words.text("shelters.hours", hours=shelter.hours_text)
        if shelter.hours_text
        else words.text("shelters.hours_unknown"),
        words.text("shelters.authored") if shelter.confidence == "authored" else "",
    ]
    return " · ".join(part for part in parts if part)
