"""Numbers that people read aloud, type and scan: `RMA-` and eight Crockford base-32 characters.

The last is a check character over the field of 32 elements, so that every single wrong character
and every swap of two characters is noticed; sums modulo 31 or 32 cannot do both.
"""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PREFIX = "RMA"
_LENGTH = 8
RANDOM_BITS = 35
"""How many random bits a number holds."""

_FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, whose root generates the field's 31 non-zero elements
_READ_AS = str.maketrans("ILO", "110")
_SEPARATORS = dict.fromkeys(map(ord, " \t\r\n\u00a0-_\u2010\u2011\u2012\u2013\u2014\u2212"))


def new_rma_number(random_bits: int) -> str:
    """Return the RMA number that holds `random_bits`, from 0 to 2**35 - 1.

    Raises ValueError outside of that range.
    """
    if not 0 <= random_bits < 1 << RANDOM_BITS:
        raise ValueError(f"an RMA number holds {RANDOM_BITS} bits, not {random_bits}")
    digits = [random_bits >> shift & 31 for shift in range(RANDOM_BITS - 5, -1, -5)]
    digits.append(_times_root(_remainder(digits)))
    return f"{_PREFIX}-{''.join(_ALPHABET[digit] for digit in digits)}"


def is_rma_number(text: str) -> bool:
    """Say whether `text` is an RMA number in its one written form, check character included."""
    return normalize_rma_number(text) == text


def normalize_rma_number(text: str) -> str | None:
    """Return the written form of an RMA number as somebody typed or scanned it, or None.

    Takes any letter case, I and L for 1, O for 0, and spaces and dashes anywhere or nowhere. None
    where the check character, or anything else, does not fit.
    """
    compact = text.translate(_SEPARATORS)
    if not compact.isascii() or not compact.upper().startswith(_PREFIX):
        return None
    characters = compact.upper().removeprefix(_PREFIX).translate(_READ_AS)
    if len(characters) != _LENGTH or not set(characters) <= set(_ALPHABET):
        return None
    if _remainder([_ALPHABET.index(character) for character in characters]) != 0:
        return None
    return f"{_PREFIX}-{characters}"


def _remainder(digits: list[int]) -> int:
    """Return the value at the field's root of the polynomial that has `digits` as coefficients."""
    value = 0
    for digit in digits:
        value = _times_root(value) ^ digit
    return value


def _times_root(element: int) -> int:
    doubled = element << 1
    return doubled ^ _FIELD_POLYNOMIAL if doubled & 32 else doubled
