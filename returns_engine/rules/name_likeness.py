"""How alike two names are, as somebody writes them on a parcel: spelled wrong, or turned round."""

import unicodedata
from difflib import SequenceMatcher

ALIKE = 0.82
"""From here on two names are taken for one: a letter or two may be wrong, or a name left out."""

MOST_NAMES = 200
# What has a stroke, or is two letters in one, is not taken apart by Unicode.
_PLAIN_LETTERS = str.maketrans(
    dict(zip("łøđðħıŋŧ", "loddhint", strict=True)) | {"þ": "th", "æ": "ae", "œ": "oe"}
)
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘ʼʻ`´", ""))


def plain_words(text: str) -> list[str]:
    """Return the words of `text` without case, accents and punctuation, in any script."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN_LETTERS))
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return "".join(sign if sign.isalnum() else " " for sign in bare).split()


def plain_name(text: str) -> str:
    """Return a name as it is looked for: "Seán O’Brien" is `sean obrien`, and Łukasz `lukasz`."""
    return " ".join(plain_words(without_apostrophes(text)))


def without_apostrophes(text: str) -> str:
    """Return `text` without what is written as one apostrophe here and as another there."""
    return text.translate(_APOSTROPHES)


def likeness(one: str, other: str) -> float:
    """Return how alike two names are, from 0 to 1; the order of their words does not count.

    Names that share no word at all are 0: nobody spells every word of their own name wrong.
    """
    first, second = (sorted(plain_words(name)) for name in (one, other))
    if set(first).isdisjoint(second):
        return 0.0
    return SequenceMatcher(None, " ".join(first), " ".join(second), autojunk=False).ratio()


def names_in(text: str, *, longest: int = 4) -> list[str]:
    """Return what may be a name in an address: up to `longest` words that follow each other.

    At most 200, from the top: the name stands above the address.
    """
    found = []
    for line in text.splitlines():
        words = [word for word in plain_words(line) if not any(sign.isdigit() for sign in word)]
        for count in range(1, longest + 1):
            found += [" ".join(words[at : at + count]) for at in range(len(words) - count + 1)]
    return found[:MOST_NAMES]
