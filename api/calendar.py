"""An itinerary as a calendar entry.

References
----------
RFC 5545 (iCalendar).
"""

from datetime import datetime, timedelta
from hashlib import sha256

from icalendar import Calendar, Event

from api.cli_answer import leg_lines
from api.messages import Catalogue
from planner.model import Itinerary


def calendar_entry(itinerary: Itinerary, words: Catalogue, now: datetime) -> bytes:
    """One event from departure to arrival with the legs in its description; `now` is its time stamp."""
    origin, destination = itinerary.legs[0].origin, itinerary.legs[-1].destination
    event = Event()
    lines = leg_lines(words, itinerary)
    event.add("summary", f"{origin.name or words.text('leg.start')} → {destination.name or words.text('leg.end')}")
    event.add("dtstamp", now)
    event.add("dtstart", itinerary.start)
    event.add("dtend", max(itinerary.end, itinerary.start + timedelta(minutes=1)))
    event.add("description", "\n".join(lines))
    event.add("geo", (origin.lat, origin.lon))
    name = itinerary.id or "\n".join([itinerary.start.isoformat(), *lines])
    event.add("uid", f"{sha256(name.encode()).hexdigest()[:32]}@kaiteki")
    calendar = Calendar()
    calendar.add("prodid", "-//Kaiteki//journey planner//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
