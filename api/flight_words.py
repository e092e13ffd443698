"""What the planner of flights answers, in the words of a language: refusals, rules with clause, places, remedies."""

from collections.abc import Callable, Iterable

from api.messages import Catalogue, catalogue, languages
from drones.checking import Breach
from drones.phrases import Cause, Phrase, Remedy, Where
from drones.request import Refusal
from drones.rules import Ruling, Verdict
from drones.rules_japan import RULES, Rule
from drones.surfaces import SurfaceKind

TABLES = {
    Cause: "flight_causes",
    Where: "flight_places",
    Remedy: "flight_remedies",
    SurfaceKind: "flight_surfaces",
}
"""Of the catalogues, by kind of code."""


def in_every_language(say: Callable[[Catalogue], str]) -> dict[str, str]:
    """What `say` says, by language."""
    return {language: say(catalogue(language)) for language in languages()}


def phrase_text(words: Catalogue, phrase: Phrase) -> str:
    """A phrase as a sentence or a part of one; the phrases within it are told first."""
    values = {name: phrase_text(words, v) if isinstance(v, Phrase) else v for name, v in phrase.values}
    if phrase.code is Cause.LAW:
        return rule_sentence(words, RULES[str(values["rule"])])
    if phrase.code is Remedy.LAW:
        return rule_remedy(words, RULES[str(values["rule"])])
    return words.text(f"{TABLES[type(phrase.code)]}.{phrase.code}", **values)


def places_text(words: Catalogue, places: Iterable[Phrase]) -> str:
    """Places one after the other."""
    return words.text("flight_words.between_places").join(phrase_text(words, place) for place in places)


def remedies_text(words: Catalogue, refusal: Refusal) -> str:
    """What would make a refused flight possible, one or the other; empty if nothing does."""
    return words.text("flight_words.or").join(phrase_text(words, remedy) for remedy in refusal.remedies)


def grounds_text(words: Catalogue, refusal: Refusal) -> str:
    """By what a flight is refused: the rule's name or what of aircraft or safety, with the clause if there is one."""
    about = dict(refusal.cause.values)
    is_law = refusal.cause.code is Cause.LAW
    key = f"flight_rules.{about['rule']}" if is_law else f"flight_grounds.{refusal.cause.code}"
    return _with_clause(words, words.text(key), refusal.clause)


def rule_title(words: Catalogue, rule: Rule) -> str:
    """A rule's name with its clause, marked where no text stating it was read."""
    mark = "" if rule.is_verified else words.text("flight_words.unverified")
    return _with_clause(words, words.text(f"flight_rules.{rule.id}"), rule.clause + mark)


def rule_sentence(words: Catalogue, rule: Rule) -> str:
    """What a rule says."""
    return rule.ja if words.language == "ja" else rule.en


def rule_remedy(words: Catalogue, rule: Rule) -> str:
    """What makes a flight possible under a rule."""
    return rule.remedy_ja if words.language == "ja" else rule.remedy_en


def ruling_remedy(words: Catalogue, ruling: Ruling) -> str:
    """What is still to be done for a rule; empty where it is met."""
    return "" if ruling.verdict is Verdict.OK else rule_remedy(words, ruling.rule)


def breach_text(words: Catalogue, breach: Breach) -> str:
    """That a leg enters a zone."""
    return words.text("flight_words.enters", zone=breach.zone)


def _with_clause(words: Catalogue, title: str, clause: str) -> str:
    return words.text("flight_words.with_clause", title=title, clause=clause) if clause else title
