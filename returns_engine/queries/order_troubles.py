"""What of orders did not go as planned: their delivery problems and cancellations."""

from collections.abc import Sequence
from typing import Any

from returns_engine.queries.rows import loaded, rows

HOLDS = """r.kind IN ('delivery_problem', 'cancellation')
  AND r.permission NOT IN ('withdrawn', 'declined', 'expired')"""
"""Which returns `r` tell what became of an order's goods."""

# Money that was refused or called off is none that goes back.
_TROUBLES = f"""
SELECT o.number AS order_number, r.number, r.kind, r.permission, r.state, o.currency,
       (SELECT min(l.reason) FROM return_lines l WHERE l.return_id = r.id) AS reason,
       (SELECT json_agg(json_build_object('title', ol.title, 'quantity', l.requested)
                        ORDER BY l.position, l.id)
        FROM return_lines l JOIN order_lines ol ON ol.id = l.order_line
        WHERE l.return_id = r.id) AS lines,
       (SELECT json_agg(DISTINCT parcel->>'shipment_id')
        FROM return_lines l CROSS JOIN jsonb_array_elements(l.taken) AS parcel
        WHERE l.return_id = r.id AND parcel->>'shipment_id' IS NOT NULL) AS parcels,
       (SELECT sum(COALESCE(f.amount, f.proposed))::bigint FROM refunds f
        WHERE f.return_id = r.id AND f.state NOT IN ('refused', 'canceled')) AS amount,
       EXISTS (SELECT FROM replacements p
               WHERE p.return_id = r.id AND p.state <> 'cancelled') AS sent_again
FROM returns r JOIN orders o ON o.id = r."order"
WHERE o.number = ANY({{}}::text[]) AND {HOLDS}
ORDER BY r.id DESC
"""  # noqa: S608 - a piece of our own
_PARCELS = f"""
SELECT DISTINCT parcel->>'shipment_id' AS shipment_id
FROM returns r JOIN orders o ON o.id = r."order" JOIN return_lines l ON l.return_id = r.id
CROSS JOIN jsonb_array_elements(l.taken) AS parcel
WHERE o.number = {{}} AND {HOLDS} AND parcel->>'shipment_id' IS NOT NULL
"""  # noqa: S608 - a piece of our own


async def troubles_of_orders(numbers: Sequence[str]) -> list[dict[str, Any]]:
    """Return the delivery problems and cancellations that hold, the newest first.

    Each has its `order_number`, its `lines`, the ids of the `parcels` it is about, the `amount`
    that goes back in minor units or None, and whether the same is `sent_again`.
    """
    return [
        dict(row) | {name: tuple(loaded(row[name]) or ()) for name in ("lines", "parcels")}
        for row in await rows(_TROUBLES, list(numbers))
    ]


async def parcels_in_trouble(number: str) -> frozenset[str]:
    """Return the ids of an order's parcels that such a return is about: no estimate holds there."""
    return frozenset(row["shipment_id"] for row in await rows(_PARCELS, number))
