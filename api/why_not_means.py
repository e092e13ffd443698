"""Why a sharing system, a port of it or a demand bus is not in an answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial

from api.errors import UnknownPlaceError
from api.why_not_answers import Question, Rule, WhyNot, against, in_the_answer
from api.why_not_limits import kept_out_by, possible
from planner.flex import Quote
from planner.model import FlexLeg, Itinerary, Leg, RentalLeg
from planner.network import Network
from planner.plan import plan
from planner.rentals import MODES
from planner.request import PlanRequest, StreetMode
from planner.sharing import SharingSystem


@dataclass(frozen=True, slots=True)
class Sought:
    """What is asked about: the modes it goes by, the legs it makes, and networks with no other of its like."""

    modes: frozenset[StreetMode]
    makes: Callable[[Leg], bool]
    alone: tuple[Callable[[Network], Network], ...]

    def is_in(self, itinerary: Itinerary) -> bool:
        """Whether a journey makes use of it."""
        return any(self.makes(leg) for leg in itinerary.legs)


def shared(network: Network, named: str) -> Sought:
    """A sharing system by its id or name, or a port by its id.

    Raises
    ------
    UnknownPlaceError
        There is neither.
    """
    for system in network.snapshot.sharing:
        modes = frozenset(MODES[kind.form_factor] for kind in system.vehicle_types if kind.form_factor in MODES)
        if named in {system.id, system.name, *system.names.values()}:
            return Sought(modes, _rides(system.id), (cache(partial(_lent_by, lent=lambda one: one, by=system.id)),))
        if named in {station.id for station in system.stations}:
            ways = partial(_begun_at, port=named), partial(_ended_at, port=named)
            alone = tuple(cache(partial(_lent_by, lent=way, by=system.id)) for way in ways)
            return Sought(modes, _rides(system.id, named), alone)
    raise UnknownPlaceError("rental", f"rental={named[:60]}: there is no such sharing system or port in this network.")


def demand_bus(network: Network, routes: frozenset[int]) -> Sought:
    """The demand buses of some routes, which are rows of `Timetable.routes`."""
    ids = {network.snapshot.timetable.routes[row].id for row in routes}

    def alone(whole: Network) -> Network:
        flex = tuple(trip for trip in whole.snapshot.flex if trip.route in routes)
        return Network(replace(whole.snapshot, flex=flex, sharing=()), whole.manifest)

    makes = frozenset({StreetMode.FLEX})
    return Sought(makes, lambda leg: isinstance(leg, FlexLeg) and leg.route_id in ids, (cache(alone),))


def _rides(system_id: str, port: str | None = None) -> Callable[[Leg], bool]:
    def makes(leg: Leg) -> bool:
        is_ride = isinstance(leg, RentalLeg) and leg.system_id == system_id
        return is_ride and (port is None or port in {leg.origin.station_id, leg.destination.station_id})

    return makes


def _lent_by(network: Network, lent: Callable[[SharingSystem], SharingSystem], by: str) -> Network:
    """The network in which only one system lends; ports keep their places among all."""
    systems = tuple(lent(one) if one.id == by else replace(one, vehicle_types=()) for one in network.snapshot.sharing)
    return Network(replace(network.snapshot, sharing=systems, flex=()), network.manifest)


def _begun_at(system: SharingSystem, port: str) -> SharingSystem:
    stations = tuple(replace(one, is_renting=one.is_renting and one.id == port) for one in system.stations)
    return replace(system, stations=stations, vehicles=tuple(replace(one, is_disabled=True) for one in system.vehicles))


def _ended_at(system: SharingSystem, port: str) -> SharingSystem:
    stations = tuple(replace(one, is_returning=one.is_returning and one.id == port) for one in system.stations)
    return replace(system, stations=stations)


def about_means(network: Network, request: PlanRequest, sought: Sought, quote: Quote | None) -> WhyNot:
    """Why no journey that makes use of it is in the answer."""
    answer = plan(network, request, quote)
    shown = in_the_answer((*answer.itineraries, *answer.direct), sought.is_in)
    if shown is not None:
        return shown
    uses = [use for use in _uses(request, sought.modes) if use is not None]
    if not uses:
        modes = ", ".join(sorted(sought.modes))
        return WhyNot(Rule.MODE_NOT_ASKED, f"{modes} is not among the modes asked for.")
    questions = [Question(network, use, quote, alone, sought.is_in) for use in uses for alone in sought.alone]
    chances = [(best, question) for question in questions if (best := possible(question)) is not None]
    if not chances:
        for question in questions:
            if (told := kept_out_by(question)) is not None:
                return told
        return WhyNot(Rule.DOES_NOT_CONNECT, "Alone it makes the way from here to there no shorter than a walk.")
    best, question = min(chances, key=lambda chance: (chance[0].end, -chance[0].start.timestamp()))
    if found := question.found():
        return against(answer, found[0])
    return kept_out_by(question) or against(answer, best)


def _uses(request: PlanRequest, modes: frozenset[StreetMode]) -> list[PlanRequest | None]:
    """The request with these modes all the way, on the way to a stop, and on the way from one, where they are asked."""
    nothing, count = frozenset[StreetMode](), max(1, request.count)
    walk = frozenset({StreetMode.WALK})
    direct, access, egress = (modes & of for of in (request.direct_modes, request.access_modes, request.egress_modes))
    plain = replace(request, count=count, direct_modes=nothing, access_modes=walk, egress_modes=walk)
    return [
        replace(request, count=0, direct_modes=direct) if direct else None,
        replace(plain, access_modes=access) if access else None,
        replace(plain, egress_modes=egress) if egress else None,
    ]
