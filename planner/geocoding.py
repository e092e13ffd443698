"""From typed text to a place: spelling folded, candidates by shared letter groups, order by edit distance.

References
----------
Candidates by n-gram overlap: Zobel, Dart 1995, doi:10.1002/spe.4380250307. Distance: optimal string alignment
(Damerau 1964, doi:10.1145/363958.363994), by rapidfuzz.
"""

import math
import re
import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from planner.errors import RequestError
from planner.geo import great_circle_m
from planner.places import KINDS, PlaceKind, Places
from planner.request import Coordinate, Location, StopId
from planner.romaji import folded, romaji
from planner.strings import Strings
from planner.timetable import NONE

CANDIDATES = 96
"""Keys with the largest overlap whose distance is computed."""

ACCEPTED = 0.65
"""Least likeness of text that resolves without asking back."""

LEAST_LIKENESS = 0.35
"""Names less like the text are no answer at all."""

LIKE_BEGINNING = 0.75
"""Least likeness of a misspelt beginning of a name to what was typed."""

MOST_LEVELS = 200
"""No building has more, up or down."""

RIVAL_MARGIN = 0.05
RIVAL_DISTANCE_M = 300.0

_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヴ") + 1)}
_SMALL_KA_KE = dict.fromkeys(map(ord, "ヵゕ"), ord("か")) | dict.fromkeys(map(ord, "ヶゖ"), ord("け"))
_DROPPED = re.compile(r"[\s・ー‐‑–—―~〜'’`´.,、。()\[\]「」/&_-]+")
_SUFFIX = re.compile(
    r"(?:駅|停留所|停留場|バス停|(?<=\S{2})\s*えき|[\s.-]+(?:station|stn|sta|eki|bus\s*stop|stop)\.?)$"
)
_KANA = re.compile(r"[ぁ-ゖ]+")


@dataclass(frozen=True, slots=True)
class PlaceIndex:
    """Places with their spellings and the letter groups these contain.

    Attributes
    ----------
    keys : Strings
        Every spelling, normalised.
    key_place : int32 array
        Its place.
    grams : int64 array
        Codes of letter groups, ascending.
    gram_first : int64 array of shape (len(grams) + 1,)
    gram_keys : int32 array
        Keys that contain group g: ``gram_keys[gram_first[g]:gram_first[g + 1]]``.
    """

    places: Places
    keys: Strings
    key_place: NDArray[np.int32]
    key_length: NDArray[np.int32]
    grams: NDArray[np.int64]
    gram_first: NDArray[np.int64]
    gram_keys: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Match:
    """A place found for a text; `likeness` (0 … 1) compares the text only, `score` also kind, importance, nearness."""

    place: int
    id: str
    name: str
    lat: float
    lon: float
    kind: PlaceKind
    likeness: float
    score: float
    key: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """The text means one place."""

    location: Location
    name: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The text means any of several places."""

    candidates: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class NotFound:
    """The text means nothing here; `near_misses` sound like it."""

    near_misses: tuple[Match, ...]


def normalised(text: str) -> str:
    """One spelling for many: width, case, kana, long vowels, separators and the word for station do not count."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_KATAKANA | _SMALL_KA_KE).strip()
    shortened = _SUFFIX.sub("", plain)
    key = _DROPPED.sub("", shortened) or _DROPPED.sub("", plain)
    return folded(key) if _is_latin(key) else key


def spellings(text: str) -> tuple[str, ...]:
    """Keys under which a text is filed and looked up: itself, and its romaji where it is all kana."""
    key = normalised(text)
    if not key:
        return ()
    return (key, folded(romaji(key))) if _KANA.fullmatch(key) else (key,)


def place_index(places: Places) -> PlaceIndex:
    """Index of every name, translation and alias."""
    columns = [places.names, *places.translations.values()]
    found: dict[tuple[str, int], None] = {}
    for column in columns:
        for place, name in enumerate(column):
            found.update(dict.fromkeys((key, place) for key in spellings(name)))
    for place, aliases in enumerate(places.aliases):
        for alias in aliases.split("\n"):
            found.update(dict.fromkeys((key, place) for key in spellings(alias)))
    keys = [key for key, _ in found]
    codes, owners = _grams(keys)
    order = np.lexsort((owners, codes))
    grams, first = np.unique(codes[order], return_index=True)
    return PlaceIndex(
        places=places,
        keys=Strings.of(keys),
        key_place=np.array([place for _, place in found], np.int32),
        key_length=np.array([len(key) for key in keys], np.int32),
        grams=grams,
        gram_first=np.append(first, len(codes)).astype(np.int64),
        gram_keys=owners[order].astype(np.int32),
    )


