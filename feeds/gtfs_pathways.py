"""Ways inside stations: pathways.txt of a GTFS feed, a row for each direction in which one may go."""

import numpy as np
from numpy.typing import NDArray

from feeds.gtfs_cells import Mask, NoticeLog, Table, number, whole
from feeds.gtfs_tables import Tables
from feeds.notices import Notice, Severity
from planner.pathways import PathwayMode, Pathways
from planner.strings import Strings
from planner.timetable import BOARDING_AREA, NONE, STATION, Stops

_AMOUNTS = ("length", "traversal_time", "max_slope", "min_width", "stair_count")


def read_pathways(tables: Tables, prefix: str, stops: Stops) -> tuple[Pathways, tuple[Notice, ...]]:
    """Pathways between stops of the network; boarding areas stand for their platforms.

    Parameters
    ----------
    prefix : str
        Of the feed's ids in `stops`.

    References
    ----------
    GTFS Schedule reference, pathways.txt.
    """
    log = NoticeLog()
    table = Table("pathways.txt", tables.frames.get("pathways"))
    mode, is_mode_bad = table.parsed("pathway_mode", whole)
    is_mode_bad |= ~np.isin(mode, [int(kind) for kind in PathwayMode])
    message = "pathway_mode '{}' of pathway '{}' is not one of 1 to 7; the row is left out"
    log.add_rows(Severity.ERROR, table, is_mode_bad, message, "pathway_mode", "pathway_id")
    start, end = (_places(table, name, prefix, stops) for name in ("from_stop_id", "to_stop_id"))
    lost = ((start == NONE) | (end == NONE)) & ~is_mode_bad
    message = "pathway '{}' leads from '{}' to '{}', one of which is no platform, entrance or node; it is left out"
    log.add_rows(Severity.WARNING, table, lost, message, "pathway_id", "from_stop_id", "to_stop_id")
    kept = ~(lost | is_mode_bad)
    both = table.choices("is_bidirectional", (0, 1), log)
    wrong = kept & (mode == PathwayMode.EXIT_GATE) & (both == 1)
    message = "pathway '{}' is an exit gate that leads both ways; it is taken as leading out only"
    log.add_rows(Severity.WARNING, table, wrong, message, "pathway_id")
    back = np.flatnonzero(kept & (both == 1) & ~wrong)
    ahead = np.flatnonzero(kept)
    rows = np.concatenate([ahead, back])
    columns = {name: _amount(table, name, log)[rows] for name in _AMOUNTS}
    signs = table.column("signposted_as")[ahead], table.column("reversed_signposted_as")[back]
    flip = np.where(np.arange(len(rows)) < len(ahead), 1, -1)
    pathways = Pathways(
        start=np.concatenate([start[ahead], end[back]]),
        end=np.concatenate([end[ahead], start[back]]),
        mode=np.nan_to_num(mode)[rows].astype(np.int8),
        length_m=columns["length"].astype(np.float32),
        traversal_s=columns["traversal_time"].astype(np.float32),
        stairs=(np.nan_to_num(columns["stair_count"]) * flip).astype(np.int32),
        slope=(np.nan_to_num(columns["max_slope"]) * flip).astype(np.float32),
        min_width_m=columns["min_width"].astype(np.float32),
        signs=Strings.of(np.concatenate(signs)),
    )
    return pathways, log.notices()


def _places(table: Table, name: str, prefix: str, stops: Stops) -> NDArray[np.int32]:
    """StopIndex of a column; NONE where it is no place that pathways may join."""
    index = {stop.removeprefix(prefix): row for row, stop in enumerate(stops.ids) if stop.startswith(prefix)}
    rows = table.positions(name, index)
    # Row −1, which stands for no stop, must have something to point at.
    kinds, parents = np.append(stops.location_type, np.int8(NONE))[rows], np.append(stops.parent, NONE)[rows]
    platforms = np.where((kinds == BOARDING_AREA) & (parents != NONE), parents, rows)
    return np.where(kinds == STATION, NONE, platforms).astype(np.int32)


def _amount(table: Table, name: str, log: NoticeLog) -> NDArray[np.float64]:
    """Numbers of a column, nan where there is none; only stairs and slopes may lead down."""
    values, bad = table.parsed(name, number)
    wrong: Mask = bad | (np.abs(values) > 100_000)
    if name not in ("stair_count", "max_slope"):
        wrong |= values < 0
    message = f"{name} '{{}}' of pathway '{{}}' cannot be; it is treated as blank"
    log.add_rows(Severity.WARNING, table, wrong, message, name, "pathway_id")
    return np.where(wrong, np.nan, values)
