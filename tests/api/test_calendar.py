"""An itinerary in a calendar."""

from datetime import UTC, datetime

from icalendar import Calendar

from api.calendar import calendar_entry
from api.messages import catalogue
from tests.api.answers import BY_RAIL, at

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_the_entry_lasts_from_departure_to_arrival_and_tells_every_leg() -> None:
    (event,) = Calendar.from_ical(calendar_entry(BY_RAIL, catalogue("ja"), NOW)).walk("VEVENT")
    assert (event["dtstart"].dt, event["dtend"].dt) == (at("17:30"), at("18:25"))
    assert event["summary"] == "ベイタウン → 県文化会館"
    assert len(event["description"].split("\n")) == len(BY_RAIL.legs)


def test_the_time_zone_of_its_times_is_defined_in_it() -> None:
    entry = Calendar.from_ical(calendar_entry(BY_RAIL, catalogue("ja"), NOW))
    assert [zone["tzid"] for zone in entry.walk("VTIMEZONE")] == [entry.walk("VEVENT")[0]["dtstart"].params["TZID"]]


def test_the_same_itinerary_has_the_same_uid() -> None:
    one, other = (calendar_entry(BY_RAIL, catalogue("ja"), NOW) for _ in range(2))
    assert one == other
    assert b"DTSTAMP:20261124T000000Z" in one
