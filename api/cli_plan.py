"""`kaiteki plan`: itineraries on the terminal, as JSON, on a map, in a calendar."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from api.cli_answer import print_answer
from api.cli_crowds import crowds_asked
from api.cli_fares import fare_lines, fare_wishes, priced
from api.cli_network import attributions, network_folder
from api.cli_reliability import observed_delays, reliability_lines
from api.cli_wishes import NO_WISHES, Wishes, in_order, wish_lines, with_wishes
from api.cli_words import avoided, located, passed_of, via_of
from api.crowd_words import crowd_notes
from api.messages import Catalogue, catalogue, language_of, languages, reason_text
from api.modes import allowed_modes
from api.times import moment_of, names_day_only, service_day_bounds
from planner.crowds import Crowds
from planner.delays import Delays
from planner.errors import RequestError
from planner.geocoding import place_index
from planner.live import LiveSource
from planner.model import Answer, Itinerary, Mode
from planner.network import Network, open_network
from planner.request import PlanRequest, Preferred

HELP = """Itineraries from FROM to TO: names (海浜幕張, かいひんまくはり, kaihinmakuhari), stop ids or lat,lon.

[bold]Examples[/bold]

kaiteki plan 海浜幕張 幕張メッセ --arrive 10:00 --wheelchair

kaiteki plan "Makuhari Messe" Soga --depart "2026-11-25 17:30" --modes walk,rail

