"""Every word about the deliveries of an order, the strongest first."""

from collections.abc import Iterable, Mapping
from typing import Any

from returns_engine.queries.moments import utc_text
from returns_engine.rules.words import Evidence

# One JSON value for statements that select `FROM orders o`. Why a statement was written down
# stands in its event, where it can be erased.
EVIDENCE = """
(SELECT json_agg(json_build_object(
    'id', d.id, 'shipment_id', s.shipment_id, 'delivered_at', d.delivered_at,
    'evidence', d.evidence, 'source', d.source, 'recorded_at', d.recorded_at,
    'recorded_by', COALESCE(NULLIF(trim(concat_ws(' ', u.first_name, u.last_name)), ''),
                            u.username),
    'reason', (SELECT t.value FROM events e JOIN event_texts t ON t.event = e.id
               WHERE e.chain = 'order:' || o.number AND e.type = 'delivery.stated'
               AND (e.data->>'evidence_id')::int = d.id)) ORDER BY d.id)
 FROM delivery_evidence d JOIN shipments s ON s.id = d.shipment
 LEFT JOIN piccolo_user u ON u.id = d.recorded_by
 WHERE s."order" = o.id)
"""
_STRONGEST_FIRST = list(Evidence)


def evidence_of(
    shipment: Mapping[str, Any], words: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return what was said of one parcel; `stands` tells which word its date rests on."""
    mine = [word for word in words if word["shipment_id"] == shipment["shipment_id"]]
    ranked = sorted(
        mine,
        key=lambda word: (_STRONGEST_FIRST.index(Evidence(word["evidence"])), -word["id"]),
    )
    standing = _standing(shipment, mine)
    return [
        {
            "id": word["id"],
            "delivered_at": utc_text(word["delivered_at"]),
            "evidence": word["evidence"],
            "source": word["source"],
            "recorded_at": utc_text(word["recorded_at"]),
            "recorded_by": word["recorded_by"],
            "reason": word["reason"],
            "stands": word["id"] == standing,
        }
        for word in ranked
    ]


def _standing(shipment: Mapping[str, Any], words: Iterable[Mapping[str, Any]]) -> int | None:
    """Return the id of the first word that says what the parcel's row says."""
    known = (utc_text(shipment["delivered_at"]), shipment["delivery_evidence"])
    return next(
        (
            word["id"]
            for word in words
            if (utc_text(word["delivered_at"]), word["evidence"]) == known
        ),
        None,
    )
