"""One page for the pilot: what is flown, a map, heights and energy, wind, rules with clause, what to do in need."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from math import atan2, degrees, hypot, inf

from drones.aircraft import Aircraft
from drones.airspace import Circle, Geozone, Ring, ZoneKind
from drones.mission import Mission, altitude_profile, arrival_of, distances_m
from drones.phases import spent_at
from drones.phrases import Phrase
from drones.plane import Plane, Position, to_plane
from drones.request import Wind
from drones.rules import Ruling, Verdict

WIDTH, HEIGHT, PROFILE_HEIGHT, MARGIN = 720, 420, 130, 30

PLACES = 3
"""Named of a rule; more are left to the files."""

ZONE_COLOURS = {
    ZoneKind.PROHIBITED: "#dc2626",
    ZoneKind.REQ_AUTHORISATION: "#d97706",
    ZoneKind.CONDITIONAL: "#2563eb",
    ZoneKind.NO_RESTRICTION: "#059669",
}

STYLE = """body{font:13px/1.4 system-ui,sans-serif;max-width:760px;margin:1em auto;color:#111}
h1{font-size:1.3em;margin:0}table{border-collapse:collapse;width:100%;margin:.5em 0}
td,th{border-bottom:1px solid #ccc;padding:2px 6px;text-align:left}td.n{text-align:right}
svg{width:100%;height:auto;border:1px solid #ccc;background:#f8fafc}
@page{size:A4;margin:9mm}@media print{body{margin:0;max-width:none;font-size:7px;line-height:1.2}
svg{max-height:48mm}svg+svg{max-height:14mm}td,th{padding:0 4px}table{margin:1mm 0}}"""


@dataclass(frozen=True, slots=True)
class Tongue:
    """The language of a page.

    Attributes
    ----------
    text : callable
        The text of a key of the catalogue with its values filled in.
    told : callable
        A phrase in words.
    """

    language: str
    text: Callable[..., str]
    told: Callable[[Phrase], str]

    def __call__(self, key: str, **values: str | float) -> str:
        """A text of the page."""
        return self.text(f"briefing.{key}", **values)


@dataclass(frozen=True, slots=True)
class Weather:
    """The wind a mission was planned in, the highest gust and rain, and the aircraft whose limits they are held to."""

    wind: Wind
    gust_ms: float
    rain_mm_h: float
    aircraft: Aircraft


def briefing_html(
    title: str,
    mission: Mission,
    zones: Sequence[Geozone],
    coast: Sequence[Ring],
    say: Tongue,
    findings: Iterable[str] = (),
    weather: Weather | None = None,
) -> str:
    """A page that stands alone and prints on one sheet."""
    notes = "".join(f"<li>{escape(text)}</li>" for text in findings)
    parts = (
        _summary(mission, say),
        _map(mission, zones, coast),
        _profiles(mission, say),
        _wind_table(mission, weather, say) if weather else "",
        _rule_table(mission, zones, say),
        _contingency_table(mission, say),
        _site_table(mission, say),
        _waypoint_table(mission, say),
        f"<ul>{notes}</ul>" if notes else "",
    )
    return (
        f'<!doctype html><html lang="{say.language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1>{''.join(parts)}</body></html>\n"
    )


def _summary(mission: Mission, say: Tongue) -> str:
    energy = mission.energy
    rows = (
        ("aircraft", f"{mission.aircraft_id}, {mission.payload_kg:g} kg"),
        ("ends", f"{mission.start.name} → {mission.goal.name}"),
        ("times", f"{mission.departure:%Y-%m-%d %H:%M:%S %z}, {arrival_of(mission):%H:%M:%S}"),
        ("way", f"{distances_m(mission.waypoints)[-1] / 1000:.2f} km, {energy.seconds / 60:.1f} min"),
        ("energy", f"{energy.energy_j / 3600:.0f} Wh, {1 - energy.energy_j / energy.on_board_j:.0%}"),
        ("opened", ", ".join(mission.opened_zone_ids) or say("no_zone")),
    )
    cells = "".join(f"<tr><th>{escape(say(name))}</th><td>{escape(text)}</td></tr>" for name, text in rows)
    return f"<table>{cells}</table>"


def _map(mission: Mission, zones: Sequence[Geozone], coast: Sequence[Ring]) -> str:
    plane = Plane(mission.start.lat, mission.start.lon)
    way = [to_plane(plane, waypoint.lat, waypoint.lon) for waypoint in mission.waypoints]
    west, east = min(x for x, _ in way) - 1500, max(x for x, _ in way) + 1500
    south, north = min(y for _, y in way) - 1500, max(y for _, y in way) + 1500
    scale = min(WIDTH / (east - west), HEIGHT / (north - south))

    def drawn(points: Iterable[Position]) -> str:
        return " ".join(f"{(x - west) * scale:.1f},{(north - y) * scale:.1f}" for x, y in points)

    def ring(line: Ring) -> str:
        return drawn(to_plane(plane, lat, lon) for lat, lon in line)

    parts = [f'<polyline points="{ring(line)}" fill="none" stroke="#64748b"/>' for line in coast]
    for zone in zones:
        colour = ZONE_COLOURS[zone.kind]
        for volume in zone.volumes:
            look = f'fill="{colour}" fill-opacity="0.12" stroke="{colour}" stroke-width="0.6"'
            if isinstance(volume.shape, Circle):
                x, y = drawn([to_plane(plane, volume.shape.lat, volume.shape.lon)]).split(",")
                parts.append(f'<circle cx="{x}" cy="{y}" r="{volume.shape.radius_m * scale:.1f}" {look}/>')
            else:
                parts.append(f'<polygon points="{ring(volume.shape.rings[0])}" {look}/>')
    for site in {reach.site.id: reach.site for reach in mission.reaches}.values():
        x, y = drawn([to_plane(plane, site.lat, site.lon)]).split(",")
        parts.append(f'<circle cx="{x}" cy="{y}" r="4" fill="#059669"><title>{escape(site.name)}</title></circle>')
    parts.append(f'<polyline points="{drawn(way)}" fill="none" stroke="#111" stroke-width="2"/>')
    kilometre = (
        f'<path d="M10 {HEIGHT - 10}h{1000 * scale:.1f}" stroke="#111"/><text x="10" y="{HEIGHT - 15}">1 km</text>'
    )
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" font-size="11">{"".join(parts)}{kilometre}</svg>'


def _profiles(mission: Mission, say: Tongue) -> str:
    heights = altitude_profile(mission)
    _, spent = spent_at(mission.waypoints, mission.energy)
    left = [1 - joules / mission.energy.on_board_j for joules in spent]
    charge = [(along, 100 * share) for (along, _), share in zip(heights, left, strict=True)]
    return _profile(heights, say("height_unit")) + _profile(charge, say("energy_unit"))


def _profile(points: Sequence[tuple[float, float]], unit: str) -> str:
    far, high = max(points[-1][0], 1.0), max(*(value for _, value in points), 1.0)
    line = " ".join(
        f"{MARGIN + s / far * (WIDTH - 2 * MARGIN):.1f},{PROFILE_HEIGHT - 20 - v / high * (PROFILE_HEIGHT - 40):.1f}"
        for s, v in points
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {PROFILE_HEIGHT}" font-size="11"><polyline points="{line}" fill="none" '
        f'stroke="#2563eb" stroke-width="2"/><text x="4" y="14">{high:.0f} {escape(unit)}</text>'
        f'<text x="{WIDTH - 80}" y="{PROFILE_HEIGHT - 5}">{far / 1000:.1f} km</text></svg>'
    )


def _wind_table(mission: Mission, weather: Weather, say: Tongue) -> str:
    craft = weather.aircraft
    heights = sorted({waypoint.altitude.value_m for waypoint in mission.waypoints if waypoint.altitude.value_m > 0})
    rows = []
    for height in heights:
        east, north = weather.wind(mission.departure, height)
        origin = degrees(atan2(-east, -north)) % 360
        rows.append((say("over_sea", height=height), say("wind_from", speed=hypot(east, north), origin=origin)))
    rows.append((say("gust_rain"), f"{weather.gust_ms:.1f} m/s, {weather.rain_mm_h:g} mm/h"))
    limits = f"{craft.wind_limit_ms:g} m/s, {craft.gust_limit_ms:g} m/s, {craft.rain_limit_mm_h:g} mm/h"
    rows.append((say("limits"), limits))
    return _table((say("wind"), ""), rows)


def _rule_table(mission: Mission, zones: Sequence[Geozone], say: Tongue) -> str:
    """Rules that apply, what is still needed first, and the zones entered by permission."""
    rows = [
        (
            say(ruling.verdict.value),
            ruling.rule.clause + ("" if ruling.rule.is_verified else say("unverified")),
            _rule_text(ruling, say.language),
            "; ".join(map(say.told, ruling.places[:PLACES])) + (" …" if len(ruling.places) > PLACES else ""),
        )
        for ruling in mission.rulings
    ]
    opened = [zone for zone in zones if zone.id in mission.opened_zone_ids]
    for clause in dict.fromkeys(zone.conditions or zone.kind.value for zone in opened):
        same = [zone for zone in opened if (zone.conditions or zone.kind.value) == clause]
        names, ids = ", ".join(zone.name for zone in same), ", ".join(zone.id for zone in same)
        rows.append((say("permission"), clause, names, ids))
    return _table(("", say("clause"), say("rule"), say("where")), rows)


def _rule_text(ruling: Ruling, language: str) -> str:
    """What a rule says, and what is still to be done for it."""
    rule, is_met = ruling.rule, ruling.verdict is Verdict.OK
    if language == "ja":
        return rule.ja if is_met else f"{rule.ja} {rule.remedy_ja}"
    return rule.en if is_met else f"{rule.en} {rule.remedy_en}"


def _contingency_table(mission: Mission, say: Tongue) -> str:
    if not mission.reaches:
        return ""
    tightest = max(mission.reaches, key=lambda reach: reach.needed_j / max(reach.left_j, 1.0))
    share = tightest.needed_j / max(tightest.left_j, 1.0)
    farthest = max(mission.reaches, key=lambda reach: reach.distance_m)
    shore = max((reach.shore_m for reach in mission.reaches if reach.shore_m < inf), default=None)
    rows = [(say(event), say("turn")) for event in ("link_lost", "too_windy", "zone_closes")]
    rows += [
        (say("less_energy"), say("to_reserve", wh=mission.energy.reserve_j / 3600)),
        (say("tightest"), say("tightest_at", km=tightest.along_m / 1000, share=share)),
        (say("farthest"), say("farthest_at", km=farthest.along_m / 1000, metres=farthest.distance_m)),
    ]
    if shore is not None:
        rows.append((say("from_shore"), f"{shore:.0f} m"))
    return _table((say("in_need"), say("do")), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    heading = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    return f"<table><tr>{heading}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>" if lines else ""


def _waypoint_table(mission: Mission, say: Tongue) -> str:
    rows = "".join(
        f"<tr><td>{n}</td><td>{escape(say(w.action.value))}</td><td>{w.lat:.6f}, {w.lon:.6f}</td>"
        f'<td class="n">{w.altitude.value_m:.0f} m {w.altitude.datum}</td>'
        f'<td class="n">{mission.departure + timedelta(seconds=w.after_s or 0.0):%H:%M:%S}</td></tr>'
        for n, w in enumerate(mission.waypoints, 1)
    )
    head = "".join(f"<th>{escape(say(name))}</th>" for name in ("action", "place", "altitude", "time"))
    return f"<table><tr><th>#</th>{head}</tr>{rows}</table>"


def _site_table(mission: Mission, say: Tongue) -> str:
    farthest: dict[str, tuple[float, float, float, str]] = {}
    for reach in mission.reaches:
        begin, _, most, _ = farthest.get(reach.site.id, (reach.along_m, 0.0, 0.0, ""))
        most = max(most, reach.distance_m)
        farthest[reach.site.id] = (begin, reach.along_m, most, reach.site.name)
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{a / 1000:.1f}–{b / 1000:.1f} km</td><td>{d:.0f} m</td></tr>"
        for a, b, d, name in farthest.values()
    )
    head = "".join(f"<th>{escape(say(name))}</th>" for name in ("site", "between", "at_most"))
    return f"<table><tr>{head}</tr>{rows}</table>"
