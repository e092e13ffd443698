"""Why an answer has no itinerary by scheduled transport."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why there is no transit itinerary, in OpenTripPlanner's words; the last two are ours.

    They are for who asks for no scheduled transport, and for who can pay only so much.
    """

    LOCATION_NOT_FOUND = "LOCATION_NOT_FOUND"
    OUTSIDE_BOUNDS = "OUTSIDE_BOUNDS"
    OUTSIDE_SERVICE_PERIOD = "OUTSIDE_SERVICE_PERIOD"
    NO_STOPS_IN_RANGE = "NO_STOPS_IN_RANGE"
    NO_TRANSIT_CONNECTION = "NO_TRANSIT_CONNECTION"
    NO_TRANSIT_CONNECTION_IN_SEARCH_WINDOW = "NO_TRANSIT_CONNECTION_IN_SEARCH_WINDOW"
    WALKING_BETTER_THAN_TRANSIT = "WALKING_BETTER_THAN_TRANSIT"
    NO_DIRECT_CONNECTION = "NO_DIRECT_CONNECTION"
    NOTHING_AFFORDABLE = "NOTHING_AFFORDABLE"


class InputField(StrEnum):
    """The part of the request a reason is about."""

    DATE_TIME = "DATE_TIME"
    FROM = "FROM"
    TO = "TO"
    VIA = "VIA"


@dataclass(frozen=True, slots=True)
class RoutingError:
    """A typed reason with the input it concerns and what a sentence about it needs (`details`)."""

    code: Reason
    input_field: InputField | None = None
    details: Mapping[str, str] = field(default_factory=dict)
