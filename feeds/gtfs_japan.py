"""What GTFS-JP adds to GTFS: where lines and patterns lead, and offices, whose references are checked.

pattern_jp.txt (third edition, by trip) goes before routes_jp.txt (second edition, by route). A trip without any
headsign shows the last stop they name; a route without a description shows where it begins, passes and ends.

References
----------
標準的なバス情報フォーマット (GTFS-JP) 第2版、第3版: agency_jp.txt, office_jp.txt, routes_jp.txt, pattern_jp.txt.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from feeds.gtfs_cells import Column, NoticeLog, Table
from feeds.gtfs_tables import Tables
from feeds.notices import Severity
from planner.timetable import Route


@dataclass(frozen=True, slots=True)
class Course:
    """Names of stops, as written for passengers."""

    origin: str
    via: str
    destination: str

    def __str__(self) -> str:
        return " ～ ".join(part for part in (self.origin, self.via, self.destination) if part)


@dataclass(frozen=True, slots=True)
class Courses:
    """Courses by pattern and by route, ids as in the feed."""

    of_pattern: Mapping[str, Course]
    of_route: Mapping[str, Course]


def read_courses(tables: Tables) -> Courses:
    """Of both editions; empty for feeds from elsewhere."""
    return Courses(_courses(tables, "pattern_jp", "jp_pattern_id"), _courses(tables, "routes_jp", "route_id"))


def _courses(tables: Tables, name: str, key: str) -> dict[str, Course]:
    records = Table(f"{name}.txt", tables.frames.get(name)).records()
    cells = (
        (row.get(key, ""), [row.get(f"{end}_stop", "") for end in ("origin", "via", "destination")])
        for _, row in records
    )
    return {id_: Course(*texts) for id_, texts in cells if id_ and any(texts)}


def destinations(courses: Courses, trips: Table) -> Column:
    """The last stop of each trip's course, empty where none is known."""
    if not courses.of_pattern and not courses.of_route:
        return np.full(len(trips), "", object)
    patterns, routes = trips.column("jp_pattern_id"), trips.column("route_id")
    found = (
        courses.of_pattern.get(pattern) or courses.of_route.get(route)
        for pattern, route in zip(patterns, routes, strict=True)
    )
    return np.array([course.destination if course else "" for course in found], object)


def described(routes: tuple[Route, ...], courses: Courses, prefix: str) -> tuple[Route, ...]:
    """The routes, those without a description described by their course."""
    return tuple(
        replace(route, description=str(course))
        if not route.description and (course := courses.of_route.get(route.id.removeprefix(prefix)))
        else route
        for route in routes
    )


REFERENCES = (
    ("agency_jp", "agency_id", "agency", "agency_id"),
    ("routes_jp", "route_id", "routes", "route_id"),
    ("trips", "jp_office_id", "office_jp", "office_id"),
    ("trips", "jp_pattern_id", "pattern_jp", "jp_pattern_id"),
)
"""Table and column that name a record of another table by its column."""


def check_references(tables: Tables, log: NoticeLog) -> None:
    """Note what the Japanese tables name that is not there."""
    for name, column, other, key in REFERENCES:
        table = Table(f"{name}.txt", tables.frames.get(name))
        named = table.column(column)
        known = set(Table(f"{other}.txt", tables.frames.get(other)).column(key))
        lost = np.array([text != "" and text not in known for text in named], np.bool_)
        if lost.any():
            log.add_rows(Severity.INFO, table, lost, f"{column} '{{}}' is not in {other}.txt", column)
