"""The scenarios that come with the program, for who wants to choose one from a list."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class ShippedScenario:
    """A file of the program.

    Attributes
    ----------
    title, about : str
        As the file says itself, in English.
    """

    name: str
    path: Path
    title: str
    about: str
    toml: str


def shipped_simulations() -> Mapping[str, ShippedScenario]:
    """What `kaiteki simulate` plays, by name: every file that is not about drones."""
    return {name: one for name, one in _shipped().items() if not name.startswith("drone-")}


def shipped_missions() -> Mapping[str, ShippedScenario]:
    """What `kaiteki drones plan` plans, by name."""
    return _with_table("flight")


def shipped_fleet_days() -> Mapping[str, ShippedScenario]:
    """What `kaiteki drones fleet` schedules, by name, but for rounds of a truck."""
    return _with_table("drones")


def shipped_rounds() -> Mapping[str, ShippedScenario]:
    """Rounds of a truck with a drone on its roof that `kaiteki drones fleet` plans, by name."""
    return _with_table("truck")


def _shipped() -> dict[str, ShippedScenario]:
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml"))}


def _with_table(table: str) -> dict[str, ShippedScenario]:
    return {name: one for name, one in _shipped().items() if table in tomllib.loads(one.toml)}


def _read(path: Path) -> ShippedScenario:
    text = path.read_text(encoding="utf-8")
    table = tomllib.loads(text)
    title = str(table.get("title") or table.get("name") or path.stem)
    return ShippedScenario(path.stem, path, title, str(table.get("facts") or _leading_comment(text)), text)


def _leading_comment(text: str) -> str:
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# ").strip())
    return " ".join(lines)
