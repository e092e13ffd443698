"""Legs of one request."""

from datetime import date

from planner.rides import Ride
from planner.street_legs import StreetLegs

WEDNESDAY = date(2026, 11, 25)


def test_a_ride_is_written_once_for_all_journeys_of_a_request(makuhari) -> None:
    writer = StreetLegs(makuhari, None, ("en",), None)
    long, short = Ride(0, WEDNESDAY, 0, 2), Ride(0, WEDNESDAY, 0, 1)
    assert writer.ride(long) == makuhari.rides.leg(long, ("en",))
    assert writer.ride(short) == makuhari.rides.leg(short, ("en",)) != writer.ride(long)
    assert writer.ride(Ride(0, WEDNESDAY, 0, 2)) is writer.ride(long)
