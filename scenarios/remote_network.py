"""A network opened by another process or machine: the same one, or a refusal."""

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
