"""`kaiteki serve`: the HTTP interface of a network."""

import os
import secrets
import shutil
import socket
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from api.cli_network import cache_folder, network_folder
from planner.errors import RequestError

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104
REALTIME = "Live source to follow (GTFS-Realtime, or GBFS' gbfs.json); FEED names what it is about."
RECEIVER = "Beginning of an address to which news may be sent (webhooks, NGSI-LD); repeat."
STOP_S = 8
"""Given to requests in hand when the server is told to stop."""


def serve(  # noqa: PLR0913, PLR0917
    network: Annotated[Path | None, typer.Option(help="Folder made by kaiteki build; default: Makuhari.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0: everyone may ask.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8080,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer; they share the network.")] = 1,
    realtime: Annotated[list[str] | None, typer.Option(metavar="[FEED=]URL", help=REALTIME)] = None,
    live: Annotated[bool, typer.Option("--live", help="Let the simulator play the operators.")] = False,
    receiver: Annotated[list[str] | None, typer.Option(metavar="URL", help=RECEIVER)] = None,
    rate: Annotated[float, typer.Option(min=0, help="Limits per client times this; 0: no limits.")] = 1.0,
    cors: Annotated[list[str] | None, typer.Option(help="Origin whose pages may ask; repeat, or *.")] = None,
    proxy: Annotated[list[str] | None, typer.Option(help="Address of a proxy in front, believed.")] = None,
    style: Annotated[str | None, typer.Option(metavar="URL", help="MapLibre style for the page's map.")] = None,
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
    folder = network_folder(network).resolve()
    _check(folder, realtime or (), live)
    _check_address(host, port)
    if style is not None and not style.startswith("https://"):
        raise RequestError("--style", f"--style={style}: a style of another server begins with https://.")
    settings = Settings(
        network=str(folder),
        room=str(room),
        rate=rate,
        cors=tuple(cors or ()),
        salt=secrets.token_hex(16),
        origin=f"http://{'127.0.0.1' if host in EVERYWHERE else host}:{port}",
        realtime=tuple(realtime or ()),
        live=live,
        style=style,
        receivers=tuple(receiver or ()),
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
        timeout_keep_alive=75,
        timeout_worker_healthcheck=30,
    )


def _check_address(host: str, port: int) -> None:
    """Refuse an address that cannot be listened at; uvicorn would only log it."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind(address)
    except OSError as error:
        raise RequestError("--port", f"--host {host} --port {port}: {error.strerror}.") from error


def _check(folder: Path, realtime: Sequence[str], live: bool) -> None:
    """Refuse here, in one sentence, what every process would fail at."""
    from planner.network import open_network
    from scenarios.realtime import realtime_entry

    network = open_network(folder)
    for text in realtime:
        realtime_entry(text, network.manifest.feeds)
    if live and network.snapshot.street_side is None:
        raise RequestError("--live", "--live: this network has no streets for people to walk on; build it with --osm.")
    if live and find_spec("simpy") is None:
        raise RequestError("--live", "Playing the operators needs the library simpy: install kaiteki[simulation].")


def _count_together(folder: Path, workers: int) -> None:
    """Let several processes add to the same counts."""
    shutil.rmtree(folder, ignore_errors=True)
    if workers > 1:
        folder.mkdir(parents=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
