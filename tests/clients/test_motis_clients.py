"""Clients that people already have, unchanged, against a running server."""

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

HERE = Path(__file__).parent
STATION, WHEN = "makuhari_JR-East.Kaihimmakuhari", "2026-11-25T08:30:00Z"
pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the clients installed."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed")
    folder = tmp_path_factory.mktemp("clients")
    for name in ("package.json", "questions.mjs"):
        shutil.copy(HERE / name, folder)
    command = ["npm", "install", "--no-audit", "--no-fund", "--silent"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
    if done.returncode:
        pytest.skip(f"the package registry does not answer: {done.stderr[-200:]}")
    return folder


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of `kaiteki serve`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "api.cli", "serve", "--port", str(port)], cwd=HERE.parents[1])
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                if httpx.get(f"{address}/api/v1/health").status_code == 200:
                    break
            except httpx.ConnectError:
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def said(clients: Path, server: str) -> dict[str, Any]:
    command = ["node", "questions.mjs", server, STATION, WHEN]
    done = subprocess.run(command, cwd=clients, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


def test_journeys_by_stop_by_point_and_later(said: dict[str, Any]) -> None:
    assert said["byStop"]
    assert said["byPoint"] > 0
    assert said["later"]
    assert all(departure >= "2026-11-25T" for departure in said["later"])


def test_boards(said: dict[str, Any]) -> None:
    assert len(said["departures"]) > 5
    assert [when for _, when in said["departures"]] == sorted(when for _, when in said["departures"])
    assert said["arrivals"]


def test_places_and_reach(said: dict[str, Any]) -> None:
    assert said["locations"][0] == "海浜幕張"
    assert said["stop"] == "海浜幕張"
    assert sum(count for _, count in said["reachable"]) > 10
    assert max(minutes for minutes, _ in said["reachable"]) <= 30


def test_the_plain_client_reads_the_rest(said: dict[str, Any]) -> None:
    assert said["routes"] > 1
    assert said["trip"] == 1
    assert said["zoom"] > 5
    assert said["ports"] > 1
