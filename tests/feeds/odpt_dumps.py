"""ODPT entries from compact text: a short line, a through train beyond it, a bus."""

import json
from pathlib import Path
from typing import Any

Entry = dict[str, Any]

MADE = {"dc:date": "2026-11-20T04:00:00+09:00", "dct:issued": "2026-11-01"}
PLACES = {"A": (35.60, 140.00), "B": (35.61, 140.02), "C": (35.62, 140.04), "D": (35.63, 140.06)}


def station(name: str, line: str = "Line", **more: Any) -> Entry:
    """Station `name` of the railway `Op.line`, called 駅`name`."""
    lat, lon = PLACES[name]
    return {
        "@type": "odpt:Station",
        "owl:sameAs": f"odpt.Station:Op.{line}.{name}",
        "dc:title": f"駅{name}",
        "odpt:stationTitle": {"ja": f"駅{name}", "en": f"Station {name}", "ja-Hrkt": f"えき{name}"},
        "odpt:operator": "odpt.Operator:Op",
        "odpt:railway": f"odpt.Railway:Op.{line}",
        "geo:lat": lat,
        "geo:long": lon,
    } | more


def railway(line: str = "Line", **more: Any) -> Entry:
    return {
        "@type": "odpt:Railway",
        "owl:sameAs": f"odpt.Railway:Op.{line}",
        "dc:title": f"{line}線",
        "odpt:railwayTitle": {"ja": f"{line}線", "en": f"{line} Line"},
        "odpt:operator": "odpt.Operator:Op",
        "odpt:color": "#c9252f",
        "odpt:ascendingRailDirection": "odpt.RailDirection:Outbound",
    } | more


def train(calls: str, number: str = "1M", calendar: str = "Weekday", line: str = "Line", **more: Any) -> Entry:
    """A train from text like ``A 8:00 B 8:09/8:10 C 8:20``: departures, the last an arrival."""
    words = calls.split()
    parts = []
    for i, (name, times) in enumerate(zip(words[::2], words[1::2], strict=True)):
        arrival, slash, departure = times.partition("/")
        stop = f"odpt.Station:Op.{line}.{name}"
        is_last = i == len(words) // 2 - 1
        part = {"odpt:arrivalStation": stop, "odpt:arrivalTime": arrival} if slash or is_last else {}
        if not is_last:
            part |= {"odpt:departureStation": stop, "odpt:departureTime": departure if slash else arrival}
        parts.append(part)
    return (
        MADE
        | {
            "@type": "odpt:TrainTimetable",
            "owl:sameAs": f"odpt.TrainTimetable:Op.{line}.{number}.{calendar}",
            "odpt:operator": "odpt.Operator:Op",
            "odpt:railway": f"odpt.Railway:Op.{line}",
            "odpt:calendar": f"odpt.Calendar:{calendar}",
            "odpt:trainNumber": number,
            "odpt:railDirection": "odpt.RailDirection:Outbound",
            "odpt:trainTimetableObject": parts,
        }
        | more
    )


def departures(name: str, *times: str, line: str = "Line", **more: Any) -> Entry:
    """The timetable of a station from texts like ``8:00 1M``."""
    parts = [dict(zip(("odpt:departureTime", "odpt:trainNumber"), text.split(), strict=False)) for text in times]
    return (
        MADE
        | {
            "@type": "odpt:StationTimetable",
            "owl:sameAs": f"odpt.StationTimetable:Op.{line}.{name}",
            "odpt:railway": f"odpt.Railway:Op.{line}",
            "odpt:station": f"odpt.Station:Op.{line}.{name}",
            "odpt:calendar": "odpt.Calendar:Weekday",
            "odpt:stationTimetableObject": parts,
        }
        | more
    )


