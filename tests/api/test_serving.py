"""The server as processes: it starts, is watched, killed, given a new network, and stopped."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.cli import main
from tests.api.small_network import stored_network

PLAN = {"fromPlace": "km", "toPlace": "sg", "time": "2026-11-25T08:30:00Z"}


class Running:
    def __init__(self, network: Path, cache: Path, *options: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        words = [
            sys.executable,
            "-m",
            "api.cli",
            "serve",
            "--network",
            str(network),
            "--port",
            str(self.port),
            *options,
        ]
        environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
        self.log = cache / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen([*words, *options], env=environment, stderr=log, stdout=log)

    def get(self, path: str, **parameters: str) -> httpx.Response:
        return httpx.get(self.url + path, params=parameters, timeout=30)

    def wait(self) -> None:
        until = time.monotonic() + 90
        while time.monotonic() < until:
            try:
                if self.get("/api/v1/health").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        raise AssertionError(self.log.read_text())

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(one) for one in children if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored_network(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(
        folder, tmp_path_factory.mktemp("cache"), "--workers", "2", "--rate", "0", "--cors", "https://app.example"
    )
    running.wait()
    yield running
    workers = running.workers()
    assert running.stop() == 0
    assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]


def test_it_listens_to_this_machine_only(server: Running) -> None:
    listening = Path("/proc/net/tcp").read_text().splitlines()[1:]
    addresses = {line.split()[1].split(":")[0] for line in listening if line.split()[1].endswith(f":{server.port:04X}")}
    assert addresses == {"0100007F"}


def test_it_answers_and_counts_over_all_processes(server: Running) -> None:
    for _ in range(20):
        assert len(server.get("/api/v6/plan", **PLAN).json()["itineraries"]) >= 1
    counted = [line for line in server.get("/metrics").text.splitlines() if line.startswith("kaiteki_requests_total")]
    assert any('route="/plan",status="200"' in line and float(line.split()[-1]) >= 20 for line in counted)


def test_only_the_named_origin_may_ask_from_its_pages(server: Running) -> None:
    allowed, other = (
        httpx.get(f"{server.url}/api/v1/health", headers={"Origin": origin})
        for origin in ("https://app.example", "https://evil.example")
    )
    assert allowed.headers["access-control-allow-origin"] == "https://app.example"
    assert "access-control-allow-origin" not in other.headers


def test_a_killed_process_loses_only_its_requests_and_is_replaced(server: Running) -> None:
    before = server.workers()
    assert len(before) == 2
    os.kill(before[0], signal.SIGKILL)
    answered = 0
    for _ in range(20):
        try:
            answered += server.get("/api/v6/plan", **PLAN).status_code == 200
        except httpx.TransportError:
            continue
    assert answered >= 19
    until = time.monotonic() + 60
    while time.monotonic() < until and (len(server.workers()) < 2 or before[0] in server.workers()):
        time.sleep(0.2)
    assert len(set(server.workers()) - {before[0]}) == 2


def test_a_network_built_anew_is_served_without_a_failed_request(server: Running, folder: Path) -> None:
    new, old = folder.with_name("new"), folder.with_name("old")
    shutil.copytree(folder, new)
    manifest = (new / "manifest.json").read_text()
    (new / "manifest.json").write_text(manifest.replace("見本です。", "新しい見本です。"))
    folder.rename(old)
    new.rename(folder)
    until, seen = time.monotonic() + 60, set()
    with httpx.Client(base_url=server.url, timeout=30) as client:
        while time.monotonic() < until and len(seen) < 2:
            response = client.get("/kaiteki/v1/feeds")
            assert response.status_code == 200
            seen.add(response.json()["remark"])
            assert client.get("/api/v6/plan", params=PLAN).status_code == 200
    assert seen == {"見本です。", "新しい見本です。"}


def test_an_address_that_is_taken_is_refused_in_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with pytest.raises(SystemExit) as end:
            main(["serve", "--network", str(folder), "--port", port])
    assert end.value.code == 2
    assert capsys.readouterr().err == f"kaiteki: --host 127.0.0.1 --port {port}: Address already in use.\n"
