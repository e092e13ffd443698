"""The files of a planned flight: what a ground station, other operators, a map and a pilot read."""

from functools import partial
from pathlib import Path

from api.flight_words import phrase_text
from api.messages import Catalogue
from drones.deconfliction import Resolution
from drones.mission import Mission
from drones.noise import quiet_near
from drones.risk import ground_risk
from feeds.makuhari.airspace import read_coast
from feeds.missions import write_geojson, write_intent, write_kml, write_plan, write_waypoints
from feeds.uas_zones_ed269 import in_ed269_words, write_ed269
from scenarios.briefing import Tongue, Weather, briefing_html
from scenarios.drone_files import DroneScenario
from scenarios.drone_map import draw_mission

QUIET_WITHIN_M, QUIET_NAMED = 500.0, 5
"""Quiet places this near to the way are named, and how many of them."""


def write_mission_files(found: Resolution, scenario: DroneScenario, folder: Path, words: Catalogue) -> tuple[str, ...]:
    """Write .plan, .waypoints, KML, GeoJSON, the JSON of F3548 and ED-269, a map, and a page to print; their names."""
    folder.mkdir(parents=True, exist_ok=True)
    mission, zones, sites = found.mission, scenario.airspace.zones, scenario.airspace.sites
    at = folder / mission.id
    write_plan(mission, zones, sites, at.with_name(f"{mission.id}.plan"))
    write_waypoints(mission, at.with_name(f"{mission.id}.waypoints"))
    write_kml(mission, at.with_name(f"{mission.id}.kml"))
    write_geojson(mission, at.with_name(f"{mission.id}.geojson"))
    write_intent(found.intent, scenario.airspace.ground.geoid_m, at.with_name(f"{mission.id}.f3548.json"))
    write_ed269(map(in_ed269_words, zones), at.with_name(f"{mission.id}.ed269.json"))
    page = briefing_of(mission, scenario, words)
    at.with_name(f"{mission.id}.html").write_text(page, encoding="utf-8")
    draw_mission(mission, zones).save(str(at.with_name(f"{mission.id}.map.html")))
    return tuple(sorted(file.name for file in folder.iterdir()))


def briefing_of(mission: Mission, scenario: DroneScenario, words: Catalogue) -> str:
    """The page to print in a language."""
    request = scenario.request
    weather = Weather(scenario.wind, request.gust_ms, request.rain_mm_h, scenario.aircraft)
    risk = ground_risk(mission.waypoints, scenario.airspace, scenario.aircraft)
    say = Tongue(words.language, words.text, partial(phrase_text, words))
    notes = [
        say("ground_risk", grc=risk.grc, inhabited_km=risk.inhabited_m / 1000, people_km2=risk.people_km2),
        *quiet_text(mission, scenario, words),
        *([scenario.facts] if scenario.facts else []),
    ]
    return briefing_html(scenario.name, mission, scenario.airspace.zones, read_coast(), say, notes, weather)


def quiet_text(mission: Mission, scenario: DroneScenario, words: Catalogue) -> tuple[str, ...]:
    """A sentence that names the nearest places to be kept quiet; none where there are none near."""
    near = quiet_near(mission.waypoints, scenario.airspace.quiet, QUIET_WITHIN_M)[:QUIET_NAMED]
    if not near:
        return ()
    named = (words.text("briefing.quiet_place", name=place.name, distance_m=metres) for place, metres in near)
    places = words.text("flight_words.between_places").join(named)
    return (words.text("briefing.quiet", places=places),)
