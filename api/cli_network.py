"""The network a command works on, and the bar that is shown while one is built."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from planner.errors import NetworkError
from planner.network import Manifest


def network_folder(chosen: Path | None) -> Path:
    """Folder of the chosen network; without a choice the embedded city's, built at its first use."""
    if chosen is not None:
        if not chosen.is_dir():
            raise NetworkError(f"There is no folder {chosen}; kaiteki build {chosen} makes a network there.")
        return chosen
    from scenarios.embedded import embedded_network

    with progress_bar() as progress:
        return embedded_network(cache_folder(), progress)


def cache_folder() -> Path:
    """Where this program keeps what it can make or fetch again."""
    from platformdirs import user_cache_path

    return user_cache_path("kaiteki")


@contextmanager
def progress_bar() -> Iterator[Callable[[str, float], None]]:
    """Bar on the error stream, told the stage and the share done (0 … 1)."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=1.0, visible=False)

        def advance(stage: str, share: float) -> None:
            bar.update(task, description=stage, completed=share, visible=True)

        yield advance


def left_s(begin_s: float, done: int, count: int) -> float:
    """Seconds until all is done if it goes on as since `begin_s` of the monotonic clock."""
    return (time.monotonic() - begin_s) / done * (count - done)


def tell_sources(manifest: Manifest) -> None:
    """Say whose data a table or a document is made of, where it does not get in between."""
    if texts := attributions(manifest):
        typer.echo(f"Data: {'; '.join(texts)}", err=True)


def attributions(manifest: Manifest) -> list[str]:
    """What the licences of a network's sources ask to be said, each once, with the licence where it is known."""
    named = ((feed.attribution or feed.publisher or feed.name, feed) for feed in manifest.feeds)
    texts = (
        f"{text} ({feed.licence})" if feed.licence and feed.licence.replace("-", " ") not in text else text
        for text, feed in named
        if feed.attribution or feed.licence
    )
    return list(dict.fromkeys(texts))
