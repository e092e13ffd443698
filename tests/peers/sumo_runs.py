"""Eclipse SUMO run on files that Kaiteki wrote, and what its riders met."""

import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest


def played(folder: Path) -> dict[str, tuple[float, float]]:
    """By rider: seconds from asking until the vehicle left, and in it; those who never arrived are absent."""
    sumo = pytest.importorskip("sumo", reason="Eclipse SUMO (pip install eclipse-sumo) is not installed")
    programs, environment = Path(sumo.SUMO_HOME) / "bin", os.environ | {"SUMO_HOME": sumo.SUMO_HOME}
    for program, configuration in (("netconvert", "net.netccfg"), ("sumo", "run.sumocfg")):
        done = subprocess.run(
            [programs / program, "-c", configuration],
            cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    rides = {}
    for person in ET.parse(folder / "rides.xml").getroot().iter("personinfo"):
        ride = person.find("ride")
        if ride is not None and float(ride.get("arrival", "-1")) >= 0:
            rides[person.get("id", "")] = float(ride.get("waitingTime", "nan")), float(ride.get("duration", "nan"))
    return rides
