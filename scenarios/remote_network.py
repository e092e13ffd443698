"""A network opened by another process or machine: the same one, or a refusal."""

from functools import lru_cache
from pathlib import Path

from planner.errors import NetworkError
from planner.network import Network, open_network


def open_same(folder: Path, snapshot: str) -> Network:
    """Open the network in `folder`, which on this machine too must be the one called `snapshot`.

    Raises
    ------
    NetworkError
        There is none, or another.
    """
    network = open_network(folder)
    if network.manifest.snapshot != snapshot:
        raise NetworkError(f"The network in {folder} is not the same on every machine of the cluster.")
    return network


@lru_cache(maxsize=1)
def open_once(folder: Path, snapshot: str) -> Network:
    """`open_same`, once a process."""
    return open_same(folder, snapshot)
