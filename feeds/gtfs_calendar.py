"""Service days of a GTFS feed: calendar.txt and calendar_dates.txt, alone or together."""

import numpy as np
from numpy.typing import NDArray

from feeds.gtfs_cells import NoticeLog, Table, ordinal
from feeds.notices import Severity

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_MAX_CELLS = 200_000_000
"""Services times days beyond which the last dates are cut off; a feed with 100 services reaches over 5000 years."""


def read_calendar(calendar: Table, dates: Table, log: NoticeLog) -> tuple[dict[str, int], int, NDArray[np.uint8]]:
    """Services and the dates on which they run.

    Returns
    -------
    services : dict of str to int
        Row of each service_id.
    first_date : int
        Ordinal of the first column.
    active : uint8 array of shape (services, days)
    """
    calendar, start, end = _ranges(calendar, log)
    dates, day = _exceptions(dates, log)
    ids = dict.fromkeys([*calendar.column("service_id"), *dates.column("service_id")])
    services = {service: row for row, service in enumerate(ids)}
    known = np.concatenate([start, end, day])
    if not len(known):
        return services, 1, np.zeros((len(services), 0), np.uint8)
    first, last = int(known.min()), int(known.max())
    limit = max(_MAX_CELLS // len(services), 1)
    if last - first >= limit:
        log.add(Severity.WARNING, calendar.file, None, "service dates span {} days; the last are cut off", last - first)
        last = first + limit - 1
    active = np.zeros((len(services), last - first + 1), np.uint8)
    _run_weekly(active, calendar, calendar.positions("service_id", services), start - first, end - first + 1, log)
    rows, columns = dates.positions("service_id", services), day - first
    added = dates.column("exception_type") == "1"
    inside = columns < active.shape[1]
    active[rows[inside], columns[inside]] = added[inside]
    return services, first, active


def _ranges(table: Table, log: NoticeLog) -> tuple[Table, NDArray[np.int64], NDArray[np.int64]]:
    start, bad_start = table.parsed("start_date", ordinal)
    end, bad_end = table.parsed("end_date", ordinal)
    bad = bad_start | bad_end | np.isnan(start) | np.isnan(end) | (start > end)
    message = "'{}' to '{}' is no range of dates; service '{}' does not run by calendar.txt"
    log.add_rows(Severity.ERROR, table, bad, message, "start_date", "end_date", "service_id")
    return table.where(~bad), start[~bad].astype(np.int64), end[~bad].astype(np.int64)


def _exceptions(table: Table, log: NoticeLog) -> tuple[Table, NDArray[np.int64]]:
    day, bad = table.parsed("date", ordinal)
    kind = table.column("exception_type")
    bad |= np.isnan(day) | ((kind != "1") & (kind != "2"))
    message = "date '{}' with exception_type '{}' says nothing; the row is left out"
    log.add_rows(Severity.ERROR, table, bad, message, "date", "exception_type")
    return table.where(~bad), day[~bad].astype(np.int64)


def _run_weekly(
    active: NDArray[np.uint8],
    table: Table,
    services: NDArray[np.int32],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    log: NoticeLog,
) -> None:
    runs = np.stack([table.choices(name, (0, 1), log) for name in WEEKDAYS], axis=1)
    # Ordinal 1 was a Monday.
    first = table.parsed("start_date", ordinal)[0].astype(np.int64)
    for row, (service, begin, stop) in enumerate(zip(services, start, end, strict=True)):
        stop = min(stop, active.shape[1])
        if begin < stop:
            weekday = (first[row] - 1 + np.arange(stop - begin)) % 7
            active[service, begin:stop] |= runs[row][weekday].astype(np.uint8)
