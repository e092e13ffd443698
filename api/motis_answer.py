"""An answer in MOTIS' words: what `/api/v6/plan` sends and `kaiteki plan --json` prints.

Each product bought is one fare transfer with one effective fare leg, for our prices are already those of whole runs of
legs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain
from typing import Any, assert_never

from api.itinerary_ids import itinerary_id
from api.messages import catalogue, reason_text
from api.motis import (
    WIRE_MODES,
    WIRE_RAIL,
    FareMedia,
    FareProduct,
    FareTransfer,
    LeaveLaterAdvice,
    PlanResponse,
    RiderCategory,
    WireAlert,
    WireCrowding,
    WireItinerary,
    WireLeg,
    WireMode,
    WirePeriod,
    WirePlace,
    WireReason,
    WireRental,
)
from api.motis_lines import Drawing, drawn
from planner.alternatives import Alternatives
from planner.crowds import Crowded
from planner.model import (
    Answer,
    FlexLeg,
    Itinerary,
    LeaveLater,
    Leg,
    Mode,
    Place,
    RentalLeg,
    StopCall,
    StreetLeg,
    TaxiLeg,
    TransitLeg,
    mode_of,
)
from planner.prices import FarePart, Price
from planner.reasons import RoutingError
from planner.request import Location, PlanRequest, StopId

NO_OTHER: Alternatives = {}

Others = Callable[[Itinerary], Alternatives]
"""What could be taken in place of each ride of an itinerary."""

MEDIA_TYPES = {"ic": "TRANSIT_CARD", "ticket": "PAPER_TICKET", "cash": "NONE", "app": "MOBILE_APP"}
"""MOTIS' fareMediaType of our media; any other medium is of type NONE and keeps its name."""


def none_other(_itinerary: Itinerary) -> Alternatives:
    """Nothing in place of any ride."""
    return NO_OTHER


def plan_response(answer: Answer, request: PlanRequest, others: Others = none_other) -> PlanResponse:
    """The whole answer in MOTIS' shape, with the `others` that could be taken in place of each ride."""
    reason, advice = answer.reason, answer.advice
    instead = [others(one) for one in answer.itineraries]
    shown = [*answer.direct, *answer.itineraries, *((advice.itinerary, advice.instead_of) if advice else ())]
    drawing = drawn(chain(*(one.legs for one in shown), *map(_legs_of, instead)))
    return PlanResponse(
        requestParameters=request_parameters(request),
        debugOutput={"itineraries": len(answer.itineraries), "direct": len(answer.direct)},
        from_=wire_place(answer.origin),
        to=wire_place(answer.destination),
        direct=tuple(_itinerary(one, drawing) for one in answer.direct),
        itineraries=tuple(
            _itinerary(one, drawing, request.languages, other)
            for one, other in zip(answer.itineraries, instead, strict=True)
        ),
        previousPageCursor=answer.previous_cursor,
        nextPageCursor=answer.next_cursor,
        routingErrors=() if reason is None else (_wire_reason(reason, request.languages),),
        leaveLater=None if advice is None else _leave_later(advice, drawing, request.languages),
    )


def _legs_of(others: Alternatives) -> Iterator[Leg]:
    return chain.from_iterable(chain.from_iterable(others.values()))


def _leave_later(advice: LeaveLater, drawing: Drawing, languages: tuple[str, ...]) -> LeaveLaterAdvice:
    both = (_itinerary(one, drawing, languages) for one in (advice.itinerary, advice.instead_of))
    return LeaveLaterAdvice(advice.minutes, *both)


def _wire_reason(reason: RoutingError, languages: tuple[str, ...]) -> WireReason:
    return WireReason(reason.code, reason_text(catalogue(languages[0]), reason), reason.input_field)


def request_parameters(request: PlanRequest) -> dict[str, str]:
    """The question as it was understood."""
    return {
        "fromPlace": _location_text(request.origin),
        "toPlace": _location_text(request.destination),
        "time": utc(request.time).isoformat().replace("+00:00", "Z"),
        "arriveBy": str(request.arrive_by).lower(),
        "maxTransfers": str(request.max_transfers),
        "pedestrianProfile": "WHEELCHAIR" if request.wheelchair else "FOOT",
    }


def trip_id_on(trip_id: str, service_date: date) -> str:
    """Id of one run: the service day before the feed's id, for a trip runs on many days."""
    return f"{service_date:%Y%m%d}_{trip_id}"


def _location_text(location: Location) -> str:
    if isinstance(location, StopId):
        return location.id
    place = f"{location.lat},{location.lon}"
    return place if location.level is None else f"{place},{location.level:g}"


