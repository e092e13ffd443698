"""Shared vehicles as they are served, held against the published schemas of GBFS 3.0."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.live import in_plain_languages
from feeds.gbfs import write_gbfs
from planner.network import Network

gbfs_validator = pytest.importorskip("gbfs_validator", reason="gbfs-validator is not installed: make peers")


def report(folder: Path) -> dict[str, list[str]]:
    """Errors by file."""
    first = folder / "gbfs.json"
    index = json.loads(first.read_text())
    for feed in index["data"]["feeds"]:
        feed["url"] = (folder / f"{feed['name']}.json").as_uri()
    first.write_text(json.dumps(index))
    told = gbfs_validator.validate_feed(first.as_uri())
    assert told["summary"]["version"] == {"detected": "3.0", "validated": "3.0"}
    found = {}
    for file in told["files"]:
        parts = [file, *(file.get("languages") or [])]
        errors = [error for part in parts if isinstance(part.get("errors"), list) for error in part["errors"]]
        found[file["file"]] = [f"{error['instancePath']} {error['message']}" for error in errors]
        assert file["exists"] or not file["required"]
        assert bool(file["hasErrors"]) == bool(errors)
    return found


@pytest.mark.parametrize("system_id", ["hello-cycling", "personal-mobility"])
def test_every_file_fits_its_schema(makuhari: Network, tmp_path: Path, system_id: str) -> None:
    system = next(one for one in makuhari.snapshot.sharing if one.id == system_id)
    write_gbfs(in_plain_languages(system), tmp_path, datetime.now(UTC))
    found = report(tmp_path)
    assert {"system_information.json", "station_information.json", "station_status.json"} <= set(found)
    assert not [error for errors in found.values() for error in errors]


def test_the_validator_finds_what_is_wrong(makuhari: Network, tmp_path: Path) -> None:
    """Readings in kana, which the city's own names have and no GBFS file may."""
    write_gbfs(makuhari.snapshot.sharing[0], tmp_path, datetime.now(UTC))
    assert any("language" in error for error in report(tmp_path)["station_information.json"])