def _grams(keys: list[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Letter groups of every key and the key each belongs to: three letters in Latin, two in any other script."""
    padded = "".join("\x02\x02" + key for key in keys)
    letters = np.frombuffer(padded.encode("utf-32-le"), np.uint32).astype(np.int64)
    lengths = np.array([len(key) for key in keys], np.int64)
    is_latin = np.array([_is_latin(key) for key in keys], np.bool_)
    owners = np.repeat(np.arange(len(keys)), lengths)
    ends = 2 * (owners + 1) + np.arange(len(owners))
    pairs = letters[ends - 1] << 21 | letters[ends]
    triples = letters[ends - 2] << 42 | pairs
    codes = np.where(is_latin[owners], triples, pairs | 1 << 62)
    distinct = np.unique(np.stack([codes, owners]), axis=1) if len(codes) else np.zeros((2, 0), np.int64)
    return distinct[0], distinct[1]


def _is_latin(key: str) -> bool:
    return all(ord(letter) < 0x250 for letter in key)


def search(
    index: PlaceIndex,
    text: str,
    near: tuple[float, float] | None = None,
    kinds: frozenset[PlaceKind] | None = None,
    limit: int = 10,
    language: str = "ja",
) -> tuple[Match, ...]:
    """Places whose name is like `text`, best first.

    Parameters
    ----------
    near : (latitude, longitude), optional
        Places around it are preferred.
    kinds : frozenset of PlaceKind, optional
        Only these.
    language : str
        Language of the names returned.
    """
    likeness: dict[int, tuple[float, str]] = {}
    for query in spellings(text):
        for key_number in _candidates(index, query):
            place, key = int(index.key_place[key_number]), index.keys[key_number]
            alike = _likeness(query, key)
            if alike > likeness.get(place, (LEAST_LIKENESS, ""))[0]:
                likeness[place] = (alike, key)
    wanted = None if kinds is None else {KINDS.index(kind) for kind in kinds}
    matches = [
        _match(index.places, place, found, near, language)
        for place, found in likeness.items()
        if wanted is None or int(index.places.kind[place]) in wanted
    ]
    return tuple(sorted(matches, key=lambda m: (-m.score, m.place))[:limit])


def _candidates(index: PlaceIndex, query: str) -> list[int]:
    codes, _ = _grams([query])
    rows = np.searchsorted(index.grams, codes)
    rows = rows[rows < len(index.grams)]
    rows = rows[np.isin(index.grams[rows], codes)]
    if not len(rows):
        return []
    posted = np.concatenate([index.gram_keys[index.gram_first[row] : index.gram_first[row + 1]] for row in rows])
    shared = np.bincount(posted, minlength=len(index.key_place))
    dice = 2 * shared / (len(query) + index.key_length) + 0.1 * index.places.importance[index.key_place] * (shared > 0)
    top = min(CANDIDATES, int((shared > 0).sum()))
    best = np.argpartition(-dice, top - 1)[:top]
    return [int(number) for number in best]


def _likeness(query: str, key: str) -> float:
    """1 for the same text; a beginning counts more than an inside, an inside more than a misspelling."""
    if query == key:
        return 1.0
    share = len(query) / len(key)
    if key.startswith(query):
        return 0.75 + 0.2 * share
    if len(query) > 1 and query in key:
        return 0.65 + 0.2 * share
    whole = 0.9 * float(OSA.normalized_similarity(query, key))
    beginning = max(float(OSA.normalized_similarity(query, key[: len(query) + more])) for more in (-1, 0, 1))
    return max(whole, 0.7 * beginning + 0.2 * share) if beginning >= LIKE_BEGINNING and share < 1 else whole


def _match(
    places: Places, place: int, found: tuple[float, str], near: tuple[float, float] | None, language: str
) -> Match:
    likeness, key = found
    lat, lon = float(places.lat[place]), float(places.lon[place])
    kind = int(places.kind[place])
    nearness = 0.0 if near is None else math.exp(-float(great_circle_m(*near, lat, lon)) / 5000)
    bonus = 0.05 * (1 - kind / len(KINDS)) + 0.03 * float(places.importance[place]) + 0.04 * nearness
    column = places.translations.get(language)
    name = (column[place] if column is not None else "") or places.names[place]
    return Match(place, places.ids[place], name, lat, lon, KINDS[kind], likeness, 0.88 * likeness + bonus, key)


def resolve(
    index: PlaceIndex, text: str, stop_ids: Strings | None = None, language: str = "ja"
) -> Resolved | Ambiguous | NotFound:
    """The one place a text means: ``lat,lon[,level]``, the id of a stop or place, or a name.

    A name that several places more than 300 m apart bear alike is ambiguous; a station wins over what bears its name
    but is none, over what merely contains it, and over what the text is no more like.
    """
    coordinate = coordinate_of(text)
    if coordinate is not None:
        return Resolved(coordinate, text)
    by_id = _by_id(index, text, stop_ids)
    if by_id is not None:
        return by_id
    matches = search(index, text, limit=20, language=language)
    if not matches or matches[0].likeness < ACCEPTED:
        return NotFound(matches[:3])
    best = matches[0]
    rivals = [match for match in matches[1:] if _is_rival(match, best)]
    if rivals:
        return Ambiguous((best, *rivals)[:6])
    return Resolved(_location(index.places, best.place, best.name), best.name)


def coordinate_of(text: str) -> Coordinate | None:
    """Point of ``lat,lon`` or ``lat,lon,level``; None if the text is nothing of the kind.

    Raises
    ------
    RequestError
        Numbers that are no point on Earth, or no level of a building.
    """
    parts = text.split(",")
    if len(parts) not in (2, 3):
        return None
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return None
    if not all(math.isfinite(number) for number in numbers) or abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
        raise RequestError("place", f"{text} is no point on Earth: latitude lies in -90…90, longitude in -180…180.")
    if len(numbers) == 3 and abs(numbers[2]) > MOST_LEVELS:
        raise RequestError("place", f"{text} has no level of a building: levels lie in -{MOST_LEVELS}…{MOST_LEVELS}.")
    return Coordinate(numbers[0], numbers[1], numbers[2] if len(numbers) == 3 else None)


def nearest(
    index: PlaceIndex,
    lat: float,
    lon: float,
    limit: int = 5,
    language: str = "ja",
    kinds: frozenset[PlaceKind] = frozenset(PlaceKind),
    categories: frozenset[str] | None = None,
) -> tuple[Match, ...]:
    """Places of some kinds around a point, nearest first; `score` falls with distance, by half each 70 m.

    With `categories` (``leisure=park``) only places of these.
    """
    metres = great_circle_m(lat, lon, index.places.lat, index.places.lon)
    is_wanted = np.isin(index.places.kind, [KINDS.index(kind) for kind in kinds])
    if categories is not None:
        rows = [row for row, category in enumerate(index.places.categories) if category in categories]
        is_wanted &= np.isin(index.places.category, rows)
    ascending = np.argsort(metres, kind="stable")
    order = ascending[is_wanted[ascending]][:limit]
    matches = (_match(index.places, int(place), (1.0, ""), None, language) for place in order)
    return tuple(
        Match(m.place, m.id, m.name, m.lat, m.lon, m.kind, 1.0, math.exp(-float(metres[m.place]) / 100), "")
        for m in matches
    )


def _by_id(index: PlaceIndex, text: str, stop_ids: Strings | None) -> Resolved | None:
    if stop_ids is not None and (row := _row_of(stop_ids, text)) is not None:
        return Resolved(StopId(stop_ids[row]), text)
    row = _row_of(index.places.ids, text)
    return (
        None
        if row is None
        else Resolved(_location(index.places, row, index.places.names[row]), index.places.names[row])
    )


def _row_of(column: Strings, text: str) -> int | None:
    if not text or text.encode() not in column.octets.tobytes():
        return None
    return next((row for row, value in enumerate(column) if value == text), None)


def _is_rival(match: Match, best: Match) -> bool:
    if float(great_circle_m(match.lat, match.lon, best.lat, best.lon)) <= RIVAL_DISTANCE_M:
        return False
    if best.likeness == 1.0:
        return match.likeness == 1.0 and match.kind is best.kind
    if best.kind is PlaceKind.STATION and match.kind is not PlaceKind.STATION:
        return best.key not in match.key and match.likeness > best.likeness
    return match.likeness >= best.likeness - RIVAL_MARGIN


def _location(places: Places, place: int, name: str) -> Location:
    if places.reference[place] != NONE:
        return StopId(places.ids[place])
    level = float(places.level[place])
    known = None if math.isnan(level) else level
    return Coordinate(float(places.lat[place]), float(places.lon[place]), known, name)
