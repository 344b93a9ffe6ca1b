"""What a parcel keeps of what we hold and what was sent about its delivery."""

from collections.abc import Mapping
from typing import Any

from returns_engine.rules.delivery_evidence import KnownDelivery, replaces
from returns_engine.rules.words import Evidence


def better_evidence(held: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return delivery date and evidence to keep; a known date is not forgotten (B-1).

    Both have `delivered_at` (aware, or None) and `delivery_evidence`.
    """
    old, new = _known(held), _known(given)
    taken = new is not None and (old is None or replaces(new, old))
    chosen = given if taken else held
    return {name: chosen[name] for name in ("delivered_at", "delivery_evidence")}


def _known(row: Mapping[str, Any]) -> KnownDelivery | None:
    if row["delivered_at"] is None:
        return None
    return KnownDelivery(at=row["delivered_at"], evidence=Evidence(row["delivery_evidence"]))
