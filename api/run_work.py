"""Playing a scenario as a job: what the process beside the server does, and where it leaves the results."""

from pathlib import Path
from typing import Any

from api.jobs import Progress

RESULT, SCENARIO = "run", "scenario.toml"


def play(folder: Path, question: dict[str, Any], progress: Progress) -> None:
    """Play the scenario in `folder` as often as asked into its folder ``run``, as `kaiteki simulate` does."""
    from scenarios.run import run_scenario

    progress(0, question["replications"])
    run_scenario(
        folder / SCENARIO, folder / RESULT, question["replications"], question["seed"], workers=1, progress=progress
    )