kaiteki plan 35.6431,140.0458 海浜幕張 --last --json
"""
REALTIME = "GTFS-Realtime message to plan on; FEED names its timetable where the network has several."
COUNT = "At most so many itineraries; default: five and the best of each combination of modes."
AVOID = "Not by this line or operator, not changing at this stop; may be given several times."
THROUGH = "A stop to pass through, seated or changing; may be given several times, in order."
VIA = "A place to go by, and how long to stay there; may be given several times, in order."
SAFE = "The last journey of the day by which one still arrives when so late at the start or at any boarding."
SURE = "Say how likely every connection is made, when one arrives half and 9/10 of the time, and what if one is missed."
DELAYS = "Delays that were observed (columns mode, delay_s) for --reliability; default: assumed ones."
HELD = "A commuter pass held, FROM:TO[:OPERATOR] or of a whole line; may be given several times."
CROWDS = "How full it is on the evening asked about, as kaiteki crowds writes it; default: what the network expects."
WHOLE_DAY = "Say after how many such journeys a day pass of this price (of all lines, or these) has paid for itself."
RIDER = "Who pays: a rider category of the feeds; default: adult."
PREFER = "What decides: the price, little walking, few emissions or sure connections; default: a balance of all."
MOST_WALK = "Only what takes at most so long on foot in all, in minutes (15) or metres (800m), also where it is slower."
MOST_YEN = "Only what costs at most so much, also where it is slower; what has no known price is shown apart."
SLACK = "How far what is preferred is looked for: MINUTES[:CHANGES] beyond the soonest and the fewest; default: 30:1."
USUAL_COUNT = 5
MODES = "Only these, of: walk,bike,e-bike,bicycle-rental,scooter,demand-bus,taxi,car-dropoff,transit,rail,bus,…"


@dataclass(frozen=True, slots=True)
class Question:
    """The options of the command that make a request."""

    origin: str
    destination: str
    depart: str | None
    arrive: str | None
    first: bool
    last: bool
    modes: str | None
    wheelchair: bool
    max_transfers: int
    window: int | None
    count: int | None
    avoid: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    last_safe: int | None = None
    wishes: Wishes = NO_WISHES


def plan(  # noqa: PLR0913, PLR0917
    origin: Annotated[str, typer.Argument(metavar="FROM", help="Where from: a name, a stop id or lat,lon.")],
    destination: Annotated[str, typer.Argument(metavar="TO", help="Where to.")],
    depart: Annotated[str | None, typer.Option(help="Earliest departure: 17:30, '2026-11-25 17:30', ISO 8601.")] = None,
    arrive: Annotated[str | None, typer.Option(help="Latest arrival, written likewise.")] = None,
    modes: Annotated[str | None, typer.Option(help=MODES)] = None,
    wheelchair: Annotated[bool, typer.Option("--wheelchair", help="Accessible ways, stops and vehicles only.")] = False,
    max_transfers: Annotated[int, typer.Option(min=0, help="At most so many changes.")] = 8,
    window: Annotated[int | None, typer.Option(min=1, help="Minutes searched; default: until enough is found.")] = None,
    count: Annotated[int | None, typer.Option(min=1, max=100, help=COUNT)] = None,
    first: Annotated[bool, typer.Option("--first", help="The first connection of the day.")] = False,
    last: Annotated[bool, typer.Option("--last", help="The last connection of the day.")] = False,
    via: Annotated[list[str] | None, typer.Option(metavar="NAME[:MINUTES]", help=VIA)] = None,
    through: Annotated[list[str] | None, typer.Option(metavar="STOP", help=THROUGH)] = None,
    avoid: Annotated[list[str] | None, typer.Option(metavar="LINE|STOP|OPERATOR", help=AVOID)] = None,
    safe: Annotated[int | None, typer.Option("--last-safe", min=0, max=240, metavar="MINUTES", help=SAFE)] = None,
    prefer: Annotated[Preferred | None, typer.Option(help=PREFER)] = None,
    slack: Annotated[str | None, typer.Option(metavar="MINUTES[:CHANGES]", help=SLACK)] = None,
    max_price: Annotated[int | None, typer.Option(min=0, metavar="YEN", help=MOST_YEN)] = None,
    max_walk: Annotated[str | None, typer.Option(metavar="MINUTES|METRESm", help=MOST_WALK)] = None,
    reliability: Annotated[bool, typer.Option("--reliability", help=SURE)] = False,
    delays: Annotated[Path | None, typer.Option(metavar="FILE.csv", help=DELAYS)] = None,
    rider: Annotated[str | None, typer.Option(metavar="adult|child|CATEGORY", help=RIDER)] = None,
    derivation: Annotated[bool, typer.Option("--derivation", help="Print what every price is made up of.")] = False,
    passes: Annotated[list[str] | None, typer.Option("--pass", metavar="FROM:TO|LINE|OPERATOR", help=HELD)] = None,
    day_pass: Annotated[str | None, typer.Option(metavar="YEN[:LINE|OPERATOR]", help=WHOLE_DAY)] = None,
    crowds: Annotated[str | None, typer.Option(metavar="off|FILE.csv", help=CROWDS)] = None,
    network: Annotated[Path | None, typer.Option(help="Folder made by kaiteki build; default: Makuhari.")] = None,
    steps: Annotated[bool, typer.Option("--steps", help="Print the way through the streets.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what /api/v6/plan answers.")] = False,
    map_file: Annotated[Path | None, typer.Option("--map", metavar="FILE.html", help="Draw the itineraries.")] = None,
    ics: Annotated[Path | None, typer.Option(metavar="FILE.ics", help="Write the first one for a calendar.")] = None,
    lang: Annotated[str | None, typer.Option(help="Language, ja or en; default: the environment's.")] = None,
    realtime: Annotated[list[str] | None, typer.Option(metavar="[FEED=]FILE.pb", help=REALTIME)] = None,
) -> None:
    """Plan a journey and print it; the command's own text is `HELP`."""
    words = catalogue(language_of(os.environ) if lang is None else known_language(lang))
    question = Question(
        origin, destination, depart, arrive, first, last, modes, wheelchair, max_transfers, window, count,
        tuple(avoid or ()), tuple(via or ()), tuple(through or ()), safe, Wishes(prefer, slack, max_walk, max_price),
    )  # fmt: skip
    observed = observed_delays(delays)
    _refuse_both("--reliability", reliability or delays is not None, "--via", bool(via))
    now = datetime.now(UTC)
    opened = open_network(network_folder(network))
    if realtime:
        opened = with_reports(opened, realtime, now)
    wishes = fare_wishes(opened, rider, derivation, passes or (), day_pass)
    request = replace(request_of(question, opened, words, now), rider=wishes.rider, passes=wishes.passes)
    answer = _answered(opened, request, question, observed, crowds_asked(opened, crowds, request))
    answer = priced(opened, request, answer, wishes)
    found = in_order(answer, request, observed)[:count]
    if request.has_wish and (first or last):
        answer, found = replace(answer, itineraries=tuple(found[:1])), found[:1]
    # Whoever reads only the first lines and closes the pipe still gets the files.
    _write_files(found, words, now, opened, {"map": map_file, "ics": ics})
    if as_json:
        typer.echo(plan_json(answer, request))
        for note in notes_of(opened, words):
            typer.echo(note, err=True)
    else:
        notes = [*fare_lines(words, opened, found, wishes), *notes_of(opened, words)]
        if reliability or delays is not None or prefer is Preferred.RELIABILITY:
            notes = [
                *reliability_lines(words, opened, request, found, observed),
                words.text("reliability.note"),
                *notes,
            ]
        notes = [*wish_lines(words, request, found), *crowd_notes(words, found), *notes]
        print_answer(Console(), words, answer, found, notes, steps)
    if not (answer.itineraries or answer.direct):
        if as_json and answer.reason is not None:
            typer.echo(reason_text(words, answer.reason), err=True)
        raise typer.Exit(1)


