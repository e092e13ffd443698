"""The states of operational intents as a played day drives them: `intent_states`."""

from dataclasses import dataclass

import numpy as np

from drones.intents import IntentState, OperationalIntent, advance
from simulator.events import Events, Kind
from simulator.flight_day import AirDay, PlannedFlight


@dataclass(frozen=True, slots=True)
class StateChange:
    """From when on the flight of a parcel is in a state; seconds of the day."""

    parcel: int
    time_s: float
    state: IntentState


def intent_states(day: AirDay, events: Events, tolerance_s: float) -> tuple[StateChange, ...]:
    """Every state of every flight of a day, flight by flight.

    A flight is activated when it departs; nonconforming if that is later than declared by more than the tolerance;
    contingent from when it turns to an alternate; ended when it has landed, or when it is given up on its pad.
    """
    return tuple(change for flight in day.flights for change in _states(flight, events, tolerance_s))


def _states(flight: PlannedFlight, events: Events, tolerance_s: float) -> list[StateChange]:
    intent = OperationalIntent(str(flight.parcel), ())
    found = [StateChange(flight.parcel, 0.0, intent.state)]

    def become(state: IntentState, time_s: float) -> None:
        nonlocal intent
        intent = advance(intent, state)
        found.append(StateChange(flight.parcel, time_s, state))

    mine, its = events.traveller == flight.parcel, events.vehicle == flight.drone
    boarded = np.flatnonzero(mine & (events.kind == Kind.BOARDED))
    if not len(boarded):
        given_up = np.flatnonzero(mine & (events.kind == Kind.GAVE_UP))
        if len(given_up):
            become(IntentState.ENDED, float(events.time_s[given_up[0]]))
        return found
    begin = boarded[0]
    become(IntentState.ACTIVATED, float(events.time_s[begin]))
    if events.time_s[begin] > flight.departure_s + tolerance_s:
        become(IntentState.NONCONFORMING, float(events.time_s[begin]))
    after = np.arange(len(events.kind)) > begin
    turned = np.flatnonzero(after & its & (events.kind == Kind.INTERVENTION_ASKED))
    ends = np.flatnonzero(after & its & np.isin(events.kind, (Kind.SWAPPED, Kind.WITHDRAWN)))
    if len(turned) and len(ends) and turned[0] < ends[0]:
        become(IntentState.CONTINGENT, float(events.time_s[turned[0]]))
    if len(ends):
        become(IntentState.ENDED, float(events.time_s[ends[0]]))
    return found
