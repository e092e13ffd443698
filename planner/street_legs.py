"""Legs along the streets: walks, rides on one's own or a shared vehicle, demand buses, taxis; with line and steps."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from planner.access import LINKS, End, Ground, Links, Ways
from planner.driven import DRIVEN, vehicle_of
from planner.flex import Quote, Rejection, TripRequest, book_from, book_until
from planner.geo import great_circle_m
from planner.means import PICKUP_WINDOW_S
from planner.model import FlexLeg, Leg, Mode, Place, RentalLeg, Step, StreetLeg, TaxiLeg, TransitLeg, VertexType
from planner.network import Network
from planner.prices import Price
from planner.profiles import Profile, car
from planner.request import StreetMode
from planner.rides import Ride, spoken
from planner.sharing import PricingPlan, alerts_of_ride, ride_price
from planner.snapping import Snap
from planner.street_route import known_route, route
from planner.taxi import taxi_price
from planner.timetable import NONE


class Spot(NamedTuple):
    """A place with the rows of `links` that join it to the streets."""

    place: Place
    links: Links
    rows: tuple[int, ...]


class Path(NamedTuple):
    """What a leg shows of its way."""

    metres: float
    geometry: tuple[tuple[float, float], ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class StreetLegs:
    """Writes the ways and rides of one request as legs: each ride once, a way between two spots searched for once."""

    network: Network
    ground: Ground | None
    languages: tuple[str, ...]
    quote: Quote | None
    paths: dict[tuple[object, ...], Path] = field(default_factory=dict)
    rides: dict[Ride, TransitLeg] = field(default_factory=dict)

    def legs(self, ways: Ways, row: int, spots: tuple[Spot, Spot], start: datetime, day: date) -> list[Leg] | Rejection:
        """Legs of one way, in order of travel.

        Parameters
        ----------
        spots : (Spot, Spot)
            Where the way begins and ends.
        day : date
            The service day on whose clock `ways` were found.
        """
        walk_s, ride_s, walk_on_s = (int(part) for part in ways.parts[row])
        origin, destination = spots
        means = ways.means
        if means.mode is StreetMode.WALK:
            return self._walk(spots, start, walk_s, ways.hour)
        boarded = start + timedelta(seconds=walk_s)
        if means.mode in DRIVEN:
            return [self._plain_ride(means.mode, spots, boarded, ride_s, ways.hour)]
        pickup = self._port(ways, int(ways.pickup[row]), origin)
        dropoff = self._port(ways, int(ways.dropoff[row]), destination)
        ride: Leg | Rejection
        if means.mode is StreetMode.FLEX:
            ride = self._flex(ways, (pickup, dropoff), boarded, ride_s, day + timedelta(days=ways.service_day))
        else:
            ride = self._rental(ways, (pickup, dropoff), boarded, ride_s)
        if isinstance(ride, Rejection):
            return ride
        before = self._walk((origin, pickup), start, walk_s, ways.hour)
        alighted = boarded + timedelta(seconds=ride_s)
        after = self._walk((dropoff, destination), alighted, walk_on_s, ways.hour)
        return [*before, ride, *after]

    def walk_between(self, spots: tuple[Spot, Spot], start: datetime, seconds: int, hour: int | None) -> StreetLeg:
        """A walk of given length between two stops."""
        path = self._path(self.ground.walk if self.ground else None, spots, hour)
        end = start + timedelta(seconds=seconds)
        return StreetLeg(Mode.WALK, start, end, spots[0].place, spots[1].place, *path)

    def ride(self, ride: Ride) -> TransitLeg:
        """A stay in a scheduled vehicle."""
        if ride not in self.rides:
            self.rides[ride] = self.network.rides.leg(ride, self.languages)
        return self.rides[ride]

    def stop(self, stop: int) -> Spot:
        """A stop of the timetable."""
        links = self.network.snapshot.street_side.stops if self.network.snapshot.street_side else {}
        return Spot(self.network.rides.place_of(stop, self.languages), links, (stop,))

    def end(self, end: End) -> Spot:
        """An end of the journey."""
        return Spot(end.place, end.links, tuple(range(max((len(link) for link in end.links.values()), default=0))))

    def _walk(self, spots: tuple[Spot, Spot], start: datetime, seconds: int, hour: int | None) -> list[Leg]:
        return [self.walk_between(spots, start, seconds, hour)] if seconds > 0 else []

    def _plain_ride(
        self, mode: StreetMode, spots: tuple[Spot, Spot], start: datetime, seconds: int, hour: int | None
    ) -> StreetLeg | TaxiLeg:
        assert self.ground is not None
        path = self._path(vehicle_of(mode, self.ground.bike)[0], spots, hour)
        end = start + timedelta(seconds=seconds)
        if mode is not StreetMode.TAXI:
            return StreetLeg(Mode(mode), start, end, spots[0].place, spots[1].place, *path)
        meter = self.network.snapshot.taxi
        price = taxi_price(meter, path.metres, start) if meter else None
        return TaxiLeg(start, end, spots[0].place, spots[1].place, path.metres, path.geometry, price)

    def _rental(self, ways: Ways, spots: tuple[Spot, Spot], start: datetime, seconds: int) -> RentalLeg:
        rental = self.network.rentals[ways.means.rental]
        system = self.network.snapshot.sharing[rental.system]
        kind = rental.vehicle_type
        path = self._path(rental.profile, spots, ways.hour)
        plan = next((p for p in system.pricing_plans if p.id == kind.pricing_plan_id), None)
        plan = plan or next(iter(system.pricing_plans), None)
        span = start.timestamp(), start.timestamp() + seconds
        station = next((s for s in system.stations if s.id == spots[0].place.station_id), None)
        return RentalLeg(
            start=start,
            end=start + timedelta(seconds=seconds),
            origin=spots[0].place,
            destination=spots[1].place,
            distance_m=path.metres,
            geometry=path.geometry,
            system_id=system.id,
            system_name=spoken(system.name, system.names, self.languages),
            form_factor=kind.form_factor,
            propulsion=kind.propulsion,
            return_constraint=kind.return_constraint,
            price=_rental_price(plan, seconds, path.metres),
            rental_uri=station.rental_uri if station else None,
            steps=path.steps,
            alerts=alerts_of_ride(system, (spots[0].place.station_id, spots[1].place.station_id), span),
        )

    def _flex(
        self, ways: Ways, spots: tuple[Spot, Spot], start: datetime, seconds: int, service_date: date
    ) -> FlexLeg | Rejection:
        snapshot = self.network.snapshot
        trip = snapshot.flex[ways.means.flex]
        route_ = snapshot.timetable.routes[trip.route]
        agency = snapshot.timetable.agencies[route_.agency]
        origin, destination = spots[0].place, spots[1].place
        end = start + timedelta(seconds=seconds)
        pickup, dropoff = (trip.areas[area] for area in ways.means.areas)
        window = start, start + timedelta(seconds=0 if pickup.is_fixed else PICKUP_WINDOW_S)
        asked = TripRequest((origin.lat, origin.lon), (destination.lat, destination.lon), start)
        offer = None if self.quote is None else self.quote(asked)
        if isinstance(offer, Rejection):
            return offer
        if offer is not None:
            if offer.drop_off_by > end:
                return Rejection("the operator's offer arrives after the connection")
            window = offer.pickup_window
        rules = [rule for rule in (pickup.pickup_rule, dropoff.drop_off_rule) if rule is not None]
        opening = [moment for rule in rules if (moment := book_from(rule, start, service_date))]
        path = self._path(car(), spots, ways.hour)
        return FlexLeg(
            start=start,
            end=end,
            origin=origin,
            destination=destination,
            distance_m=path.metres,
            geometry=path.geometry,
            trip_id=trip.id,
            route_id=route_.id,
            route_name=spoken(
                route_.long_name or route_.short_name, route_.long_names or route_.short_names, self.languages
            ),
            agency_name=spoken(agency.name, agency.names, self.languages),
            pickup_window=window,
            booking=next(iter(rules), None),
            book_until=min((book_until(rule, start, service_date) for rule in rules), default=None),
            book_from=max(opening, default=None),
        )

    def _port(self, ways: Ways, row: int, end: Spot) -> Spot:
        """Where a ride begins or ends: rentals count the ports first, then come the stops, then the journey's `end`."""
        n_stops = len(self.network.snapshot.timetable.stops)
        side = self.network.snapshot.street_side
        assert side is not None
        if ways.means.mode is not StreetMode.FLEX:
            n_ports = len(side.ports["foot"])
            if row < n_ports:
                return Spot(self._rental_place(row), side.ports, (row,))
            row -= n_ports
        return self.stop(row) if row < n_stops else end

    def _rental_place(self, row: int) -> Place:
        for system in self.network.snapshot.sharing:
            if row < len(system.stations):
                station = system.stations[row]
                name = spoken(station.name, station.names, self.languages)
                return Place(name, station.lat, station.lon, vertex=VertexType.BIKESHARE, station_id=station.id)
            row -= len(system.stations)
            if row < len(system.vehicles):
                vehicle = system.vehicles[row]
                name = spoken(system.name, system.names, self.languages)
                return Place(name, vehicle.lat, vehicle.lon, vertex=VertexType.BIKESHARE, station_id=vehicle.id)
            row -= len(system.vehicles)
        raise IndexError(row)

    def _path(self, profile: Profile | None, spots: tuple[Spot, Spot], hour: int | None) -> Path:
        a, b = spots
        key = (profile, hour, a.place.lat, a.place.lon, b.place.lat, b.place.lon)
        if key not in self.paths:
            self.paths[key] = self._searched(profile, spots, hour) or _straight(a.place, b.place)
        return self.paths[key]

    def _searched(self, profile: Profile | None, spots: tuple[Spot, Spot], hour: int | None) -> Path | None:
        if profile is None or self.ground is None:
            return None
        search, link = self.ground.search(profile, hour), LINKS[profile.name]
        side = self.ground.side
        stay = all(spot.links is side.stops or spot.links is side.ports for spot in spots)
        search_for = known_route if stay else route
        found = [
            path
            for origin in _snaps(spots[0], link)
            for destination in _snaps(spots[1], link)
            if (path := search_for(search, origin, destination, next(iter(self.languages), ""))) is not None
        ]
        if not found:
            return None
        best = min(found, key=lambda path: path.seconds)
        return Path(round(best.metres, 1), best.geometry, best.steps)


def _snaps(spot: Spot, link: str) -> list[Snap]:
    linked, at = spot.links[link], (spot.place.lat, spot.place.lon)
    return [
        Snap(
            int(linked.edge[row]),
            int(linked.reverse[row]),
            float(linked.fraction[row]),
            *at,
            *at,
            float(linked.connector_m[row]),
        )
        for row in spot.rows
        if row < len(linked) and linked.edge[row] != NONE
    ]


def _straight(a: Place, b: Place) -> Path:
    metres = round(float(great_circle_m(a.lat, a.lon, b.lat, b.lon)), 1)
    return Path(metres, ((a.lat, a.lon), (b.lat, b.lon)), ())


def _rental_price(plan: PricingPlan | None, seconds: int, metres: float) -> Price | None:
    if plan is None:
        return None
    return Price("", "", ride_price(plan, seconds, metres), plan.currency)
