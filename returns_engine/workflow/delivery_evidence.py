"""How we know when a parcel arrived: better evidence counts, never to the customer's loss."""

from collections.abc import Mapping
from typing import Any

from returns_engine.rules.words import Evidence

STRENGTH = {
    None: 0,
    str(Evidence.ESTIMATE): 1,
    str(Evidence.CUSTOMER_STATEMENT): 2,
    str(Evidence.CARRIER_SCAN): 3,
}


def better_evidence(held: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return delivery date and evidence that a parcel keeps, of what is held and what was sent.

    Both have `delivered_at` (aware, or None) and `delivery_evidence`. A date that would end the
    customer's time earlier is not taken, and a known date is not forgotten (B-1).
    """
    chosen = given if _is_better(held, given) else held
    return {name: chosen[name] for name in ("delivered_at", "delivery_evidence")}


def _is_better(held: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    if held["delivered_at"] is None:
        return True
    if given["delivered_at"] is None or given["delivered_at"] < held["delivered_at"]:
        return False
    if given["delivery_evidence"] == Evidence.CUSTOMER_STATEMENT:
        return bool(given["delivered_at"] > held["delivered_at"])
    return STRENGTH[given["delivery_evidence"]] >= STRENGTH[held["delivery_evidence"]]
