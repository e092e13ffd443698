"""Rides on shared vehicles begin while their system is open; whoever has one may give it back at any time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from planner.access import Ways, chosen
from planner.journeys import Options
from planner.opening_hours import ALWAYS, hours_of, spans_on
from planner.service_day import seconds_on
from planner.sharing import SharingSystem


def while_open(system: SharingSystem, ways: Ways, day: date, zone: ZoneInfo) -> Iterator[Ways]:
    """The ways by vehicles of `system`, begun so that they are taken within its hours; seconds are of service `day`.

    Hours that are not understood are no hours: readers of feeds report them.
    """
    try:
        rules = () if system.opening_hours == ALWAYS else hours_of(system.opening_hours)
    except ValueError:
        rules = ()
    if not rules:
        yield ways
        return
    options, to_vehicle, own_zone = ways.options, ways.parts[:, 0], ZoneInfo(system.timezone)
    for offset in (-1, 0, 1):
        own_day = day + timedelta(days=offset)
        shift = seconds_on(datetime.combine(own_day, time(), own_zone), day, zone)
        for opens, closes in spans_on(rules, own_day, is_holiday=own_day.toordinal() in system.holidays):
            timed = Options(
                options.stop,
                options.seconds,
                np.maximum(options.opens, opens + shift - to_vehicle).astype(np.int32),
                np.minimum(options.closes, closes + shift - to_vehicle).astype(np.int32),
            )
            yield chosen(replace(ways, options=timed), timed.opens <= timed.closes)
