"""Planning a flight as a job: what the process beside the server does, and what it leaves for whoever asks."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from api.flight_words import (
    grounds_text,
    in_every_language,
    phrase_text,
    places_text,
    remedies_text,
    rule_sentence,
    rule_title,
    ruling_remedy,
)
from api.jobs import Progress
from api.messages import FALLBACK, catalogue, languages
from api.mission_files import briefing_of, write_mission_files
from api.mission_map import flight_features, place_features
from api.run_shapes import MissionRefusal, MissionResult, MissionRule, PlannedFlight, ProfilePoint
from drones.deconfliction import Resolution
from drones.mission import Mission, altitude_profile, arrival_of, distances_m
from drones.phases import spent_at
from drones.request import Refusal
from drones.rules import Ruling
from scenarios.drone_files import FOLDER, DroneScenario, drone_scenario_of, planned_beside

RESULT, FILES = "result.json", "files"
J_PER_WH = 3600.0


def plan_flight(folder: Path, question: dict[str, Any], progress: Progress) -> None:
    """Plan the flight that the question's tables describe, as `kaiteki drones plan` does."""
    progress(0, 1)
    scenario = scenario_of(question)
    found = planned_beside(scenario)
    if isinstance(found, Refusal):
        result = _refused(found, scenario)
    else:
        result = _flown(found.mission, scenario, _write_files(found, scenario, folder / FILES))
    (folder / RESULT).write_bytes(msgspec.json.encode(result))
    progress(1, 1)


def scenario_of(question: dict[str, Any]) -> DroneScenario:
    """The scenario of a job's question.

    Raises
    ------
    RequestError
        A value is impossible.
    """
    document = {**question["tables"], "flight": dict(question["tables"]["flight"])}
    flight = document["flight"]
    if isinstance(flight.get("departure"), str):
        flight["departure"] = datetime.fromisoformat(flight["departure"])
    return drone_scenario_of(document, question["mission"], FOLDER)


def _refused(refusal: Refusal, scenario: DroneScenario) -> MissionResult:
    told = MissionRefusal(
        code=refusal.cause.code,
        rule=in_every_language(lambda words: grounds_text(words, refusal)),
        sentence=in_every_language(lambda words: phrase_text(words, refusal.cause)),
        where=in_every_language(lambda words: places_text(words, refusal.where)),
        remedy=in_every_language(lambda words: remedies_text(words, refusal)) if refusal.remedies else None,
        missingKm=refusal.missing_km,
        missingMin=refusal.missing_min,
    )
    return MissionResult(place_features(scenario), (), refusal=told)


def _flown(mission: Mission, scenario: DroneScenario, files: tuple[str, ...]) -> MissionResult:
    energy = mission.energy
    seconds, joules = spent_at(mission.waypoints, energy)
    profile = tuple(
        ProfilePoint(round(along, 1), round(after, 1), round(height, 1), round(1 - spent / energy.on_board_j, 4))
        for (along, height), after, spent in zip(altitude_profile(mission), seconds, joules, strict=True)
    )
    flight = PlannedFlight(
        aircraft=scenario.aircraft.name,
        payloadKg=mission.payload_kg,
        departure=mission.departure,
        arrival=arrival_of(mission),
        lengthM=round(distances_m(mission.waypoints)[-1], 1),
        energyWh=round(energy.energy_j / J_PER_WH, 1),
        energyOnBoardWh=round(energy.on_board_j / J_PER_WH, 1),
        reserveWh=round(energy.reserve_j / J_PER_WH, 1),
        profile=profile,
        files=files,
    )
    rules = tuple(_rule(one) for one in mission.rulings)
    geojson = place_features(scenario)
    geojson["features"] += flight_features(mission)
    return MissionResult(geojson, rules, flight=flight)


def _rule(ruling: Ruling) -> MissionRule:
    remedy = in_every_language(lambda words: ruling_remedy(words, ruling))
    return MissionRule(
        id=ruling.rule.id,
        rule=in_every_language(lambda words: rule_title(words, ruling.rule)),
        verdict=ruling.verdict.value,
        sentence=in_every_language(lambda words: rule_sentence(words, ruling.rule)),
        places=tuple(in_every_language(partial(phrase_text, phrase=place)) for place in ruling.places),
        remedy=remedy if any(remedy.values()) else None,
    )


def _write_files(found: Resolution, scenario: DroneScenario, folder: Path) -> tuple[str, ...]:
    """Every file, and the page to print in the other languages too."""
    files = write_mission_files(found, scenario, folder, catalogue(FALLBACK))
    others = [language for language in languages() if language != FALLBACK]
    for language in others:
        page = briefing_of(found.mission, scenario, catalogue(language))
        (folder / f"{found.mission.id}.{language}.html").write_text(page, encoding="utf-8")
    return tuple(sorted((*files, *(f"{found.mission.id}.{language}.html" for language in others))))
