"""Run a scenario and keep what came of it: events, the numbers of each replication, their means with intervals.

A run's folder holds

run.json            what was run: title, seed, replications, program version, when counting begins
scenario.toml       the scenario, as it was given
kpis.csv, .json     each number's mean over the replications with its 95 % interval
replications.csv    each number of each replication
events/0000.csv     every event of a replication (.parquet where pyarrow is installed)
travellers/0000.csv each traveller of a replication: how the trip ended, and its stages' seconds
vehicles/, stops/   the same for vehicles and for stops
effort/0000.json    of a city's replication: what playing it took, which is no result and never twice the same
"""

import csv
import json
from collections.abc import Mapping
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from math import isfinite, nan
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import numpy as np

from planner.errors import RequestError
from scenarios.cases import Case, case_of, has_table
from scenarios.city_scenario import CityScenario
from scenarios.cluster import Workers
from scenarios.effort import EFFORTS, effort_json
from scenarios.run_tables import write_tallies
from scenarios.scenario import Scenario, ScenarioError, ScenarioText
from scenarios.setups import seconds
from scenarios.sweep import Numbers, Piece, Progress, resumed, sweep
from scenarios.tables import replaced, write_table
from simulator.city import Effort
from simulator.events import NOBODY, Events, Kind, Reason
from simulator.intervals import Interval, interval

EVENT_COLUMNS = {
    "time_s": float, "kind": str, "traveller": int, "vehicle": int, "position": int, "stop": str, "load": int,
    "distance_m": float, "energy_j": float, "reason": str, "yen": float,
}  # fmt: skip
KPI_COLUMNS = {"metric": str, "mean": float, "low": float, "high": float, "replications": int}


class RunRecord(msgspec.Struct, frozen=True):
    """What ``run.json`` says."""

    title: str
    seed: int
    replications: int
    counted_from_s: float
    until_s: float
    program: str


def find_scenario(name: str) -> Path:
    """A scenario file: a path, or the name of one of a line, loop or city that comes with the program.

    Raises
    ------
    ScenarioError
        There is neither.
    """
    if Path(name).is_file():
        return Path(name)
    files = sorted(Path(__file__).parent.glob("*.toml"))
    known = {file.stem: file for file in files if has_table(file, "course") or has_table(file, "city")}
    if name.removesuffix(".toml") in known:
        return known[name.removesuffix(".toml")]
    raise ScenarioError(f"There is no scenario {name}; the built-in ones are {', '.join(known)}.")


def run_scenario(
    file: Path, folder: Path, replications: int | None = None, seed: int | None = None, workers: int = 1,
    progress: Progress | None = None, cluster: str | None = None,
) -> dict[str, Interval]:  # fmt: skip
    """Run a scenario file into `folder`, which appears, or replaces an older run, only once everything is written.

    A run that is stopped leaves what it has done beside `folder`; the same run then goes on from there.

    Parameters
    ----------
    replications, seed : int, optional
        Instead of those in the file.
    workers : int
        Processes; the results do not depend on how many.
    cluster : str, optional
        Address of a Dask scheduler whose workers play instead, or "local".
    """
    case = case_of(file)
    day = case.scenario.day
    count, chosen_seed = replications or day.replications, day.seed if seed is None else seed
    identity = case.text.toml, str(chosen_seed), version("kaiteki"), _ending()
    with resumed(folder, *identity) as part:
        rows = sweep(partial(_replication, case, chosen_seed), count, part, Workers(workers, cluster), progress)
        return _write_results(part, case.scenario, case.text, chosen_seed, rows)