def fare(origin: str, target: str, ticket: int, ic: int | None = None, **more: Any) -> Entry:
    return {
        "@type": "odpt:RailwayFare",
        "owl:sameAs": f"odpt.RailwayFare:Op.Line.{origin}.Op.Line.{target}",
        "odpt:operator": "odpt.Operator:Op",
        "odpt:fromStation": f"odpt.Station:Op.Line.{origin}",
        "odpt:toStation": f"odpt.Station:Op.Line.{target}",
        "odpt:ticketFare": ticket,
        "odpt:childTicketFare": ticket // 2,
        **({} if ic is None else {"odpt:icCardFare": ic, "odpt:childIcCardFare": ic // 2}),
    } | more


def calendar(name: str, **more: Any) -> Entry:
    return {"@type": "odpt:Calendar", "owl:sameAs": f"odpt.Calendar:{name}"} | more


OPERATOR = {
    "@type": "odpt:Operator",
    "owl:sameAs": "odpt.Operator:Op",
    "odpt:operatorTitle": {"ja": "鉄道", "en": "Railway Co."},
}
LINE = [OPERATOR, railway(), *(station(name) for name in "ABC")]


def pole(name: str, **more: Any) -> Entry:
    lat, lon = PLACES[name]
    return {
        "@type": "odpt:BusstopPole",
        "owl:sameAs": f"odpt.BusstopPole:Bus.{name}.1",
        "dc:title": f"停{name}",
        "title": {"ja": f"停{name}", "en": f"Stop {name}"},
        "odpt:kana": f"てい{name}",
        "geo:lat": lat,
        "geo:long": lon,
        "odpt:busstopPoleNumber": "1",
    } | more


PATTERN = {
    "@type": "odpt:BusroutePattern",
    "owl:sameAs": "odpt.BusroutePattern:Bus.Ou57.1",
    "dc:title": "王57",
    "odpt:operator": "odpt.Operator:Bus",
    "odpt:busroute": "odpt.Busroute:Bus.Ou57",
}


def bus(*parts: Entry, **more: Any) -> Entry:
    """A bus; each part names its pole by a letter under ``pole``."""
    calls = [
        {"odpt:index": i, "odpt:busstopPole": f"odpt.BusstopPole:Bus.{part['pole']}.1"}
        | {f"odpt:{key}": value for key, value in part.items() if key != "pole"}
        for i, part in enumerate(parts)
    ]
    return (
        MADE
        | {
            "@type": "odpt:BusTimetable",
            "owl:sameAs": "odpt.BusTimetable:Bus.Ou57.1.Weekday",
            "odpt:busroutePattern": "odpt.BusroutePattern:Bus.Ou57.1",
            "odpt:calendar": "odpt.Calendar:Weekday",
            "odpt:busTimetableObject": calls,
        }
        | more
    )


def dump(folder: Path, *entries: Entry) -> Path:
    """A folder with one JSON file for each type, as the API dumps them."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in {entry["@type"] for entry in entries}:
        listed = [entry for entry in entries if entry["@type"] == kind]
        (folder / f"{kind.replace(':', '_')}.json").write_text(json.dumps(listed), encoding="utf-8")
    return folder


def pole_departures(name: str, place: int, *times: str, **more: Any) -> Entry:
    """The timetable of a pole, the pattern's `place`-th, from times like ``8:00``."""
    pattern = PATTERN["owl:sameAs"]
    parts = [
        {"odpt:departureTime": time, "odpt:busroutePattern": pattern, "odpt:busroutePatternOrder": place}
        for time in times
    ]
    return (
        MADE
        | {
            "@type": "odpt:BusstopPoleTimetable",
            "owl:sameAs": f"odpt.BusstopPoleTimetable:Bus.{name}.1",
            "odpt:busstopPole": f"odpt.BusstopPole:Bus.{name}.1",
            "odpt:calendar": "odpt.Calendar:Weekday",
            "odpt:busstopPoleTimetableObject": parts,
        }
        | more
    )


def bus_fare(origin: str, target: str, ticket: int, ic: int, **more: Any) -> Entry:
    return {
        "@type": "odpt:BusroutePatternFare",
        "owl:sameAs": f"odpt.BusroutePatternFare:Bus.{origin}.{target}",
        "odpt:operator": "odpt.Operator:Bus",
        "odpt:fromBusstopPole": f"odpt.BusstopPole:Bus.{origin}.1",
        "odpt:toBusstopPole": f"odpt.BusstopPole:Bus.{target}.1",
        "odpt:ticketFare": ticket,
        "odpt:icCardFare": ic,
    } | more
