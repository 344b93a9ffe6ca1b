"""What somebody typed into the search field, in each of the forms that things are kept in."""

from collections.abc import Sequence
from dataclasses import dataclass

from returns_engine.queries.page import contains
from returns_engine.queries.scan import tracking_spellings
from returns_engine.rules.name_likeness import plain_name
from returns_engine.rules.order_number import spellings
from returns_engine.rules.quarantine_number import normalize_quarantine_number
from returns_engine.rules.rma_number import normalize_rma_number
from returns_engine.workflow.contacts import is_email, normalized_email, normalized_phone

LONGEST = 128
SHORTEST_PART = 2
"""A single letter is in nearly every name."""
_SHORTEST_DIGITS = 4
_MOST_WORDS = 8
_NO_PHONE = frozenset("abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question: whole numbers, addresses and codes, and the patterns of its words."""

    text: str
    rma_number: str | None
    quarantine_number: str | None
    orders: Sequence[str]
    """The order numbers it can mean, in small letters."""
    tracking: Sequence[str]
    email: str | None
    phone: str | None
    skus: Sequence[str]
    words: Sequence[str]
    plain_words: Sequence[str] | None
    """The patterns of its words without accents; None where no letter is among them."""
    part: str | None
    digits: str | None

    @property
    def has_parts(self) -> bool:
        """Say whether it is long enough to look for as a part of something."""
        return len(self.text) >= SHORTEST_PART


def read_asked(typed: str, *, country: str) -> Asked:
    """Return what `typed` can mean; a phone number is read as in `country`, without a prefix.

    A return's code holds its address in the portal, whose last part is the RMA number.
    """
    shown = "".join(sign for sign in typed if sign.isprintable() or sign.isspace())
    text = " ".join(shown.split())[:LONGEST]
    words = [contains(word) for word in text.split()[:_MOST_WORDS]]
    last = text.rstrip("/").rsplit("/", 1)[-1]
    digits = "".join(sign for sign in text if sign.isascii() and sign.isdigit())
    spelled = _NO_PHONE.isdisjoint(text.casefold())
    return Asked(
        text=text,
        rma_number=normalize_rma_number(last),
        quarantine_number=normalize_quarantine_number(text),
        orders=spellings(text),
        tracking=tracking_spellings([text]) if text else [],
        email=normalized_email(text) if is_email(text) else None,
        phone=normalized_phone(text, country) if spelled else None,
        skus=sorted({text, text.upper(), text.lower()}),
        words=words,
        plain_words=[contains(word) for word in plain_name(text).split()[:_MOST_WORDS]] or None,
        part=contains(text),
        digits=contains(digits) if spelled and len(digits) >= _SHORTEST_DIGITS else None,
    )
