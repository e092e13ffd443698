"""Words for people: one catalogue file a language, and how numbers, prices and times are written in it.

A further language is one more file `messages/<language>.toml` with the keys of `en.toml`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from planner.prices import Price
from planner.reasons import RoutingError

FALLBACK = "en"
FOLDER = Path(__file__).parent / "messages"

CURRENCY_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "TND": 3}
"""Minor-unit digits of ISO 4217 where they are not 2."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Texts of one language by dotted key, with the fallback language's beneath."""

    language: str
    texts: Mapping[str, str]

    def text(self, key: str, **values: object) -> str:
        """Text for `key` with its placeholders filled.

        Raises
        ------
        KeyError
            Neither this language nor the fallback has the key.
        """
        return self.texts[key].format(**values)

    def counted(self, key: str, count: int) -> str:
        """So many of what `key` names, by the text for just this number if there is one: ``1 day``, ``2 days``."""
        exact = f"{key}_{count}"
        return self.text(exact if self.has(exact) else key, count=count)

    def has(self, key: str) -> bool:
        """True if some text stands under `key`."""
        return key in self.texts


def catalogue(language: str) -> Catalogue:
    """Catalogue of a language; what its file lacks, and a language without a file, speaks the fallback."""
    short = language.replace("_", "-").split("-")[0].lower()
    return _catalogue(short if short in languages() else FALLBACK)


@cache
def _catalogue(language: str) -> Catalogue:
    return Catalogue(language, _texts(FALLBACK) | _texts(language))


@cache
def languages() -> tuple[str, ...]:
    """Languages that have a catalogue."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def language_of(environ: Mapping[str, str]) -> str:
    """Language a POSIX environment asks for: LC_ALL before LC_MESSAGES before LANG, else the fallback."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(variable):
            short = value.split("_")[0].split(".")[0].lower()
            return short if short in languages() else FALLBACK
    return FALLBACK


def placeholders(text: str) -> frozenset[str]:
    """Names a text wants filled."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def _texts(language: str) -> dict[str, str]:
    with (FOLDER / f"{language}.toml").open("rb") as file:
        return dict(_flattened(tomllib.load(file), ""))


def _flattened(table: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            pairs += _flattened(value, f"{prefix}{key}.")
        else:
            pairs.append((prefix + key, str(value)))
    return pairs


def money(words: Catalogue, price: Price) -> str:
    """An amount with its currency: ``210円``, ``¥210``, ``CAD 3.50``."""
    digits = CURRENCY_DIGITS.get(price.currency, 2)
    amount = f"{price.amount:,.{digits}f}"
    key = f"currency.{price.currency}"
    if words.has(key):
        return words.text(key, amount=amount)
    return words.text("currency.other", amount=amount, currency=price.currency)


def duration(words: Catalogue, seconds: float) -> str:
    """Whole minutes, hours split off: ``1 h 5 min``; less than half a minute is 1 min, for nobody walks 0 minutes."""
    minutes = max(1, round(seconds / 60)) if seconds > 0 else 0
    hours, rest = divmod(minutes, 60)
    if not hours:
        return words.text("format.minutes", minutes=rest)
    return words.text("format.hours_minutes", hours=hours, minutes=rest)


def distance(words: Catalogue, metres: float) -> str:
    """Metres to the ten, kilometres with one decimal from 1 km."""
    tens = round(metres, -1)
    if tens < 1000:
        return words.text("format.metres", metres=f"{tens:.0f}")
    return words.text("format.kilometres", kilometres=f"{metres / 1000:.1f}")


def clock(moment: datetime, day: date) -> str:
    """``17:05``; a time on a later day than `day` carries the days between: ``00:10+1``."""
    days = (moment.date() - day).days
    return f"{moment:%H:%M}" if days == 0 else f"{moment:%H:%M}{days:+d}"


def day_text(words: Catalogue, day: date) -> str:
    """A date with its weekday."""
    return words.text(
        "format.date",
        year=day.year,
        month=day.month,
        day=day.day,
        weekday=words.text(f"weekdays.{day.weekday()}"),
        month_name=words.text(f"months.{day.month}"),
    )


def reason_text(words: Catalogue, reason: RoutingError) -> str:
    """A sentence for a reason; the sentence that needs its details is used where they are there."""
    key, details = f"reasons.{reason.code}", dict(reason.details)
    for name in {"most", "least"} & details.keys():
        details[name] = money(words, Price("", "", float(details[name]), details["currency"]))
    for candidate in (f"{key}_{reason.input_field}", f"{key}_detailed"):
        if words.has(candidate) and placeholders(words.texts[candidate]) <= details.keys():
            return words.text(candidate, **details)
    return words.text(key)
