"""The carriers we know, from a file that comes along: names, numbers, pages to follow parcels."""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any


def _carriers() -> dict[str, dict[str, Any]]:
    kept = files("returns_engine") / "policies" / "carriers.toml"
    return tomllib.loads(kept.read_text(encoding="utf-8"))


_KNOWN = _carriers()
CARRIERS: Mapping[str, str] = {word: carrier["name"] for word, carrier in _KNOWN.items()}
"""What people call a carrier, by the word that orders and returns name it by (22, 71)."""

OTHER_CARRIER = "other"
"""The word for a carrier of which we know nothing but that it takes parcels."""

TRACKING_PAGES: Mapping[str, str] = {word: carrier["page"] for word, carrier in _KNOWN.items()}
"""The carrier's public page about a parcel, `{}` for the number."""


def _forms(named: str) -> Mapping[str, re.Pattern[str]]:
    return {
        word: re.compile("|".join(carrier[named]))
        for word, carrier in _KNOWN.items()
        if named in carrier
    }


_NUMBERS, _OWN_NUMBERS = _forms("numbers"), _forms("own_numbers")
# What somebody prints of whom we know nothing: a number has figures in it.
_ANY_NUMBER = re.compile(r"(?=(?:.*[0-9]){4})[A-Z0-9]{5,40}")


def carrier_of_number(printed: str) -> str | None:
    """Return the carrier that alone prints numbers of this form; None where several may, or none.

    `printed` has capitals, and neither spaces nor hyphens (22, 27).
    """
    return next((word for word, own in _OWN_NUMBERS.items() if own.fullmatch(printed)), None)


def may_print(carrier: str, printed: str) -> bool:
    """Tell whether a number can be one of this carrier's; of one we do not know, of anybody's (27).

    `printed` is as for `carrier_of_number`.
    """
    return _NUMBERS.get(carrier, _ANY_NUMBER).fullmatch(printed) is not None
