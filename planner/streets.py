"""Streets of a network as arrays: who may use which way, how fast, and when it is open.

Every street is two directed edges, or one where it is one-way for everybody. Edges leave their node in CSR order;
`Edges.reverse` names the opposite edge. Rights are per direction.
"""

from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from planner.strings import Strings


class Access(IntFlag):
    """Who may use a directed edge, and what it is."""

    FOOT = 1
    BICYCLE = 2
    """Ride a bicycle on the carriageway or a cycle track."""
    BICYCLE_ON_PAVEMENT = 4
    """Ride a bicycle on a pavement signed open to bicycles."""
    CAR = 8
    WHEELCHAIR = 16
    """Foot access, no stairs, not tagged unfit for wheelchairs."""
    STAIRS = 32
    LIFT = 64
    INDOOR = 128
    CROSSING = 256
    MOTORROAD = 512
    """Carriageway closed to bicycles and light vehicles."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Directed edges; those leaving node v are ``first[v]:first[v + 1]``.

    Attributes
    ----------
    head : int32 array
        Node the edge leads to.
    tail : int32 array
        Node it leaves.
    length_m : float32 array
    access : uint16 array
        `Access` flags.
    speed_kmh : float32 array
        Car speed: maxspeed, else a default of the highway class.
    incline : float32 array
        Rise over run in the edge's direction, 0 where unknown.
    hours : int16 array
        Row of `Streets.opening` that limits its use, NONE where always open.
    name : int32 array
        Row of `Streets.names`, NONE without.
    reverse : int32 array
        The opposite edge, NONE on a one-way street.
    shape_first : int64 array of shape (edges + 1,)
        Points of the edge, both ends included, are ``shape_lat[shape_first[e]:shape_first[e + 1]]`` in its direction.
    """

    first: NDArray[np.int32]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    length_m: NDArray[np.float32]
    access: NDArray[np.uint16]
    speed_kmh: NDArray[np.float32]
    incline: NDArray[np.float32]
    hours: NDArray[np.int16]
    name: NDArray[np.int32]
    way: NDArray[np.int64]
    reverse: NDArray[np.int32]
    shape_first: NDArray[np.int64]
    shape_lat: NDArray[np.float64]
    shape_lon: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.head)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Daily opening in seconds after midnight; `closes` may pass 24:00. `text` is the OSM value.

    Where `is_by_day`, the days differ as `text` says, `holidays` are ordinals of its public holidays, and `opens` to
    `closes` is what all days have in common (nothing: both 0).
    """

    opens: int
    closes: int
    text: str
    is_by_day: bool = False
    holidays: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Streets:
    """The street network.

    Attributes
    ----------
    node_lat, node_lon : float64 arrays
    node_level : float32 array
        OSM level, 0 where unknown.
    node_wait_s : float32 array
        Time lost at the node on foot (lift, traffic signal), seconds.
    names : Strings
        Street names as signed.
    translations : dict of str to Strings
        The same rows in other languages, empty where unknown.
    opening : tuple of OpeningHours
    banned_from, banned_to : int32 arrays
        Turn restrictions: who drives in on edge `banned_from[i]` may not go on along `banned_to[i]`.
    """

    node_lat: NDArray[np.float64]
    node_lon: NDArray[np.float64]
    node_level: NDArray[np.float32]
    node_wait_s: NDArray[np.float32]
    edges: Edges
    names: Strings
    translations: dict[str, Strings]
    opening: tuple[OpeningHours, ...]
    banned_from: NDArray[np.int32]
    banned_to: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.node_lat)
