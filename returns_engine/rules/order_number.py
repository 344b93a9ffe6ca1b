"""The number of an order as people type it: the shop's own form is the shop's, and not ours."""

import re

# Hyphens, dashes and the minus sign: a phone makes one of the other while somebody types.
_DASHES = re.compile("[\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]")
_LETTERS_THEN_DIGITS = re.compile(r"([a-z]+)-?(\d+)")


def spellings(typed: str) -> list[str]:
    """Return the numbers, in small letters, that somebody may mean by `typed`, the likeliest first.

    A sign # before it, spaces, the kind of a dash and the letter case tell no two orders apart, nor
    does a dash between letters and digits.
    """
    as_typed = typed.strip().lower()
    plain = _DASHES.sub("-", "".join(as_typed.split())).removeprefix("#")
    forms = [as_typed, plain]
    if parts := _LETTERS_THEN_DIGITS.fullmatch(plain):
        letters, digits = parts.groups()
        forms += [f"{letters}-{digits}", f"{letters}{digits}"]
    return list(dict.fromkeys([*forms, *(f"#{form}" for form in forms[1:])]))
