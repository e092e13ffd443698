"""`kaiteki serve`: the HTTP interface of a network."""

import os
import secrets
import shutil
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from api.cli_network import cache_folder, network_folder

STOP_S = 8
"""Given to requests in hand when the server is told to stop."""


def serve(
    network: Annotated[Path | None, typer.Option(help="Folder made by kaiteki build; default: Makuhari.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0: everyone may ask.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8080,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer; they share the network.")] = 1,
    rate: Annotated[float, typer.Option(min=0, help="Limits per client times this; 0: no limits.")] = 1.0,
    cors: Annotated[list[str] | None, typer.Option(help="Origin whose pages may ask; repeat, or *.")] = None,
    proxy: Annotated[list[str] | None, typer.Option(help="Address of a proxy in front, believed.")] = None,
) -> None:
    """Answer journey-planning requests over HTTP, in MOTIS' words; /docs describes them, /metrics tells how it goes.

    A network that is built anew in its folder is served from the next request on.

    [bold]Example[/bold]

    kaiteki serve --network osaka --port 8000 --workers 2
    """
    import uvicorn

    from api.serving import SETTINGS, Settings
    from api.telemetry import LOGGING

    room = cache_folder() / "server" / str(port)
    settings = Settings(
        str(network_folder(network).resolve()), str(room), rate, tuple(cors or ()), secrets.token_hex(16)
    )
    os.environ[SETTINGS] = msgspec.json.encode(settings).decode()
    _count_together(room / "metrics", workers)
    typer.echo(f"Kaiteki answers at http://{host}:{port}/ ; its interface is described at /docs.", err=True)
    uvicorn.run(
        "api.serving:served_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_config=LOGGING,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxy),
        forwarded_allow_ips=list(proxy or ()),
        timeout_graceful_shutdown=STOP_S,
        timeout_worker_healthcheck=30,
    )


def _count_together(folder: Path, workers: int) -> None:
    """Let several processes add to the same counts."""
    shutil.rmtree(folder, ignore_errors=True)
    if workers > 1:
        folder.mkdir(parents=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
