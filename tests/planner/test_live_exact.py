"""Whatever operators report, what runs is what the specification says, and searches find what enumeration finds."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.day import DayTimetable, segments_of, timetable_on
from planner.live import LiveState
from planner.live_records import StopRelationship, StopUpdate, TripRelationship, TripSelector, TripUpdate
from planner.raptor import Transit, search_at
from planner.timetable import InSeat, Timetable
from tests.planner import oracle
from tests.planner.live_states import NO_DATA, SKIPPED, cancel, delay, patched, state_of
from tests.planner.questions import Question, questions
from tests.planner.timetables import DAY


@st.composite
def update_of(draw: st.DrawFn, table: Timetable, trip: int, day: int) -> TripUpdate:
    """Any update of one run whose stop updates are in order."""
    selector = TripSelector(table.trips.ids[trip], start_date=DAY + timedelta(days=day))
    if draw(st.integers(0, 4)) == 0:
        return TripUpdate(selector, TripRelationship.CANCELED)
    pattern = int(table.trips.pattern[trip])
    calls = range(int(table.patterns.first[pattern]), int(table.patterns.first[pattern + 1]))
    told = []
    for number, call in enumerate(calls):
        kind = draw(st.sampled_from(["none", "none", "late", "late", "skipped", "no data"]))
        stop_id = table.stops.ids[int(table.patterns.stop[call])]
        late = 60 * draw(st.integers(-10, 40))
        if kind == "late":
            told.append(StopUpdate(number, stop_id, late, None, late))
        elif kind != "none":
            told.append(StopUpdate(number, stop_id, relationship=SKIPPED if kind == "skipped" else NO_DATA))
    whole = draw(st.none() | st.integers(-10, 40).map(lambda minutes: 60 * minutes))
    return TripUpdate(selector, stop_updates=tuple(told), delay=whole)


def numbered(table: Timetable) -> Timetable:
    """The timetable with stop_sequence from 0 in every trip."""
    events = [np.arange(n) for n in np.diff(table.trips.first_event)]
    return replace(table, trips=replace(table.trips, sequence=np.concatenate([*events, []]).astype(np.int32)))


def runs_by_lane(day: DayTimetable) -> list[tuple[object, ...]]:
    """Every vehicle: its trips with their days, and its calls with times and rights."""
    found = []
    for pattern in range(len(day.pattern_first) - 1):
        calls = slice(int(day.pattern_first[pattern]), int(day.pattern_first[pattern + 1]))
        n_calls, trips = calls.stop - calls.start, range(int(day.trip_first[pattern]), int(day.trip_first[pattern + 1]))
        events = slice(int(day.event_first[pattern]), int(day.event_first[pattern + 1]))
        arrival = day.arrival[events].reshape(len(trips), n_calls)
        departure = day.departure[events].reshape(n_calls, len(trips)).T
        for row, trip in enumerate(trips):
            parts = tuple(segments_of(day, trip, 0, n_calls - 1))
            rights = tuple(day.board_stop[calls].tolist()), tuple(day.alight_stop[calls].tolist())
            found.append((parts, *rights, tuple(arrival[row].tolist()), tuple(departure[row].tolist())))
    return sorted(found)


@settings(max_examples=150, deadline=None)
@given(questions(), st.data())
def test_the_patched_day_holds_what_a_day_cut_anew_holds(question: Question, data: st.DataObject) -> None:
    table = numbered(question.table)
    scheduled = timetable_on(table, DAY, question.trips, question.stops)
    runs = data.draw(
        st.lists(st.tuples(st.integers(0, len(table.trips) - 1), st.integers(-1, 1)), max_size=6, unique=True)
    )
    state = state_of(table, *(data.draw(update_of(table, *run)) for run in runs))
    trips = np.append(question.trips, question.trips[state.live.runs.source])
    day = patched(scheduled, state, DAY, (trips, question.stops))
    anew = timetable_on(state.live.timetable, DAY, trips, question.stops)
    assert runs_by_lane(day) == runs_by_lane(anew)
    for pattern in range(len(day.pattern_first) - 1):
        n_trips = int(day.trip_first[pattern + 1] - day.trip_first[pattern])
        events = slice(int(day.event_first[pattern]), int(day.event_first[pattern + 1]))
        calls = slice(int(day.pattern_first[pattern]), int(day.pattern_first[pattern + 1]))
        by_call = day.departure[events].reshape(-1, n_trips)[day.board_stop[calls] < day.n_stops]
        by_trip = day.arrival[events].reshape(n_trips, -1)[:, day.alight_stop[calls] < day.n_stops]
        assert (np.diff(by_call, axis=1) >= 0).all()
        assert (np.diff(by_trip, axis=0) >= 0).all()


Calls = tuple[tuple[int, int, int, bool, bool], ...]
"""(stop, arrival, departure, may board, may alight) of every call."""


def planned_calls(table: Timetable, trip: int) -> list[tuple[int, int, int, bool, bool]]:
    first, event = int(table.patterns.first[table.trips.pattern[trip]]), int(table.trips.first_event[trip])
    return [
        (
            int(table.patterns.stop[first + i]),
            int(table.trips.arrival[event + i]),
            int(table.trips.departure[event + i]),
            bool(table.patterns.can_board[first + i]),
            bool(table.patterns.can_alight[first + i]),
        )
        for i in range(int(table.trips.first_event[trip + 1]) - event)
    ]


def told_calls(table: Timetable, trip: int, update: TripUpdate) -> Calls:
    """Calls of a trip by the words of the specification, one moment after the other; stop_sequence is the position."""
    calls, about = planned_calls(table, trip), {told.stop_sequence: told for told in update.stop_updates}
    carried, moments = update.delay, list[tuple[int, bool]]()
    for i, (_, arrival, departure, _, _) in enumerate(calls):
        told = about.get(i, StopUpdate(relationship=SKIPPED))
        if told.relationship is NO_DATA:
            carried = None
        is_told = told.relationship is StopRelationship.SCHEDULED
        for time, own in ((arrival, told.arrival_delay), (departure, told.departure_delay)):
            if is_told and own is not None:
                carried = own
            moments.append((time + (carried or 0), is_told and own is not None))
    for k, (time, is_told) in enumerate(moments):
        if not is_told:
            moments[k] = min([time, *(later for later, is_later_told in moments[k:] if is_later_told)]), False
    times = [max(time for time, _ in moments[: k + 1]) for k in range(len(moments))]
    times[0] = moments[0][0]
    skipped = {i for i, told in about.items() if told.relationship is SKIPPED}
    return tuple(
        (stop_, times[2 * i], times[2 * i + 1], board and i not in skipped, alight and i not in skipped)
        for i, (stop_, _, _, board, alight) in enumerate(calls)
    )


def expected_runs(table: Timetable, updates: dict[tuple[int, int], TripUpdate]) -> list[tuple[int, str, Calls]]:
    """(day offset, trip id, calls) of all that runs around DAY, vehicles that come late held."""
    found: dict[tuple[int, int], Calls] = {}
    held: dict[tuple[int, int], int] = {}
    for offset in (-1, 0, 1):
        active = table.active_services(DAY + timedelta(days=offset))
        for trip in range(len(table.trips)):
            update = updates.get((trip, offset), TripUpdate(TripSelector()))
            if active[table.trips.service[trip]] and update.relationship is not TripRelationship.CANCELED:
                found[trip, offset] = told_calls(table, trip, update)
    links = list(zip(table.in_seat.from_trip.tolist(), table.in_seat.to_trip.tolist(), strict=True))
    for _ in range(len(table.trips) + 1):
        for (a, offset), calls in list(found.items()):
            if (a, offset) not in updates and (a, offset) not in held:
                continue
            for b in (b for start, b in links if start == a and (b, offset) in found and (b, offset) not in updates):
                was_linked = planned_calls(table, a)[-1][1] <= planned_calls(table, b)[0][2]
                late = calls[-1][1] - planned_calls(table, b)[0][2]
                if was_linked and late > held.get((b, offset), 0):
                    held[b, offset] = late
                    found[b, offset] = told_calls(table, b, TripUpdate(TripSelector(), delay=late))
    return sorted((offset, table.trips.ids[trip], calls) for (trip, offset), calls in found.items())


def runs_of(table: Timetable) -> list[tuple[int, str, Calls]]:
    active = {offset: table.active_services(DAY + timedelta(days=offset)) for offset in (-1, 0, 1)}
    return sorted(
        (offset, table.trips.ids[trip], tuple(planned_calls(table, trip)))
        for offset in active
        for trip in range(len(table.trips))
        if active[offset][table.trips.service[trip]]
    )


@settings(max_examples=150, deadline=None)
@given(questions(), st.data())
def test_what_runs_is_what_the_specification_says(question: Question, data: st.DataObject) -> None:
    table = numbered(question.table)
    active = {offset: table.active_services(DAY + timedelta(days=offset)) for offset in (-1, 0, 1)}
    runs = [(t, d) for d in active for t in range(len(table.trips)) if active[d][table.trips.service[t]]]
    chosen = data.draw(st.lists(st.sampled_from(runs), max_size=6, unique=True)) if runs else []
    updates = {run: data.draw(update_of(table, *run)) for run in chosen}
    state = state_of(table, *updates.values())
    assert state.remarks == ()
    assert runs_of(state.live.timetable) == expected_runs(table, updates)
    trips = np.append(question.trips, question.trips[state.live.runs.source])
    scheduled = timetable_on(table, DAY, question.trips, question.stops)
    day = patched(scheduled, state, DAY, (trips, question.stops))
    world = oracle.world(state.live.timetable, DAY, question.footpaths, trips, question.stops)
    moment = 60 * data.draw(st.integers(7 * 60, 9 * 60))
    found = search_at(
        Transit.of(day, question.footpaths), question.access, question.egress, moment, question.max_transfers
    )
    expected = oracle.leaving_at(world, question.access, question.egress, moment, question.max_transfers)
    assert set(zip(found.arrival.tolist(), found.transfers.tolist(), strict=True)) == expected


@settings(max_examples=100, deadline=None)
@given(questions(), st.data())
def test_cancelling_a_trip_never_helps(question: Question, data: st.DataObject) -> None:
    trip, offset = data.draw(st.tuples(st.integers(0, len(question.table.trips) - 1), st.integers(-1, 1)))
    state = state_of(question.table, cancel(f"t{trip}", DAY + timedelta(days=offset)))
    arrivals = earliest(question, None), earliest(question, state)
    assert all(after >= before for before, after in zip(*arrivals, strict=True))


@settings(max_examples=150, deadline=None)
@given(questions(), st.data())
def test_a_delay_helps_only_who_boards_the_late_trip(question: Question, data: st.DataObject) -> None:
    """Who gains has caught the trip after it was to leave; and a late trip is no worse than none."""
    unlinked = InSeat(np.zeros(0, np.int32), np.zeros(0, np.int32))
    question = replace(question, table=replace(question.table, in_seat=unlinked))
    trip, minutes = data.draw(st.integers(0, len(question.table.trips) - 1)), data.draw(st.integers(1, 40))
    late, gone = (
        state_of(question.table, delay(f"t{trip}", whole=60 * minutes)),
        state_of(question.table, cancel(f"t{trip}")),
    )
    rides = ridden(question, late)
    for now, then, without_it in zip(*(earliest(question, state) for state in (late, None, gone)), strict=True):
        assert now <= without_it
        if now < then:
            assert late.live.shown(trip, DAY) in rides[now]


def ridden(question: Question, state: LiveState) -> dict[int, set[int]]:
    """Trips ridden to be there by each earliest arrival."""
    day = as_it_runs(question, state)
    found = search_at(
        Transit.of(day, question.footpaths), question.access, question.egress, 8 * 3600, question.max_transfers
    )
    return {
        int(arrival): {segment.trip for ride in found.rides(j) for segment in segments_of(day, *ride)}
        for j, arrival in enumerate(found.arrival)
    }


def as_it_runs(question: Question, state: LiveState | None) -> DayTimetable:
    scheduled = timetable_on(question.table, DAY, question.trips, question.stops)
    if state is None:
        return scheduled
    trips = np.append(question.trips, question.trips[state.live.runs.source])
    return patched(scheduled, state, DAY, (trips, question.stops))


def earliest(question: Question, state: LiveState | None) -> list[int]:
    """Earliest arrival with at most 0, 1, … transfers for who leaves at 8:00."""
    transit = Transit.of(as_it_runs(question, state), question.footpaths)
    found = search_at(transit, question.access, question.egress, 8 * 3600, question.max_transfers)
    best = [2**30] * (question.max_transfers + 1)
    for arrival, transfers in zip(found.arrival.tolist(), found.transfers.tolist(), strict=True):
        best[transfers] = arrival
    return [min(best[: k + 1]) for k in range(len(best))]
