"""How sure each itinerary is, as lines for a terminal; observed delays from a table."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from api.messages import Catalogue, clock
from planner.delays import USUAL, Delays
from planner.errors import RequestError
from planner.model import Itinerary, Mode
from planner.network import Network
from planner.reliability import Reliability, reliability_of
from planner.request import PlanRequest


def reliability_lines(
    words: Catalogue, network: Network, request: PlanRequest, found: Sequence[Itinerary], delays: Mapping[Mode, Delays]
) -> list[str]:
    """One line an itinerary with scheduled vehicles, one more for each of its connections."""
    lines = []
    for number, itinerary in enumerate(found, 1):
        if not itinerary.is_direct:
            lines += _lines(words, number, itinerary, reliability_of(network, request, itinerary, delays))
    return lines


def _lines(words: Catalogue, number: int, itinerary: Itinerary, sure: Reliability) -> list[str]:
    day, never = itinerary.start.date(), words.text("reliability.never")
    half, nine_tenths = (never if at is None else clock(at, day) for at in (sure.half, sure.nine_tenths))
    values = {"number": number, "percent": f"{100 * sure.made:.0f}", "half": half, "nine_tenths": nine_tenths}
    lines = [words.text("reliability.whole", **values)]
    for one in sure.connections:
        end = never if one.fallback is None else clock(one.fallback.end, day)
        lines.append(words.text("reliability.missed", stop=one.stop, percent=f"{100 * one.missed:.0f}", end=end))
    return lines


def observed_delays(file: Path | None) -> Mapping[Mode, Delays]:
    """Delays by mode of a table with columns `mode` and `delay_s`; without a file those that are assumed.

    Raises
    ------
    RequestError
        The file is no such table.
    """
    if file is None:
        return USUAL
    seconds: dict[Mode, list[float]] = {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            for number, row in enumerate(csv.DictReader(stream), 2):
                mode, late = _observed(file, number, row)
                seconds.setdefault(mode, []).append(late)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RequestError("--delays", f"--delays {file}: this is no readable table of delays.") from error
    if not seconds:
        raise RequestError("--delays", f"--delays {file}: there is no row with the columns mode and delay_s.")
    return {mode: Delays.of(late) for mode, late in seconds.items()}


def _observed(file: Path, number: int, row: Mapping[str, str | None]) -> tuple[Mode, float]:
    mode, late = (row.get("mode") or "").strip().upper(), (row.get("delay_s") or "").strip()
    try:
        found = Mode(mode), float(late)
    except ValueError as error:
        message = f"--delays {file}, line {number}: '{mode}' and '{late}' are not a mode such as RAIL and seconds."
        raise RequestError("--delays", message) from error
    if not -86_400 <= found[1] <= 86_400:
        raise RequestError("--delays", f"--delays {file}, line {number}: {late} s is more than a day.")
    return found
