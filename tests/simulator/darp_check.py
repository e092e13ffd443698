"""Whether a dispatch keeps every rule of the dial-a-ride problem: written from the definition, slow and plain.

Cordeau, J.-F., Laporte, G. (2003), doi:10.1016/S0191-2615(02)00045-0, section 2, with several kinds of load and riders
who are on board already.
"""

from simulator.dispatch_state import Dispatch, FleetState

SLACK = 1e-5


def cost(state: FleetState, dispatch: Dispatch) -> float:
    """Driving time of all vehicles."""
    return sum(route_cost(state, dispatch, vehicle) for vehicle in range(len(state.vehicles.place)))


def calls_of(dispatch: Dispatch, vehicle: int) -> list[tuple[int, float]]:
    first, end = int(dispatch.plan.first[vehicle]), int(dispatch.plan.first[vehicle + 1])
    return [(int(dispatch.plan.visit[i]), float(dispatch.begin[i])) for i in range(first, end)]


def place_of(state: FleetState, call: int) -> int:
    n = len(state.requests.origin)
    return int(state.requests.origin[call] if call < n else state.requests.destination[call - n])


def route_cost(state: FleetState, dispatch: Dispatch, vehicle: int) -> float:
    here, total = int(state.vehicles.place[vehicle]), 0.0
    for call, _ in calls_of(dispatch, vehicle):
        there = place_of(state, call)
        total += float(state.times[here, there])
        here = there
    depot = int(state.vehicles.depot[vehicle])
    return total if depot < 0 else total + float(state.times[here, depot])


def violations(state: FleetState, dispatch: Dispatch) -> list[str]:
    """Every broken rule in words; an empty list for a feasible dispatch."""
    broken = []
    seen: dict[int, int] = {}
    for vehicle in range(len(state.vehicles.place)):
        for call, _ in calls_of(dispatch, vehicle):
            if call in seen:
                broken.append(f"visit {call} is made twice")
            seen[call] = vehicle
        broken += route_violations(state, dispatch, vehicle)
    n = len(state.requests.origin)
    refused = {int(request) for request in dispatch.unserved}
    for request in range(n):
        aboard = int(state.requests.vehicle[request])
        expected = set() if request in refused else {n + request} if aboard >= 0 else {request, n + request}
        made = {call for call in (request, n + request) if call in seen}
        if made != expected:
            broken.append(f"request {request}: visits {made} are planned instead of {expected}")
        carriers = {seen[call] for call in made} | ({aboard} if aboard >= 0 else set())
        if len(carriers) > 1:
            broken.append(f"request {request} changes vehicles: {carriers}")
    return broken


def route_violations(state: FleetState, dispatch: Dispatch, vehicle: int) -> list[str]:
    return [
        *pace_violations(state, dispatch, vehicle),
        *ride_violations(state, dispatch, vehicle),
        *load_violations(state, dispatch, vehicle),
    ]


def pace_violations(state: FleetState, dispatch: Dispatch, vehicle: int) -> list[str]:
    """Driving, service, windows, shift and duration."""
    requests, vehicles = state.requests, state.vehicles
    n = len(requests.origin)
    broken = []
    here, leave = int(vehicles.place[vehicle]), float(dispatch.departure[vehicle])
    start = leave
    if start < vehicles.free_from[vehicle] - SLACK:
        broken.append(f"vehicle {vehicle} leaves before it is free")
    for call, begin in calls_of(dispatch, vehicle):
        request, is_pickup = call % n, call < n
        there = place_of(state, call)
        if begin < leave + state.times[here, there] - SLACK:
            broken.append(f"vehicle {vehicle} cannot be at visit {call} by {begin}")
        first = (requests.pickup_earliest if is_pickup else requests.dropoff_earliest)[request]
        last = (requests.pickup_latest if is_pickup else requests.dropoff_latest)[request]
        if not first - SLACK <= begin <= last + SLACK:
            broken.append(f"visit {call} begins at {begin}, outside {first} to {last}")
        leave = begin + float((requests.boarding if is_pickup else requests.alighting)[request])
        here = there
    depot = int(vehicles.depot[vehicle])
    end = float(dispatch.arrival[vehicle])
    if end < leave + (float(state.times[here, depot]) if depot >= 0 else 0.0) - SLACK:
        broken.append(f"vehicle {vehicle} cannot be at its end by {end}")
    if end > vehicles.shift_end[vehicle] + SLACK:
        broken.append(f"vehicle {vehicle} ends at {end}, after its shift")
    if end - start > vehicles.max_duration[vehicle] + SLACK:
        broken.append(f"vehicle {vehicle} is on the way for {end - start}")
    return broken


def ride_violations(state: FleetState, dispatch: Dispatch, vehicle: int) -> list[str]:
    """Order and length of rides."""
    requests = state.requests
    n = len(requests.origin)
    broken = []
    boarded: dict[int, float] = {}
    for call, begin in calls_of(dispatch, vehicle):
        request = call % n
        if call < n:
            boarded[request] = begin + float(requests.boarding[request])
        elif requests.vehicle[request] < 0:
            if request not in boarded:
                broken.append(f"request {request} is dropped off before it is picked up")
            elif begin - boarded[request] > requests.max_ride[request] + SLACK:
                broken.append(f"request {request} rides {begin - boarded[request]}")
    return broken


def load_violations(state: FleetState, dispatch: Dispatch, vehicle: int) -> list[str]:
    """Seats and wheelchair places."""
    requests = state.requests
    n = len(requests.origin)
    broken = []
    load = [sum(int(requests.load[r][k]) for r in range(n) if requests.vehicle[r] == vehicle) for k in range(2)]
    for call, _ in calls_of(dispatch, vehicle):
        for kind in range(2):
            load[kind] += (1 if call < n else -1) * int(requests.load[call % n][kind])
            if load[kind] > state.vehicles.capacity[vehicle][kind]:
                broken.append(f"vehicle {vehicle} is overfull after visit {call}")
    return broken
