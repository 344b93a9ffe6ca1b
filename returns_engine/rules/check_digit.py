"""A tracking number's last digit, worked out from the others: it finds what was mistyped (27)."""

import re

_UPS = re.compile(r"1Z[A-Z0-9]{15}[0-9]")
_POSTAL = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")
_USPS = re.compile(r"9[1-5][0-9]{20}")
_POSTAL_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def check_digit_fits(printed: str) -> bool:
    """Tell whether the check digit is that of the number; True for numbers that show none.

    Known are those of UPS (1Z…), of the posts of all countries (UPU S10), and of the USPS (22
    digits). A carrier's own examples may break the rule: ask, and do not refuse. `printed` has
    capitals, and neither spaces nor hyphens.
    """
    if _UPS.fullmatch(printed):
        return _ten_less(_weighted(map(_worth, printed[2:-1]), 1, 2)) == int(printed[-1])
    if _USPS.fullmatch(printed):
        return _ten_less(_weighted(map(int, printed[-2::-1]), 3, 1)) == int(printed[-1])
    if _POSTAL.fullmatch(printed):
        return _postal(printed[2:10]) == int(printed[10])
    return True


def _worth(sign: str) -> int:
    """Return what a sign counts: a letter begins with A as 2, and goes round after 9."""
    return int(sign) if sign.isdigit() else (ord(sign) - ord("A") + 2) % 10


def _weighted(values: "map[int]", first: int, second: int) -> int:
    return sum(value * (second if place % 2 else first) for place, value in enumerate(values))


def _ten_less(total: int) -> int:
    return -total % 10


def _postal(serial: str) -> int:
    total = sum(int(sign) * weight for sign, weight in zip(serial, _POSTAL_WEIGHTS, strict=True))
    rest = 11 - total % 11
    return {10: 0, 11: 5}.get(rest, rest)