def _answered(
    network: Network, request: PlanRequest, question: Question, delays: Mapping[Mode, Delays], crowds: Crowds
) -> Answer:
    """The answer by the search that the options ask for."""
    from planner.crowd_plan import with_crowds
    from planner.last_safe import last_safe
    from planner.plan import plan as find

    if question.last_safe is not None:
        return last_safe(network, request, 60 * question.last_safe)
    answer = with_crowds(network, request, find(network, request, delays=delays), crowds)
    if request.has_wish or not (question.first or question.last):
        return answer
    return replace(answer, itineraries=answer.itineraries[:1] if question.first else answer.itineraries[-1:])


def known_language(text: str) -> str:
    """The language of a catalogue.

    Raises
    ------
    RequestError
        There is no catalogue of that language.
    """
    if text.replace("_", "-").split("-")[0].lower() not in languages():
        known = ", ".join(languages())
        raise RequestError("--lang", f"--lang: there are no texts in '{text}'; the languages are {known}.")
    return text


def with_reports(network: Network, messages: Sequence[str], now: datetime) -> Network:
    """The network as GTFS-Realtime messages stored in files, `FILE` or `FEED=FILE`, say that it runs.

    Raises
    ------
    RequestError
        A message of which it is not clear which of several timetables it is about.
    FeedError
        A file that is no such message.
    """
    from feeds.gtfs_realtime import read_realtime

    feeds = [feed.name for feed in network.manifest.feeds if feed.kind == "gtfs"]
    for text in messages:
        feed, _, file = text.rpartition("=") if text.partition("=")[0] in feeds else ("", "", text)
        if len(feeds) > 1 and not feed:
            names = ", ".join(feeds)
            raise RequestError("--realtime", f"--realtime {text}: write FEED={text}, where FEED is one of {names}.")
        read = read_realtime(Path(file))
        made = now if read.timestamp is None else datetime.fromtimestamp(read.timestamp, UTC)
        prefix = f"{feed}_" if len(feeds) > 1 else ""
        source = LiveSource(text, read.timestamp, None, read.updates, read.alerts, read.vehicles, prefix)
        network = network.with_live(source, made)
        remarks = [one.message for one in network.reported.state.remarks] if network.reported else []
        for line in [*(notice.message for notice in read.notices), *remarks][:20]:
            typer.echo(f"{file}: {line}", err=True)
    return network


