"""Where a field stands in a TOML file, so that a complaint about it can name the line."""

import re

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\"' -]+?)\s*=")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")

Path = tuple[str | int, ...]


def path_of(text: str) -> Path:
    """Steps of a path such as ``$.course.stops[2].name``."""
    return tuple(int(number) if number else name for name, number in _STEP.findall(text.removeprefix("$")))


def line_of(toml: str, path: Path) -> int:
    """Number of the line, from 1, on which a field stands; if it is absent, its nearest table's; 1 for the whole."""
    places = _places(toml)
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return places[path[:length]]
    return 1


def _places(toml: str) -> dict[Path, int]:
    """First line of every table, key, and inline table on a line of its own in an array."""
    places: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    array: Path = ()
    items = 0
    for number, line in enumerate(toml.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _table(header[2], counts, is_array=header[1] == "[[")
            for length in range(1, len(table) + 1):
                places.setdefault(table[:length], number)
        elif key := _KEY.match(line):
            array, items = (*table, *_names(key[1])), 0
            places.setdefault(array, number)
        elif line.lstrip().startswith("{"):
            places.setdefault((*array, items), number)
            items += 1
    return places


def _table(name: str, counts: dict[Path, int], is_array: bool) -> Path:
    """Path of a table's header, with the current number of every array of tables on the way."""
    path: Path = ()
    steps = _names(name)
    for depth, step in enumerate(steps):
        path = (*path, step)
        if is_array and depth == len(steps) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _names(dotted: str) -> list[str]:
    return [name.strip().strip("\"'") for name in dotted.split(".")]
