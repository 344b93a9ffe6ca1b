"""Numbers that people read aloud, type and scan: a prefix and Crockford base-32 characters.

The last is a check character over the field of 32 elements, so that every single wrong character
and every swap of two characters is noticed; sums modulo 31 or 32 cannot do both.
"""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS_EACH = 5
_FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, whose root generates the field's 31 non-zero elements
_READ_AS = str.maketrans("ILO", "110")
_SEPARATORS = dict.fromkeys(map(ord, " \t\r\n\u00a0-_\u2010\u2011\u2012\u2013\u2014\u2212"))


def bits_in(length: int) -> int:
    """Return how many random bits a number of `length` characters holds, the check left out."""
    return (length - 1) * _BITS_EACH


def write_number(prefix: str, length: int, random_bits: int) -> str:
    """Return the number of `length` characters that holds `random_bits`, after prefix and dash.

    Raises ValueError for bits that do not fit.
    """
    held = bits_in(length)
    if not 0 <= random_bits < 1 << held:
        raise ValueError(f"a {prefix} number holds {held} bits, not {random_bits}")
    digits = [random_bits >> shift & 31 for shift in range(held - _BITS_EACH, -1, -_BITS_EACH)]
    digits.append(_times_root(_remainder(digits)))
    return f"{prefix}-{''.join(_ALPHABET[digit] for digit in digits)}"


def read_number(prefix: str, length: int, text: str) -> str | None:
    """Return the written form of a number as somebody typed or scanned it, or None.

    Takes any letter case, I and L for 1, O for 0, and spaces and dashes anywhere or nowhere. None
    where the check character, or anything else, does not fit.
    """
    compact = text.translate(_SEPARATORS)
    if not compact.isascii() or not compact.upper().startswith(prefix):
        return None
    characters = compact.upper().removeprefix(prefix).translate(_READ_AS)
    if len(characters) != length or not set(characters) <= set(_ALPHABET):
        return None
    if _remainder([_ALPHABET.index(character) for character in characters]) != 0:
        return None
    return f"{prefix}-{characters}"


def _remainder(digits: list[int]) -> int:
    """Return the value at the field's root of the polynomial that has `digits` as coefficients."""
    value = 0
    for digit in digits:
        value = _times_root(value) ^ digit
    return value


def _times_root(element: int) -> int:
    doubled = element << 1
    return doubled ^ _FIELD_POLYNOMIAL if doubled & 32 else doubled
