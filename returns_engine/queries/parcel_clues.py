"""Read the clues off a parcel: numbers, addresses and names that may say whose it is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import phonenumbers

from returns_engine.queries.page import contains
from returns_engine.queries.scan import tracking_spellings
from returns_engine.rules.name_likeness import names_in, plain_words, without_apostrophes
from returns_engine.rules.rma_number import normalize_rma_number

_MOST = 200
_LONGEST_NAME = 4
_SHORTEST_WORD = 3
_RMA = re.compile(r"RMA[-_\s]{0,2}(?:[0-9A-Z][-_\s]?){8}", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>,;:()]{1,64}@[^\s@<>,;:()]{1,190}")
_MARKS = ".,;:#()[]<>\"'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What stands on a parcel and may be found in the database, each list of bounded length."""

    rma_numbers: list[str]
    tracking: list[str]
    order_numbers: list[str]
    emails: list[str]
    phones: list[str]
    postcodes: list[str]
    names: list[str]
    plain_names: list[str]
    patterns: list[str]


def read_clues(
    *, tracking_number: str | None, sender: str, contents: str, note: str, country: str
) -> Clues:
    """Return the clues of a parcel; phone numbers are read as in `country`, without a prefix."""
    said = f"{sender}\n{contents}\n{note}"
    tokens = _tokens(said)
    codes = [tracking_number] if tracking_number else []
    return Clues(
        rma_numbers=_rma_numbers(said, codes),
        tracking=tracking_spellings([*codes, *filter(_has_digit, tokens)]),
        order_numbers=_bounded(token.lower() for token in [*codes, *filter(_has_digit, tokens)]),
        emails=_bounded(found.strip(_MARKS).casefold() for found in _EMAIL.findall(said)),
        phones=_phones(said, country),
        postcodes=_postcodes(_tokens(sender)),
        names=_bounded([*names_in(sender), *_spelled(sender)]),
        plain_names=_bounded(names_in(without_apostrophes(sender))),
        patterns=_bounded(
            contains(word)
            for word in plain_words(f"{sender} {contents}")
            if len(word) >= _SHORTEST_WORD and not word.isdigit()
        ),
    )


def _bounded(found: Iterable[str]) -> list[str]:
    """Return each once, in order, and not too many for one statement."""
    return list(dict.fromkeys(one for one in found if one))[:_MOST]


def _tokens(text: str) -> list[str]:
    return _bounded(token.strip(_MARKS) for token in text.split())


def _has_digit(token: str) -> bool:
    return any(sign.isdigit() for sign in token)


def _rma_numbers(said: str, codes: list[str]) -> list[str]:
    read = [normalize_rma_number(text) for text in [*codes, *_RMA.findall(said)]]
    return _bounded(number for number in read if number is not None)


def _phones(said: str, country: str) -> list[str]:
    matcher = phonenumbers.PhoneNumberMatcher(
        said, country, leniency=phonenumbers.Leniency.POSSIBLE
    )
    form = phonenumbers.PhoneNumberFormat.E164
    return _bounded(phonenumbers.format_number(found.number, form) for found in matcher)


def _postcodes(tokens: list[str]) -> list[str]:
    """Return what may be a postal code: one word with a digit, or two (`M5H 2N2`)."""
    pairs = [f"{one} {other}" for one, other in pairwise(tokens)]
    found = [text for text in (*tokens, *pairs) if _has_digit(text)]
    # A ZIP code of nine digits begins with the five that most people write.
    found += [text.partition("-")[0] for text in found]
    return _bounded(spelling for text in found for spelling in (text, text.upper()))


def _spelled(sender: str) -> list[str]:
    """Return what may be a name with its accents and hyphens, as the database holds it."""
    found = []
    for line in sender.lower().splitlines():
        words = [word.strip(_MARKS) for word in line.split() if not _has_digit(word)]
        for count in range(1, _LONGEST_NAME + 1):
            found += [" ".join(words[at : at + count]) for at in range(len(words) - count + 1)]
    return found
