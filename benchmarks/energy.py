"""How well the energy model fits published measurements: python benchmarks/energy.py FOLDER prints one JSON object.

FOLDER holds power_measurements.csv (study, x_name, x, y_name, y, wing, takeoff_mass_kg, rotors, rotor_diameter_m), the
digitised figures collected by rymanderson/drone_awe (MIT). Every model has two free numbers at most, fitted to every
second measurement of a study; the error is the mean one on the others, as a share. Chang 2016 is in amperes of an
11.1 V battery, though the file says power: 18 W would not hold 1.3 kg in the air. Abdilla 2015 is left out: its
endurance grows with what the file calls payload.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drones.aircraft import Aircraft, EnergyStore, Wing
from drones.energy import hover_power_w, rotor_power_w, wing_power_w

Numbers = NDArray[np.float64]

FIREFLY_EMPTY_KG = 3.8
FIREFLY_CRUISE_MS = 18.0
PROFILE_SHARE = 0.65


def measurements(folder: Path) -> dict[str, tuple[Numbers, Numbers]]:
    """What was varied and what was measured, by study."""
    found: dict[str, list[tuple[float, float]]] = {}
    with (folder / "power_measurements.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["study"], []).append((float(row["x"]), float(row["y"])))
    return {study: (np.array(rows)[:, 0], np.array(rows)[:, 1]) for study, rows in found.items()}


def copter(mass_kg: float, rotors: int, diameter_m: float) -> Aircraft:
    """A multicopter of ideal rotors and no drag, the basis of a fit."""
    return Aircraft(
        id="fitted", name="fitted", store=EnergyStore.BATTERY, mass_kg=mass_kg, takeoff_mass_max_kg=mass_kg + 5,
        payload_max_kg=5, energy_j=1, rotors=rotors, rotor_diameter_m=diameter_m, hover_efficiency=1,
        profile_share=PROFILE_SHARE, parasite_area_m2=0, cruise_ms=10, climb_ms=1, descent_ms=1, winch_ms=0,
        wind_limit_ms=10, gust_limit_ms=10, rain_limit_mm_h=0, certificate_class=0, has_parachute=False,
        has_camera=False,
    )  # fmt: skip


def fit(terms: Numbers, measured: Numbers) -> tuple[list[float], float]:
    """Factors of the terms from every second measurement by relative least squares, and the error on the others."""
    shares = terms / measured[:, None]
    factors, *_ = np.linalg.lstsq(shares[::2], np.ones(len(shares[::2])))
    error = np.mean(np.abs(shares[1::2] @ factors - 1))
    return [float(f"{factor:.4g}") for factor in factors], float(error)


def speed_terms(mass_kg: float, speeds: Numbers) -> Numbers:
    ideal = copter(mass_kg, 4, 0.254)
    return np.array([(rotor_power_w(ideal, 0.0, v), 1.225 * v**3 / 2) for v in speeds])


def payload_terms(payloads: Numbers) -> Numbers:
    ideal = copter(1.5, 6, 0.254)
    return np.array([(hover_power_w(ideal, payload),) for payload in payloads])


def wing_terms(masses: Numbers, speeds: Numbers) -> Numbers:
    drag, lift = Wing(1.0, 1e9, 1.0), Wing(0.0, 1.0, 1.0)
    pairs = zip(masses, speeds, strict=True)
    return np.array([(wing_power_w(drag, m, v), wing_power_w(lift, m, v)) for m, v in pairs])


def errors(folder: Path) -> dict[str, tuple[list[float], float]]:
    """Fitted factors and mean error by study: 1 / efficiency and parasite area, or the two parts of a wing's drag."""
    found = measurements(folder)
    table = {}
    for study, mass_kg, volts in (("DiFranco2016", 1.3, 1.0), ("Chang2016", 1.395, 11.1)):
        speeds, power = found[study]
        table[study] = fit(speed_terms(mass_kg, speeds), power * volts)
    for study in ("Dorling2017_3S", "Dorling2017_4S"):
        payloads, kilowatts = found[study]
        table[study] = fit(payload_terms(payloads), kilowatts * 1000)
    speeds, power = found["Ostler2009"]
    table["Ostler2009"] = fit(wing_terms(np.full_like(speeds, 0.95), speeds), power)
    payloads, seconds = found["FireFLY6Pro"]
    masses = FIREFLY_EMPTY_KG + payloads
    table["FireFLY6Pro"] = fit(wing_terms(masses, np.full_like(masses, FIREFLY_CRUISE_MS)), 1 / seconds)
    return table


def main() -> None:
    table = errors(Path(sys.argv[1]))
    print(json.dumps({study: {"factors": factors, "error": round(e, 4)} for study, (factors, e) in table.items()}))


if __name__ == "__main__":
    main()
