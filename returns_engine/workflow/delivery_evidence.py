"""What a parcel keeps of what we hold and what was sent about its delivery."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from returns_engine.rules.delivery_evidence import KnownDelivery, replaces
from returns_engine.rules.words import Evidence
from returns_engine.tables.engine import connection


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


# What a shop says again and again is kept once.
_KEEP = """
INSERT INTO delivery_evidence (shipment, delivered_at, evidence, source, recorded_at)
SELECT s.id, given.delivered_at, given.evidence, 'import', $5
FROM unnest($2::text[], $3::timestamptz[], $4::text[])
    AS given (shipment_id, delivered_at, evidence)
JOIN shipments s ON s."order" = $1 AND s.shipment_id = given.shipment_id
WHERE NOT EXISTS (
    SELECT FROM delivery_evidence known WHERE known.shipment = s.id AND known.source = 'import'
    AND known.delivered_at = given.delivered_at AND known.evidence = given.evidence)
"""


async def keep_imported_evidence(
    order_id: int, shipments: Mapping[str, Mapping[str, Any]], *, now: datetime
) -> None:
    """Keep every word about a delivery that an import brought, whether or not it stands.

    `shipments` holds the columns of each parcel as it was sent, by its id.
    """
    words = [
        (name, values["delivered_at"], values["delivery_evidence"])
        for name, values in shipments.items()
        if values["delivered_at"] is not None
    ]
    if words:
        columns = [[word[place] for word in words] for place in range(3)]
        await connection().execute(_KEEP, order_id, *columns, now)
