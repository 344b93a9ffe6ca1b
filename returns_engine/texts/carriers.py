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

TRACKING_PAGES: Mapping[str, str] = {word: carrier["page"] for word, carrier in _KNOWN.items()}
"""The carrier's public page about a parcel, `{}` for the number."""

_OWN_NUMBERS = {
    word: re.compile("|".join(carrier["own_numbers"]))
    for word, carrier in _KNOWN.items()
    if "own_numbers" in carrier
}


def carrier_of_number(printed: str) -> str | None:
    """Return the carrier that alone prints numbers of this form; None where several may, or none.

    `printed` has capitals, and neither spaces nor hyphens (22, 27).
    """
    return next((word for word, own in _OWN_NUMBERS.items() if own.fullmatch(printed)), None)
