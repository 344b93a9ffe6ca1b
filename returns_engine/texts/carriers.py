"""The carriers we know, from a file that comes along: names, and where parcels are followed."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files


def _carriers() -> dict[str, dict[str, str]]:
    kept = files("returns_engine") / "policies" / "carriers.toml"
    return tomllib.loads(kept.read_text(encoding="utf-8"))


_KNOWN = _carriers()
CARRIERS: Mapping[str, str] = {word: carrier["name"] for word, carrier in _KNOWN.items()}
"""What people call a carrier, by the word that orders and returns name it by (22, 71)."""

TRACKING_PAGES: Mapping[str, str] = {word: carrier["page"] for word, carrier in _KNOWN.items()}
"""The carrier's public page about a parcel, `{}` for the number."""