def wire_itinerary(itinerary: Itinerary, languages: tuple[str, ...] = ()) -> WireItinerary:
    """An itinerary in MOTIS' shape, alerts in the first of `languages` they are written in."""
    return _itinerary(itinerary, drawn(itinerary.legs), languages)


def _itinerary(
    itinerary: Itinerary, drawing: Drawing, languages: tuple[str, ...] = (), others: Alternatives = NO_OTHER
) -> WireItinerary:
    parts = itinerary.fare or ()
    bought = {leg: index for index, part in enumerate(parts) for leg in part.legs}
    return WireItinerary(
        duration=itinerary.duration_s,
        startTime=utc(itinerary.start),
        endTime=utc(itinerary.end),
        transfers=itinerary.transfers,
        id=itinerary_id(itinerary),
        legs=tuple(
            _leg(leg, drawing, bought.get(index), languages, others.get(index))
            for index, leg in enumerate(itinerary.legs)
        ),
        emissionsPerPerson=round(itinerary.co2_g, 1),
        walkDistance=round(itinerary.walk_m, 1),
        fareTransfers=None if itinerary.fare is None else tuple(_fare_transfer(part) for part in parts),
        crowding=None if itinerary.crowding is None else _crowding(itinerary.crowding),
    )


def _crowding(crowding: Crowded) -> WireCrowding:
    return WireCrowding(
        gateWait=crowding.gate_s,
        stopWait=crowding.wait_s,
        discomfort=crowding.discomfort_s,
        loads=tuple(None if load is None else round(load, 2) for load in crowding.loads),
        expectedEndTime=None if crowding.expected_end is None else utc(crowding.expected_end),
    )


def _leg(
    leg: Leg,
    drawing: Drawing,
    fare: int | None,
    languages: tuple[str, ...],
    others: Sequence[Sequence[Leg]] | None = None,
) -> WireLeg:
    start, end = utc(leg.start), utc(leg.end)
    planned_start, planned_end, is_realtime, is_scheduled = _against_schedule(leg, start, end)
    return WireLeg(
        mode=wire_mode(mode_of(leg), leg.route_type if isinstance(leg, TransitLeg) else None),
        startTime=start,
        endTime=end,
        scheduledStartTime=planned_start,
        scheduledEndTime=planned_end,
        realTime=is_realtime,
        scheduled=is_scheduled,
        duration=round((end - start).total_seconds()),
        from_=_origin(leg, start, planned_start),
        to=wire_place(leg.destination, (end, planned_end)),
        legGeometry=drawing.line(leg),
        distance=round(leg.distance_m, 1),
        fareTransferIndex=fare,
        effectiveFareLegIndex=None if fare is None else 0,
        alerts=wire_alerts(leg, languages),
        alternatives=None
        if others is None
        else tuple(tuple(_leg(x, drawing, None, languages) for x in one) for one in others),
        **_particulars(leg, drawing),
    )


def _against_schedule(leg: Leg, start: datetime, end: datetime) -> tuple[datetime, datetime, bool, bool]:
    """Scheduled start and end, whether there are reports on the ride, and whether the timetable has it."""
    if not isinstance(leg, TransitLeg):
        return start, end, False, True
    planned_start = utc(leg.scheduled_start) if leg.scheduled_start else start
    planned_end = utc(leg.scheduled_end) if leg.scheduled_end else end
    return planned_start, planned_end, leg.is_realtime, not leg.is_extra


def wire_alerts(leg: Leg, languages: tuple[str, ...]) -> tuple[WireAlert, ...] | None:
    """Alerts about a leg in the first of `languages` they are written in, None if there are none."""
    if not isinstance(leg, TransitLeg | RentalLeg) or not leg.alerts:
        return None

    def said(texts: Mapping[str, str]) -> str:
        return next((texts[code] for code in languages if code in texts), next(iter(texts.values()), ""))

    def moment(second: int | None) -> datetime | None:
        return None if second is None else datetime.fromtimestamp(second, UTC)

    return tuple(
        WireAlert(
            headerText=said(alert.header),
            descriptionText=said(alert.description),
            cause=alert.cause,
            effect=alert.effect,
            severityLevel=alert.severity,
            impactPeriod=tuple(WirePeriod(moment(period.start), moment(period.end)) for period in alert.periods),
            url=said(alert.url) or None,
        )
        for alert in leg.alerts
    )


def wire_mode(mode: Mode, route_type: int | None = None) -> WireMode:
    """MOTIS' word for a mode; trains are told apart by route type."""
    if mode is Mode.RAIL and route_type in WIRE_RAIL:
        return WIRE_RAIL[route_type]
    return WIRE_MODES.get(mode) or WireMode(mode)


