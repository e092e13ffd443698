"""`kaiteki simulate` and `kaiteki compare`."""

import os
import time
from collections.abc import Callable
from importlib.util import find_spec
from math import isfinite, isnan
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.cli_network import left_s, progress_bar
from api.cli_run_files import date_of, draw_run
from api.messages import catalogue, language_of
from planner.errors import RequestError

if TYPE_CHECKING:
    from simulator.intervals import Interval

SHOWN = (
    "generated", "persons", "served", "on_foot", "gave_up", "rejected", "left_behind", "wait_boarding_s_mean",
    "wait_departure_s_mean", "wait_departure_s_p95", "ride_s_mean", "door_to_door_s_mean", "detour", "occupancy",
    "vehicle_km", "empty_share", "boarded_vehicle_h", "headway_cv", "regular_share", "energy_kwh", "co2e_kg",
    "co2e_g_person_km", "cost_yen", "cost_yen_served", "share_walk", "share_bicycle", "share_shared_bicycle",
    "share_demand_bus", "share_taxi", "share_bus", "share_rail", "share_bus_and_rail", "shared_rides", "booked",
    "booked_ahead", "broken_promises", "found_no_vehicle", "found_no_dock", "rewarded", "on_time_share",
    "revenue_yen",
)  # fmt: skip
"""Numbers shown in the terminal; the files have all."""

PRECISE = "wait_departure_s_mean"


def simulate(  # noqa: PLR0913, PLR0917
    scenario: Annotated[str, typer.Argument(help="A TOML file, or the name of a built-in scenario.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for what came of it.")],
    replications: Annotated[int | None, typer.Option(min=1, help="Days played; default: the scenario's.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Same seed, same days; default: the scenario's.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes; the results are the same.")] = 1,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS|local", help="Dask scheduler to work instead.")
    ] = None,
    within: Annotated[
        float, typer.Option(min=0.01, metavar="PERCENT", help="Precision wanted of the mean wait.")
    ] = 5.0,
    timetable: Annotated[
        float | None, typer.Option(min=1, metavar="S", help="First find the best one by so much work.")
    ] = None,
    sumo: Annotated[Path | None, typer.Option(metavar="DIR", help="Also write the first day for Eclipse SUMO.")] = None,
    positions: Annotated[str | None, typer.Option(metavar="DATE", help="Also write where vehicles are, dated.")] = None,
) -> None:
    """Play a scenario: events, the numbers of every replication, their means with 95 % intervals.

    Writes run.json, scenario.toml, kpis.csv, kpis.json, replications.csv and tables of events, travellers, vehicles and
    stops into DIR once all is done. If it is stopped, the same command goes on where it was. Then come report.html with
    charts, where plotly is installed, and replay.html, a map with a slider for the time, where the stops' places are
    known (a city's always are); --positions adds positions.geojson and a GTFS-Realtime message a minute. These show the
    first replication.

    With --timetable a loop first gets the departures, rounds and charging that suit its expected demand best, found by
    so many seconds' work of CP-SAT; DIR/scenario.toml then has them.

    [bold]Example[/bold]

    kaiteki simulate aeon-loop-2020 --replications 20 -o runs/loop
    """
    _check_simpy()
    from scenarios.run import find_scenario, read_run, run_scenario
    from simulator.intervals import more_replications

    file, day = find_scenario(scenario), None if positions is None else date_of(positions)
    if sumo is not None:
        from scenarios.export import check_sumo

        check_sumo(file, timetable is not None)
    if day is not None:
        from scenarios.positions import check_drawn

        check_drawn(file)
    with TemporaryDirectory() as folder, progress_bar() as bar:
        if timetable is not None:
            file = _timetabled(file, Path(folder), timetable)
        kpis = run_scenario(file, output, replications, seed, workers, _progress(bar), cluster)
    _show(kpis, Console())
    if sumo is not None:
        from scenarios.export import export_sumo

        export_sumo(output, sumo, read_run(output)[0].seed)
    draw_run(output, SHOWN, day)
    record, numbers = read_run(output)
    if record.replications > 1 and PRECISE in numbers:
        more = more_replications(numbers[PRECISE], within / 100)
        typer.echo(f"{PRECISE} to within ± {within:g} %: {more} more replications." if more else
                   f"{PRECISE} is known to within ± {within:g} %.")  # fmt: skip
    typer.echo(f"Written to {output}.")


