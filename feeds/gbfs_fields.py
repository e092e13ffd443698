"""Fields of GBFS entries, read across versions 1 to 3 and told in one sentence when they are wrong."""

import math
from datetime import UTC, datetime
from typing import Any

Entry = dict[str, Any]

UNKNOWN_LANGUAGE = "und"


class EntryError(ValueError):
    """One entry of a file that has to be left out; message says which field and value."""


def as_entry(value: object, name: str = "entry") -> Entry:
    """`value` if it is a JSON object."""
    if not isinstance(value, dict):
        raise EntryError(f"{name} is {value!r:.80}, not an object")
    return value


def entries(entry: Entry, key: str) -> list[object]:
    """The list at `key`, empty if absent or null.

    Raises
    ------
    EntryError
        If there is something else.
    """
    listed = entry.get(key)
    if listed is not None and not isinstance(listed, list):
        raise EntryError(f"{key} is {listed!r:.60}, not a list")
    return listed or []


def identifier(entry: Entry, key: str) -> str:
    """An ID; some feeds write it as a number."""
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise EntryError(f"{key} is {value!r}")
    return str(value)


def optional_text(entry: Entry, key: str) -> str | None:
    """A plain or localized text; of a localized one the first."""
    return localized(entry.get(key), UNKNOWN_LANGUAGE)[0] or None


def localized(value: object, language: str) -> tuple[str, dict[str, str]]:
    """The text shown first and every text by language.

    Parameters
    ----------
    value : str or list of {text, language}
        Version 1 and 2 write plain text, version 3 a list.
    language : str
        Language of plain text.
    """
    if value is None:
        return "", {}
    if isinstance(value, str):
        return value, {language: value} if language != UNKNOWN_LANGUAGE and value else {}
    if not isinstance(value, list):
        raise EntryError(f"{value!r} is not a text")
    texts: dict[str, str] = {}
    for part in value:
        texts.setdefault(identifier(as_entry(part), "language"), identifier(as_entry(part), "text"))
    first = next(iter(texts.values()), "")
    return first, {code: text for code, text in texts.items() if code != UNKNOWN_LANGUAGE}


def number(entry: Entry, key: str) -> float | None:
    """A finite number, `None` where the field is absent."""
    value = entry.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise EntryError(f"{key} is {value!r}, not a number")
    try:
        parsed = float(value)
    except (ValueError, OverflowError):
        raise EntryError(f"{key} is {value!r:.80}, not a number") from None
    if not math.isfinite(parsed):
        raise EntryError(f"{key} is {value!r}, not a number")
    return parsed


def required_number(entry: Entry, key: str) -> float:
    """A finite number that has to be there."""
    value = number(entry, key)
    if value is None:
        raise EntryError(f"{key} is missing")
    return value


def amount(entry: Entry, key: str) -> float | None:
    """A number not below zero."""
    value = number(entry, key)
    if value is not None and value < 0:
        raise EntryError(f"{key} is {entry[key]!r}, below zero")
    return value


def count(entry: Entry, key: str) -> int | None:
    """A whole number not below zero."""
    value = amount(entry, key)
    if value is not None and value != int(value):
        raise EntryError(f"{key} is {entry[key]!r}, not a whole number")
    return None if value is None else int(value)


def flag(entry: Entry, key: str, default: bool) -> bool:
    """True or false; version 1 writes 1 or 0."""
    value = entry.get(key, default)
    if value not in (True, False):
        raise EntryError(f"{key} is {value!r}, neither true nor false")
    return bool(value)


def position(entry: Entry) -> tuple[float, float]:
    """Latitude and longitude; 0, 0 is how feeds write an unknown one."""
    lat, lon = required_number(entry, "lat"), required_number(entry, "lon")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180) or (lat == 0 and lon == 0):
        raise EntryError(f"position {lat}, {lon} is nowhere on the ground")
    return lat, lon


def timestamp(entry: Entry, key: str) -> int | None:
    """Seconds since 1970-01-01 UTC; version 3 writes RFC 3339."""
    value = entry.get(key)
    if value is None:
        return None
    if isinstance(value, str) and not value.isdigit():
        try:
            moment = datetime.fromisoformat(value)
            return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
        except (ValueError, OverflowError):
            raise EntryError(f"{key} is {value!r}, not a time") from None
    return int(required_number(entry, key))
