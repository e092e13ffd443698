"""Modes as people type them."""

import pytest

from api.modes import SHARED, allowed_modes
from planner.errors import RequestError
from planner.model import TRANSIT, Mode
from planner.request import StreetMode

WALK, BIKE, FLEX, TAXI = StreetMode.WALK, StreetMode.BIKE, StreetMode.FLEX, StreetMode.TAXI


def test_without_a_choice_all_scheduled_modes_walking_sharing_and_the_demand_bus() -> None:
    modes = allowed_modes(None, wheelchair=False)
    assert modes.transit == TRANSIT
    assert modes.access == modes.egress == {WALK, FLEX, *SHARED}
    assert modes.direct == modes.access | {TAXI}


def test_in_a_wheelchair_nothing_is_rented_unless_asked_for() -> None:
    assert allowed_modes(None, wheelchair=True).direct == {WALK, FLEX, TAXI}
    assert StreetMode.RENTAL_BICYCLE in allowed_modes("bicycle-rental", wheelchair=True).direct


def test_rail_alone_is_reached_on_foot_and_offers_nothing_direct() -> None:
    modes = allowed_modes("Rail, monorail", wheelchair=False)
    assert (modes.transit, modes.access, modes.direct) == ({Mode.RAIL, Mode.MONORAIL}, {WALK}, frozenset())


def test_ones_own_bicycle_stays_where_one_boards() -> None:
    modes = allowed_modes("bike,transit", wheelchair=False)
    assert (modes.access, modes.egress, modes.direct) == ({WALK, BIKE}, {WALK}, {BIKE})


def test_so_does_an_e_bike_while_who_drops_one_off_also_picks_one_up() -> None:
    modes = allowed_modes("e-bike,car-dropoff,transit", wheelchair=False)
    driven = StreetMode.CAR_DROPOFF
    assert (modes.access, modes.egress) == ({WALK, StreetMode.E_BIKE, driven}, {WALK, driven})


def test_street_modes_alone_leave_the_timetable_out() -> None:
    assert allowed_modes("walk,scooter", wheelchair=False).transit == frozenset()


def test_an_unknown_mode_is_named_with_those_there_are() -> None:
    with pytest.raises(RequestError, match=r"'rocket' is no mode; the modes are walk, .*monorail"):
        allowed_modes("walk,rocket", wheelchair=False)
    with pytest.raises(RequestError, match="--modes is empty"):
        allowed_modes(" ,", wheelchair=False)