def _particulars(leg: Leg, drawing: Drawing) -> dict[str, Any]:
    match leg:
        case StreetLeg():
            return {"steps": drawing.steps_of(leg)}
        case RentalLeg():
            return {"steps": drawing.steps_of(leg), "rental": _rental(leg)}
        case TransitLeg():
            return _transit(leg)
        case FlexLeg():
            return {
                "tripId": leg.trip_id,
                "routeId": leg.route_id,
                "routeLongName": leg.route_name,
                "displayName": leg.route_name,
                "agencyName": leg.agency_name,
            }
        case TaxiLeg():
            return {}
        case _:
            assert_never(leg)


def _transit(leg: TransitLeg) -> dict[str, Any]:
    accessible = {True: "ACCESSIBLE", False: "NOT_ACCESSIBLE", None: None}
    return {
        "headsign": leg.headsign,
        "routeId": leg.route_id,
        "routeColor": leg.route_color or None,
        "routeTextColor": leg.route_text_color or None,
        "routeType": leg.route_type,
        "agencyId": leg.agency_id,
        "agencyName": leg.agency_name,
        "agencyUrl": leg.agency_url,
        "tripId": trip_id_on(leg.trip_id, leg.service_date),
        "routeShortName": leg.route_short_name,
        "routeLongName": leg.route_long_name,
        "displayName": leg.route_short_name or leg.route_long_name,
        "cancelled": leg.cancelled,
        "intermediateStops": tuple(wire_call(call) for call in leg.calls),
        "bikesAllowed": leg.bikes_allowed,
        "wheelchairAccessible": accessible[leg.wheelchair],
        "interlineWithPreviousLeg": leg.stays_seated or None,
    }


def _rental(leg: RentalLeg) -> WireRental:
    return WireRental(
        providerId=leg.system_id,
        providerGroupId=leg.system_id,
        systemId=leg.system_id,
        systemName=leg.system_name,
        formFactor=leg.form_factor.upper(),
        propulsionType=leg.propulsion.upper(),
        returnConstraint=leg.return_constraint.upper(),
        fromStationName=leg.origin.name if leg.origin.station_id else None,
        toStationName=leg.destination.name if leg.destination.station_id else None,
        rentalUriWeb=leg.rental_uri,
    )


def wire_call(call: StopCall) -> WirePlace:
    """A call on the way in MOTIS' shape."""
    arrival, departure = utc(call.arrival), utc(call.departure)
    planned_arrival = arrival if call.scheduled_arrival is None else utc(call.scheduled_arrival)
    planned_departure = departure if call.scheduled_departure is None else utc(call.scheduled_departure)
    return wire_place(
        call.place, (arrival, planned_arrival), (departure, planned_departure), is_cancelled=call.cancelled
    )


def _origin(leg: Leg, start: datetime, planned: datetime) -> WirePlace:
    if isinstance(leg, FlexLeg):
        window = utc(leg.pickup_window[0]), utc(leg.pickup_window[1])
        return wire_place(leg.origin, None, (start, planned), window)
    return wire_place(leg.origin, None, (start, planned))


Moments = tuple[datetime, datetime]
"""When something really happens, and when it was to happen."""


def wire_place(
    place: Place,
    arrival: Moments | None = None,
    departure: Moments | None = None,
    window: Moments | None = None,
    *,
    is_cancelled: bool = False,
) -> WirePlace:
    """A place in MOTIS' shape, with when a vehicle or a traveller is there; `window` is that of a demand bus."""
    return WirePlace(
        name=place.name,
        lat=place.lat,
        lon=place.lon,
        level=place.level,
        vertexType=place.vertex,
        stopId=place.stop_id,
        parentId=place.parent_id,
        arrival=arrival[0] if arrival else None,
        departure=departure[0] if departure else None,
        scheduledArrival=arrival[1] if arrival else None,
        scheduledDeparture=departure[1] if departure else None,
        track=place.track,
        scheduledTrack=place.track,
        flexStartPickupDropOffWindow=window[0] if window else None,
        flexEndPickupDropOffWindow=window[1] if window else None,
        cancelled=is_cancelled or None,
    )


def _fare_transfer(part: FarePart) -> FareTransfer:
    return FareTransfer((tuple(_fare_product(part.name, price) for price in part.prices),))


def wire_product(part: FarePart, price: Price) -> FareProduct:
    """One of the products that pay for a part of an itinerary."""
    return _fare_product(part.name, price)


@lru_cache(maxsize=1024)
def _fare_product(name: str, price: Price) -> FareProduct:
    return FareProduct(
        name=name,
        amount=price.amount,
        currency=price.currency,
        riderCategory=RiderCategory(price.rider, price.rider == "adult") if price.rider else None,
        media=FareMedia(price.medium, MEDIA_TYPES.get(price.medium, "NONE")) if price.medium else None,
    )


def utc(moment: datetime) -> datetime:
    """The moment as it is sent."""
    return moment.astimezone(UTC)