def request_of(question: Question, network: Network, words: Catalogue, now: datetime) -> PlanRequest:
    """The request that the options mean.

    Raises
    ------
    RequestError
        Options that exclude each other, a time that is none, a place that is unknown or several.
    """
    _refuse_both("--depart", question.depart, "--arrive", question.arrive)
    _refuse_both("--first", question.first, "--last", question.last)
    _refuse_both("--last-safe", question.last_safe is not None, "--first", question.first)
    time, arrive_by = _time_of(question, network.zone, now)
    modes = allowed_modes(question.modes, question.wheelchair)
    index = place_index(network.snapshot.places)
    is_end = question.first or question.last or question.last_safe is not None
    request = PlanRequest(
        origin=located(network, index, question.origin, "FROM", words),
        destination=located(network, index, question.destination, "TO", words),
        time=time,
        arrive_by=arrive_by,
        window_s=None if question.window is None else 60 * question.window,
        count=1 if is_end else question.count or USUAL_COUNT,
        transit_modes=modes.transit,
        access_modes=modes.access,
        egress_modes=modes.egress,
        direct_modes=frozenset() if is_end else modes.direct,
        wheelchair=question.wheelchair,
        max_transfers=question.max_transfers,
        languages=(words.language,),
        via=tuple(via_of(network, index, text, words) for text in question.via),
        through=tuple(passed_of(network, text) for text in question.through),
        avoid=avoided(network, question.avoid),
        # The first and the last by what is preferred are those of who leaves (arrives) then.
        timetable_view=question.last_safe is not None or not is_end or question.wishes == NO_WISHES,
    )
    return with_wishes(request, question.wishes)


def plan_json(answer: Answer, request: PlanRequest) -> str:
    """The body `/api/v6/plan` sends."""
    from pydantic import TypeAdapter

    from api.motis import PlanResponse
    from api.motis_answer import plan_response

    body = plan_response(answer, request)
    return TypeAdapter(PlanResponse).dump_json(body, by_alias=True, exclude_none=True).decode()


def notes_of(network: Network, words: Catalogue) -> list[str]:
    """What must be said of the data."""
    sources = "; ".join(attributions(network.manifest))
    remark = [network.manifest.remark] if network.manifest.remark else []
    return remark + ([words.text("notes.attribution", text=sources)] if sources else [])


def _time_of(question: Question, zone: ZoneInfo, now: datetime) -> tuple[datetime, bool]:
    given = (("--arrive", question.arrive), ("--depart", question.depart))
    field, text = next(((field, text) for field, text in given if text is not None), ("--depart", None))
    moment = now.astimezone(zone) if text is None else moment_of(text, zone, now, field)
    is_day = text is not None and names_day_only(text)
    begin, end = service_day_bounds(moment + timedelta(hours=12) if is_day else moment)
    if question.first:
        return begin, False
    if question.last or question.last_safe is not None:
        return end, True
    return moment, question.arrive is not None


def _refuse_both(one: str, given: object, other: str, other_given: object) -> None:
    if given not in (None, False) and other_given not in (None, False):
        raise RequestError(one, f"Give {one} or {other}, not both.")


def _write_files(
    found: list[Itinerary], words: Catalogue, now: datetime, network: Network, files: dict[str, Path | None]
) -> None:
    if not found:
        return
    if (path := files["map"]) is not None:
        from scenarios.itinerary_map import draw_itineraries

        drawn = draw_itineraries(found, attributions(network.manifest))
        drawn.save(str(path))
        typer.echo(words.text("notes.written", path=path), err=True)
    if (path := files["ics"]) is not None:
        from api.calendar import calendar_entry

        path.write_bytes(calendar_entry(found[0], words, now))
        typer.echo(words.text("notes.written", path=path), err=True)
