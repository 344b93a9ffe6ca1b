"""The parcels of an order as they were sent in: when they arrived, and what they hold."""

from datetime import datetime

from returns_engine.documents.order import OrderDocument
from returns_engine.gateways.job_queue.jobs import defer_jobs
from returns_engine.tables.engine import connection
from returns_engine.tables.orders import Shipment
from returns_engine.workflow.delivery_evidence import better_evidence, keep_imported_evidence
from returns_engine.workflow.hold_cancellation import hold_jobs
from returns_engine.workflow.merge_rows import merge_rows
from returns_engine.workflow.order_rows import shipment_values
from returns_engine.workflow.refusals import FieldRefusal, Unprocessable


async def import_shipments(
    order_id: int, document: OrderDocument, *, asked_for: bool, now: datetime
) -> bool:
    """Bring parcels, deliveries and contents up to date, and tell whether anything changed.

    The caller holds the order's lock. A date changes in the customer's favour alone; every word
    about a delivery is kept (B-1). `asked_for` says that returns refer to the order: a cancellation
    may have to be held. Raises Unprocessable `inconsistent_order` for a parcel too many.
    """
    wanted = shipment_values(document)
    rows = await Shipment.select().where(Shipment.order == order_id)
    held = {row["shipment_id"]: row for row in rows}
    given = dict(wanted)
    for shipment_id, row in held.items():
        if shipment_id in wanted:
            known = better_evidence(row, wanted[shipment_id])
            wanted[shipment_id] = wanted[shipment_id] | known
    changed = await merge_rows(Shipment, order_id, "shipment_id", held, wanted)
    await keep_imported_evidence(order_id, given, now=now)
    repacked = await _pack(order_id, document)
    await _refuse_overshipped(order_id)
    if repacked and asked_for:
        await defer_jobs(connection(), await hold_jobs(order_id))
    return changed or repacked


# What a parcel that is sent again holds is what was sent; parcels that are not sent again stay.
_PACK = """
WITH given AS (
    SELECT s.id AS shipment, l.id AS order_line, row.quantity
    FROM unnest($2::text[], $3::text[], $4::int[]) AS row (shipment_id, line_id, quantity)
    JOIN shipments s ON s."order" = $1 AND s.shipment_id = row.shipment_id
    JOIN order_lines l ON l."order" = $1 AND l.line_id = row.line_id
), taken_out AS (
    DELETE FROM shipment_lines p USING shipments s
    WHERE s.id = p.shipment AND s."order" = $1 AND s.shipment_id = ANY($5::text[])
    AND NOT EXISTS (SELECT FROM given WHERE (given.shipment, given.order_line)
                                          = (p.shipment, p.order_line))
    RETURNING p.id
), put_in AS (
    INSERT INTO shipment_lines (shipment, order_line, quantity)
    SELECT shipment, order_line, sum(quantity) FROM given GROUP BY 1, 2
    ON CONFLICT (shipment, order_line) DO UPDATE SET quantity = excluded.quantity
    WHERE shipment_lines.quantity <> excluded.quantity RETURNING id
)
SELECT id FROM taken_out UNION ALL SELECT id FROM put_in
"""

_OVERSHIPPED = """
SELECT l.line_id FROM order_lines l JOIN shipment_lines p ON p.order_line = l.id
WHERE l."order" = $1 GROUP BY l.id HAVING sum(p.quantity) > l.quantity ORDER BY l.position LIMIT 1
"""


async def _pack(order_id: int, document: OrderDocument) -> bool:
    """Put lines into parcels as they were sent; what a parcel holds can be corrected."""
    packed = [
        (shipment.shipment_id, row.line_id, row.quantity)
        for shipment in document.shipments
        for row in shipment.lines
    ]
    columns = [[entry[place] for entry in packed] for place in range(3)]
    parcels = [shipment.shipment_id for shipment in document.shipments]
    return bool(await connection().fetch(_PACK, order_id, *columns, parcels))


async def _refuse_overshipped(order_id: int) -> None:
    """Refuse a parcel that, with those we know of and that were not sent again, is one too many."""
    line_id = await connection().fetchval(_OVERSHIPPED, order_id)
    if line_id is None:
        return
    detail = f"With the parcels we know of, more of {line_id} was shipped than ordered."
    fault = FieldRefusal(pointer="/shipments", code="more_shipped_than_ordered", detail=detail)
    raise Unprocessable("inconsistent_order", detail, fault)