def _replication(case: Case, seed: int, number: int) -> Piece:
    """Play one replication, write its events down, and reckon its numbers."""
    efforts: list[Effort] = []
    events, places = case.play(seed, number, efforts.append), case.places()
    with TemporaryDirectory() as name:
        folder, file = Path(name), f"{number:04}.{_ending()}"
        (folder / "events").mkdir()
        write_events(folder / "events" / file, events, places)
        write_tallies(folder, file, events, places, case.until_s)
        files = {f"{path.parent.name}/{file}": path.read_bytes() for path in sorted(folder.glob(f"*/{file}"))}
    files |= {f"{EFFORTS}/{number:04}.json": effort_json(effort) for effort in efforts}
    return Piece(number, case.numbers(events), files)


def _ending() -> str:
    return "csv" if find_spec("pyarrow") is None else "parquet"


def write_events(path: Path, events: Events, stops: Mapping[int, str]) -> None:
    """Write a log as a table; ids and stops that an event has not are empty.

    Parameters
    ----------
    stops : mapping
        Names by position.
    """
    kinds = {int(kind): kind.name for kind in Kind}
    reasons = {int(reason): reason.name for reason in Reason} | {int(Reason.NONE): ""}
    places = events.position.tolist()
    columns = (
        np.round(events.time_s, 3).tolist(),
        [kinds[kind] for kind in events.kind.tolist()],
        [None if number == NOBODY else number for number in events.traveller.tolist()],
        [None if number == NOBODY else number for number in events.vehicle.tolist()],
        places,
        [stops.get(place, "") for place in places],
        events.load.tolist(),
        np.round(events.distance_m, 1).tolist(),
        np.round(events.energy_j, 1).tolist(),
        [reasons[reason] for reason in events.reason.tolist()],
        np.round(events.yen, 1).tolist(),
    )
    rows = zip(*columns, strict=True)
    if path.suffix == ".parquet":
        write_table(path, EVENT_COLUMNS, rows)
        return
    # A log has many cells, all plain: written without looking at each one.
    with replaced(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(EVENT_COLUMNS)
        writer.writerows(rows)


def _write_results(
    folder: Path, scenario: Scenario | CityScenario, text: ScenarioText, seed: int, rows: list[Numbers]
) -> dict[str, Interval]:
    kpis = {name: interval([row[name] for row in rows]) for name in rows[0]}
    record = RunRecord(
        title=scenario.title,
        seed=seed,
        replications=len(rows),
        counted_from_s=seconds(scenario.day.counted_from),
        until_s=seconds(scenario.day.until),
        program=version("kaiteki"),
    )
    (folder / "run.json").write_bytes(msgspec.json.format(msgspec.json.encode(record)))
    (folder / "scenario.toml").write_text(text.toml, encoding="utf-8")
    write_table(folder / "replications.csv", dict.fromkeys(("replication", *kpis), float), (
        (number, *(_known(value) for value in row.values())) for number, row in enumerate(rows)
    ))  # fmt: skip
    write_table(folder / "kpis.csv", KPI_COLUMNS, (
        (name, _known(i.mean), _known(i.low), _known(i.high), i.count) for name, i in kpis.items()
    ))  # fmt: skip
    (folder / "kpis.json").write_text(json.dumps({
        name: {"mean": _known(i.mean), "low": _known(i.low), "high": _known(i.high), "replications": i.count}
        for name, i in kpis.items()
    }, indent=1), encoding="utf-8")  # fmt: skip
    return kpis


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def read_run(folder: Path) -> tuple[RunRecord, dict[str, list[float]]]:
    """What was run, and each number by replication; nan where a replication had none.

    Raises
    ------
    RequestError
        `folder` is no run.
    """
    if not (folder / "run.json").is_file():
        raise RequestError("RUN", f"{folder} is no folder made by kaiteki simulate.")
    try:
        record = msgspec.json.decode((folder / "run.json").read_bytes(), type=RunRecord)
        with (folder / "replications.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        names = [name for name in rows[0] if name != "replication"]
        return record, {name: [float(row[name]) if row[name] else nan for row in rows] for name in names}
    except (OSError, ValueError, IndexError) as error:
        raise RequestError("RUN", f"{folder} is no complete run: {error}.") from error