def compare(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="Folder made by kaiteki simulate.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="Another.")],
    within: Annotated[float, typer.Option(min=0.01, metavar="PERCENT", help="Wanted precision, per cent of A.")] = 5.0,
) -> None:
    """Two runs side by side, and the difference B - A with its 95 % interval.

    Runs with the same seed and as many replications had the same random numbers and are compared pair by pair; the last
    column says how many more replications it takes to know a difference to ± PERCENT % of A.

    [bold]Example[/bold]

    kaiteki compare runs/three-buses runs/four-buses
    """
    _check_simpy()
    from scenarios.compare import UnlikeRunsError, compare_runs

    try:
        found = compare_runs(run_a, run_b)
    except UnlikeRunsError as error:
        words = catalogue(language_of(os.environ))
        sentence = words.text("errors.runs_unlike", city=str(error.city), line=str(error.line))
        raise RequestError("RUN_B", sentence) from error
    table = Table(title=f"A: {found.titles[0]}\nB: {found.titles[1]}", title_justify="left")
    for column in ("", "A", "B", "B - A", "%", "", "more"):
        table.add_column(column, justify="left" if column == "" else "right")
    for row in found.differences:
        if row.metric in SHOWN:
            share = row.change.mean / abs(row.before.mean) if row.before.mean else float("nan")
            sign = "≠" if row.is_significant else ""
            cells = _mean(row.before), _mean(row.after), _said(row.change), _percent(share), sign
            more = row.more(within / 100)
            table.add_row(row.metric, *cells, "" if more is None else str(more))
    Console().print(table)
    kind = "pair by pair, same random numbers" if found.is_paired else "independent random numbers"
    typer.echo(f"95 % intervals, {kind}; ≠: the interval of the difference does not hold 0.")
    if found.is_paired:
        typer.echo(f"more: replications still wanted to know the difference to ± {within:g} % of A.")


def _timetabled(scenario: Path, folder: Path, effort_s: float) -> Path:
    """The scenario with its best timetable, as a file in `folder`."""
    if find_spec("ortools") is None:
        raise RequestError("--timetable", "--timetable needs the library ortools: install kaiteki[fleet].")
    from scenarios.loop_timetable import timetabled

    found = timetabled(scenario, effort_s)
    above = (found.cost_yen - found.bound_yen) / found.bound_yen if found.bound_yen > 0 else float("inf")
    typer.echo(f"Timetable of {found.rounds} rounds, at most {above:.1%} above the cheapest there is.")
    (folder / scenario.name).write_text(found.toml, encoding="utf-8")
    return folder / scenario.name


def _check_simpy() -> None:
    if find_spec("simpy") is None:
        raise RequestError("simulate", "Simulating needs the library simpy: install kaiteki[simulation].")


def _progress(bar: Callable[[str, float], None]) -> Callable[[int, int], None]:
    begin, before = time.monotonic(), 0

    def advance(done: int, count: int) -> None:
        nonlocal before
        # A sweep that goes on with an older one tells at first what that had done.
        before = done if before == 0 and done > 1 else before
        rest = f", {left_s(begin, done - before, count - before):.0f} s left" if done > before else ""
        bar(f"{done} of {count} replications{rest}", done / count)

    return advance


def _show(kpis: "dict[str, Interval]", console: Console) -> None:
    table = Table()
    table.add_column("")
    table.add_column("mean ± 95 %", justify="right")
    for name in SHOWN:
        if name not in kpis:
            continue
        table.add_row(name, _said(kpis[name]))
    console.print(table)


def _said(value: "Interval") -> str:
    return _mean(value) if not isfinite(value.half_width) else f"{_mean(value)} ± {value.half_width:,.3g}"


def _mean(value: "Interval") -> str:
    return "-" if isnan(value.mean) else f"{value.mean:,.2f}" if abs(value.mean) < 100 else f"{value.mean:,.0f}"


def _percent(share: float) -> str:
    return "" if isnan(share) else f"{share:+.1%}"
