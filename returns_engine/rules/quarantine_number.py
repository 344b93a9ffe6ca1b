"""The number of a parcel nobody announced: `Q-` and seven characters, no RMA number ever (46)."""

from returns_engine.rules.checked_number import bits_in, read_number, write_number

_PREFIX = "Q"
_LENGTH = 7
RANDOM_BITS = bits_in(_LENGTH)
"""How many random bits a number holds."""


def new_quarantine_number(random_bits: int) -> str:
    """Return the quarantine number that holds `random_bits`, from 0 to 2**30 - 1.

    Raises ValueError outside of that range.
    """
    return write_number(_PREFIX, _LENGTH, random_bits)


def normalize_quarantine_number(text: str) -> str | None:
    """Return the written form of a quarantine number as somebody typed or scanned it, or None."""
    return read_number(_PREFIX, _LENGTH, text)
