"""How an operator flies, as far as the law asks: who keeps people away, who pilots, what is insured and notified."""

from dataclasses import dataclass

from drones.rules import AccessControl


@dataclass(frozen=True, slots=True)
class Operation:
    """What an operator declares of a flight besides its way.

    Attributes
    ----------
    licence_class : int
        Of the pilot: 1, 2, or 0 for none.
    drops : bool
        Lets go of the parcel in the air; setting it down on a cable is not dropping.
    is_notified, has_log : bool
        The flight plan is filed; a log is carried.
    """

    access_control: AccessControl = AccessControl.GROUND
    licence_class: int = 0
    has_insurance: bool = False
    is_in_sight: bool = False
    is_automatic: bool = True
    drops: bool = False
    has_dangerous_goods: bool = False
    is_notified: bool = False
    has_log: bool = True


@dataclass(frozen=True, slots=True)
class Craft:
    """What the law asks to know of an aircraft: its mass at take-off, class of certificate (0: none), camera."""

    takeoff_mass_kg: float
    certificate_class: int
    has_camera: bool
