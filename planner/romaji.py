"""Kana to romaji, and romaji in one spelling whoever wrote it.

References
----------
Hepburn as in ANSI Z39.11-1972, long vowels not marked; Kunrei-shiki (ISO 3602) is folded into it.
"""

import re
import unicodedata

_ROWS = {
    "": "あaいiうuえeおo",
    "k": "かaきiくuけeこo",
    "s": "さaしhiすuせeそo",
    "t": "たaちchiつsuてeとo",
    "n": "なaにiぬuねeのo",
    "h": "はaひiふfuへeほo",
    "m": "まaみiむuめeもo",
    "y": "やaゆuよo",
    "r": "らaりiるuれeろo",
    "w": "わaをo",
    "g": "がaぎiぐuげeごo",
    "z": "ざaじjiずuぜeぞo",
    "d": "だaぢjiづzuでeどo",
    "b": "ばaびiぶuべeぼo",
    "p": "ぱaぴiぷuぺeぽo",
    "v": "ゔu",
}
_WHOLE = {"chi", "fu", "ji", "zu"}
_SMALL_Y = {"ゃ": "ya", "ゅ": "yu", "ょ": "yo"}
_SMALL_VOWELS = {"ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o"}


def _syllables() -> dict[str, str]:
    table = {"ん": "n"}
    for consonant, row in _ROWS.items():
        for kana, ending in re.findall(r"([^a-z])([a-z]+)", row):
            table[kana] = ending if ending in _WHOLE else consonant + ending
    return table


SYLLABLES = _syllables()


def romaji(kana: str) -> str:
    """Hepburn of hiragana, n not assimilated, long vowels written out; other characters stay."""
    out: list[str] = []
    is_double = False
    for letter in kana:
        if letter == "っ":
            is_double = True
            continue
        if out and letter in _SMALL_Y and out[-1].endswith("i"):
            out[-1] = _glided(out[-1][:-1], _SMALL_Y[letter])
            continue
        if out and letter in _SMALL_VOWELS and len(out[-1]) > 1:
            out[-1] = out[-1][:-1] + _SMALL_VOWELS[letter]
            continue
        syllable = SYLLABLES.get(letter) or _SMALL_Y.get(letter) or _SMALL_VOWELS.get(letter) or letter
        out.append(_doubled(syllable) if is_double else syllable)
        is_double = False
    return "".join(out)


def _glided(consonant: str, small: str) -> str:
    return consonant + (small[1:] if consonant.endswith(("sh", "ch", "j")) else small)


def _doubled(syllable: str) -> str:
    return "t" + syllable if syllable.startswith("ch") else syllable[0] + syllable


_FOLDS = (
    (re.compile(r"tch"), "cch"),
    (re.compile(r"sy"), "sh"),
    (re.compile(r"ty"), "ch"),
    (re.compile(r"[zj]y"), "j"),
    (re.compile(r"si"), "shi"),
    (re.compile(r"ti"), "chi"),
    (re.compile(r"tu"), "tsu"),
    (re.compile(r"zi|di"), "ji"),
    (re.compile(r"du"), "zu"),
    (re.compile(r"(?<![sc])hu"), "fu"),
    (re.compile(r"oh(?![aiueoy])"), "o"),
    (re.compile(r"ou|oo"), "o"),
    (re.compile(r"uu"), "u"),
    (re.compile(r"n(?=[bmp])"), "m"),
)


def folded(latin: str) -> str:
    """One spelling for all ways to write the same sound: macrons, ou/oo/oh, uu, n/m before b, m and p, Kunrei."""
    plain = "".join(c for c in unicodedata.normalize("NFD", latin) if not unicodedata.combining(c))
    for pattern, replacement in _FOLDS:
        plain = pattern.sub(replacement, plain)
    return plain
