"""The code of a refund certificate: 75 random bits, so that nobody can guess one, and a check.

It names nobody and says nothing by itself; who holds the certificate can type it.
"""

from returns_engine.rules.checked_number import bits_in, read_number, write_number

_PREFIX = "RC"
_LENGTH = 16
_GROUP = 4

RANDOM_BITS = bits_in(_LENGTH)
"""How many random bits one code holds."""


def certificate_code(random_bits: int) -> str:
    """Return the code that holds `random_bits`, as `RC-` and 16 characters.

    Raises ValueError for bits that do not fit.
    """
    return write_number(_PREFIX, _LENGTH, random_bits)


def normalize_certificate_code(text: str) -> str | None:
    """Return a code as it is stored, from any way of typing it; None for what can be none."""
    return read_number(_PREFIX, _LENGTH, text)


def grouped_code(code: str) -> str:
    """Return a stored code as people read it: `RC-7K3M-9QXC-…`."""
    letters = code.removeprefix(f"{_PREFIX}-")
    groups = (letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))
    return "-".join((_PREFIX, *groups))
