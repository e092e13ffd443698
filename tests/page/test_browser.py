"""The built page in Chromium, over a server of its own, and its own tests in Node: `web/browser` and `web/tests`."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
START_S = 240

pytestmark = [pytest.mark.node, pytest.mark.timeout(900)]


def node() -> str:
    beside = Path(sys.executable).with_name("node")
    found = shutil.which("node") or (str(beside) if beside.exists() else None)
    if found is None or not (WEB / "node_modules").is_dir():
        pytest.skip("no Node or no web/node_modules: run make web")
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """`kaiteki serve` on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = "from api.cli import main; main()"
    command = [sys.executable, "-c", code, "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(address, process)
            yield address
        finally:
            process.terminate()


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{address}/api/v1/health", timeout=5).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.3)
    pytest.fail(f"the server did not answer within {START_S} s")


def test_the_logic_of_the_page() -> None:
    vitest = WEB / "node_modules" / "vitest" / "vitest.mjs"
    run = subprocess.run([node(), vitest, "run"], cwd=WEB, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("told", ["page", "access"])
def test_the_page_in_a_browser(server: str, told: str) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium fonts-noto-cjk")
    if not (ROOT / "api" / "built_page" / "index.html").is_file():
        pytest.skip("the page is not built: run make web")
    environ = {**os.environ, "KAITEKI_PAGE": server, "KAITEKI_CHROMIUM": chromium}
    command = [node(), "--test", "--test-reporter=tap", f"browser/{told}.test.mjs"]
    run = subprocess.run(command, cwd=WEB, env=environ, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in (WEB / "package-lock.json").read_text(encoding="utf-8")
