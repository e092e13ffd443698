"""The command line: `kaiteki`."""

import logging
import re
import sys
from collections.abc import Sequence
from io import TextIOWrapper

import typer

from api.cli_batch import batch
from api.cli_build import build
from api.cli_crowds import crowds
from api.cli_drones import drones
from api.cli_feeds import feeds
from api.cli_isochrone import isochrone
from api.cli_matrix import matrix
from api.cli_network import cache_folder
from api.cli_plan import HELP as PLAN_HELP
from api.cli_plan import plan
from api.cli_serve import serve
from api.cli_shelters import shelters
from api.cli_simulate import compare, simulate
from planner.errors import KaitekiError

FOUND, NOTHING_FOUND, BAD_INPUT = range(3)
"""Exit codes."""

SOUTHERN_POINT = re.compile(r"-[\d.]+,\s*-?[\d.]+")
"""Latitude and longitude that would be read as an option for their leading minus."""

app = typer.Typer(
    name="kaiteki",
    help="Plans door-to-door journeys, and plays a whole city's mobility.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("plan", help=PLAN_HELP)(plan)
app.command("build")(build)
app.command("batch")(batch)
app.command("matrix")(matrix)
app.command("isochrone")(isochrone)
app.command("shelters")(shelters)
app.command("crowds")(crowds)
app.command("serve")(serve)
app.command("simulate")(simulate)
app.command("compare")(compare)
app.add_typer(feeds, name="feeds")
app.add_typer(drones, name="drones")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 answered, 1 nothing found, 2 bad input."""
    words = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app([f" {word}" if SOUTHERN_POINT.match(word) else word for word in words])
    except KaitekiError as error:
        sys.exit(_refused(str(error)))
    except OSError as error:
        sys.exit(_refused(f"{error.filename or 'a file'}: {error.strerror or error}."))
    except Exception as error:  # noqa: BLE001
        log = _logged()
        sys.exit(_refused(f"Something went wrong inside the program ({type(error).__name__}: {error}); {log}."))


def _logged() -> str:
    """Write the error in hand to a file, and say which."""
    path = cache_folder() / "kaiteki.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(path)
    except OSError as error:
        return f"{path} could not be written ({error.strerror})"
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("kaiteki")
    logger.propagate = False
    logger.addHandler(handler)
    logger.exception("unexpected error")
    logger.removeHandler(handler)
    handler.close()
    return f"see {path}"


def _refused(sentence: str) -> int:
    typer.echo(f"kaiteki: {sentence}", err=True)
    return BAD_INPUT


if __name__ == "__main__":
    main()
