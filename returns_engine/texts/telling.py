"""Say what a decision says in the reader's language; the English it keeps is what was decided."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, partial

from babel.dates import format_date

from returns_engine.rules.policy import Policy
from returns_engine.texts.because_words import (
    BECAUSE,
    EVIDENCE_IN_WORDS,
    ITEM_KINDS,
    ITEMS,
    KINDS_IN_WORDS,
)
from returns_engine.texts.catalogue import DEFAULT_LOCALE
from returns_engine.texts.localized import Texts
from returns_engine.texts.words import CAUSES, REASONS

_SENTENCES = re.compile(r"(?<=\.) (?=[A-Z])")
_PLACE = re.compile(r"%\((\w+)\)s")
_DAY = r"\d{1,2} [A-Z][a-z]+ \d{4}"
_MONTHS = "January February March April May June July August September October November December"
_ANY_DAY = re.compile(rf"\b\d{{1,2}} (?:{_MONTHS.replace(' ', '|')}) \d{{4}}\b")
_WORDS = r"[^“”;.]+?"
_NAMED = re.compile(rf"(?P<before>[Tt]he (?P<what>reason|cause) given is )“(?P<word>{_WORDS})”")
_LOOKS_LIKE = {
    "day": _DAY,
    "last": _DAY,
    "count": r"-?\d+",
    "all": r"\d+",
    "units": r"\d+ units?",
    "item": "|".join(ITEMS),
    "kind": "|".join(KINDS_IN_WORDS),
    "word": "|".join(ITEM_KINDS),
    "evidence": "|".join(EVIDENCE_IN_WORDS),
    "reason": _WORDS,
    "cause": _WORDS,
    "category": _WORDS,
    "country": "[A-Z]{2}",
    "home": "[A-Z]{2}",
}


def telling(texts: Texts, policy: Policy) -> Callable[[str], str]:
    """Return what says a clause's sentence, or a decision's facts, in the language of `texts`.

    English keeps the words that were decided, with days and reasons written as all others of a
    page. What nobody translated stays as it is: it is true, and better than none.
    """
    if texts.language == DEFAULT_LOCALE:
        with_days = partial(_ANY_DAY.sub, partial(_day_found, texts))
        return lambda said: with_days(_NAMED.sub(partial(_named, texts), said))
    clauses = {
        clause.says: clause.in_languages[texts.language]
        # What an earlier version said stands in the decisions that it made.
        for version in policy.versions()
        for clause in version.clauses.values()
        if texts.language in clause.in_languages
    }

    def tell(said: str) -> str:
        if said in clauses:
            return clauses[said]
        return " ".join(_sentence(one, texts) for one in _SENTENCES.split(said))

    return tell


def is_known(said: str) -> bool:
    """Tell whether every sentence of a decision's facts is one that can be said again."""
    return all(
        any(pattern.fullmatch(one) for _, pattern in _patterns()) for one in _SENTENCES.split(said)
    )


def _sentence(sentence: str, texts: Texts) -> str:
    for message, pattern in _patterns():
        found = pattern.fullmatch(sentence)
        if found:
            told = texts.gettext(message)
            filled = told % _values(found.groupdict(), texts) if found.groupdict() else told
            return filled[:1].upper() + filled[1:]
    return texts.gettext(sentence) if sentence else sentence


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((message, _pattern(message)) for message in BECAUSE)


def _pattern(message: str) -> re.Pattern[str]:
    pieces = _PLACE.split(message)
    # Literal text and names of places take turns; a kind at the beginning has a capital.
    written = [
        re.escape(piece) if place % 2 == 0 else f"(?P<{piece}>(?i:{_LOOKS_LIKE[piece]}))"
        for place, piece in enumerate(pieces)
    ]
    return re.compile("".join(written))


def _values(found: Mapping[str, str], texts: Texts) -> dict[str, str]:
    return {name: _value(name, value, texts) for name, value in found.items()}


def _value(name: str, value: str, texts: Texts) -> str:
    """Return a value as it is said; numbers, and categories of the shop, stay as they are."""
    match name:
        case "day" | "last":
            told = _day(value, texts)
        case "units":
            number = int(value.partition(" ")[0])
            told = texts.ngettext("%(n)s unit", "%(n)s units", number)
        case "reason" | "cause":
            names = REASONS if name == "reason" else CAUSES
            told = texts.gettext(names.get(value.replace(" ", "_"), value))
        case "country" | "home":
            told = str(texts.locale.territories.get(value, value))
        case "item" | "kind" | "word" | "evidence":
            told = texts.gettext(value[:1].lower() + value[1:])
        case _:
            told = value
    return told


def _named(texts: Texts, found: re.Match[str]) -> str:
    return f"{found['before']}“{_value(found['what'], found['word'], texts)}”"


def _day_found(texts: Texts, found: re.Match[str]) -> str:
    try:
        return _day(found.group(), texts)
    except ValueError:
        # A clause may name a day that no calendar has.
        return found.group()


def _day(written: str, texts: Texts) -> str:
    day = datetime.strptime(written, "%d %B %Y")  # noqa: DTZ007 - a day alone has no zone
    return format_date(day, format="long", locale=texts.locale)
