"""`kaiteki serve`: the HTTP interface of a network."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli_network import cache_folder, network_folder
from planner.network import open_network


def serve(
    network: Annotated[Path | None, typer.Option(help="Folder made by kaiteki build; default: Makuhari.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8080,
) -> None:
    """Answer journey-planning requests over HTTP, in MOTIS' words; /docs describes them.

    [bold]Example[/bold]

    kaiteki serve --network osaka --port 8000
    """
    import uvicorn

    from api.app import create_app

    uvicorn.run(create_app(open_network(network_folder(network)), cache_folder() / "server"), host=host, port=port)
