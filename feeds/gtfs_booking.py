"""How demand buses are booked: booking_rules.txt, whose days of notice may be those of a service.

References
----------
GTFS Schedule reference, booking_rules.txt.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from feeds.gtfs_cells import NoticeLog, Table, cell, seconds, whole
from feeds.notices import Severity
from planner.flex import BookingRule

_NUMBERS = (
    *("prior_notice_duration_min", "prior_notice_duration_max", "prior_notice_last_day"),
    *("prior_notice_last_time", "prior_notice_start_time", "prior_notice_start_day"),
)


def read_booking_rules(
    table: Table,
    services: Mapping[str, int],
    days: tuple[int, NDArray[np.uint8]],
    prefix: str,
    log: NoticeLog,
) -> dict[str, BookingRule]:
    """Rules by booking_rule_id.

    Parameters
    ----------
    days : (int, uint8 array)
        Ordinal of the first date, and on which dates from there each of `services` runs.
    """
    rules: dict[str, BookingRule] = {}
    first, active = days
    for row, cells in table.records():
        rule_id, kind = cells.get("booking_rule_id", ""), cells.get("booking_type", "")
        if not rule_id or kind not in {"0", "1", "2"}:
            message = "booking rule '{}' has no id or booking_type '{}' is not 0, 1 or 2; it is left out"
            log.add(Severity.ERROR, table.file, row, message, rule_id, kind)
            continue
        numbers = {
            name: cell(cells, name, seconds if name.endswith("_time") else _count, (table.file, row), log)
            for name in _NUMBERS
        }
        service = cells.get("prior_notice_service_id", "")
        if service and service not in services:
            message = "prior_notice_service_id '{}' is no service; every day counts as a day of notice"
            log.add(Severity.WARNING, table.file, row, message, service)
        runs = active[services[service]] if service in services else None
        rules[rule_id] = BookingRule(
            id=prefix + rule_id,
            booking_type=int(kind),
            **{name: None if value is None else int(value) for name, value in numbers.items()},
            message=cells.get("message", ""),
            phone_number=cells.get("phone_number", ""),
            info_url=cells.get("info_url", ""),
            booking_url=cells.get("booking_url", ""),
            notice_days=None if runs is None else tuple((first + np.flatnonzero(runs)).tolist()),
        )
    return rules


def _count(text: str) -> float:
    # A century in minutes; beyond it dates run out of range.
    if not 0 <= whole(text) <= 52_560_000:
        raise ValueError(text)
    return whole(text)
