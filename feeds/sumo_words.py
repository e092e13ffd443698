"""A vehicle and a stop in the words of Eclipse SUMO, the same for lines and for demand buses."""

from dataclasses import dataclass
from xml.etree import ElementTree as ET


@dataclass(frozen=True, slots=True)
class SumoVehicle:
    """What all vehicles have in common; `person_s` is what one rider needs to board, or to alight."""

    id: str
    places: int
    speed_ms: float
    acceleration_ms2: float
    deceleration_ms2: float
    person_s: float
    length_m: float = 7.0


def vehicle_type(vehicle: SumoVehicle) -> ET.Element:
    """Type of a vehicle that drives exactly as fast as it may and never dawdles."""
    return ET.Element("vType", {
        "id": vehicle.id, "vClass": "bus", "length": f"{vehicle.length_m:g}", "minGap": "1", "sigma": "0",
        "accel": f"{vehicle.acceleration_ms2:g}", "decel": f"{vehicle.deceleration_ms2:g}",
        "maxSpeed": f"{vehicle.speed_ms:.4f}", "speedFactor": "1", "speedDev": "0",
        "personCapacity": str(vehicle.places), "boardingDuration": f"{vehicle.person_s:g}",
    })  # fmt: skip


def bus_stop(name: str, lane: str, length_m: float, vehicle: SumoVehicle, title: str) -> ET.Element:
    """Stop with room for one vehicle at the end of a lane of this length."""
    start_m = max(length_m - vehicle.length_m - 1, 0.0)
    return ET.Element("busStop", {
        "id": name, "lane": lane, "startPos": f"{start_m:.2f}", "endPos": f"{length_m:.2f}", "name": title,
    })  # fmt: skip
