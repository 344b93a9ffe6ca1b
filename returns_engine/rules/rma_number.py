"""The number of a return: `RMA-` and eight Crockford base-32 characters, the last a check."""

from returns_engine.rules.checked_number import bits_in, read_number, write_number

_PREFIX = "RMA"
_LENGTH = 8
RANDOM_BITS = bits_in(_LENGTH)
"""How many random bits a number holds."""


def new_rma_number(random_bits: int) -> str:
    """Return the RMA number that holds `random_bits`, from 0 to 2**35 - 1.

    Raises ValueError outside of that range.
    """
    return write_number(_PREFIX, _LENGTH, random_bits)


def is_rma_number(text: str) -> bool:
    """Say whether `text` is an RMA number in its one written form, check character included."""
    return normalize_rma_number(text) == text


def normalize_rma_number(text: str) -> str | None:
    """Return the written form of an RMA number as somebody typed or scanned it, or None."""
    return read_number(_PREFIX, _LENGTH, text)
