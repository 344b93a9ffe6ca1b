"""Write orders that nobody has yet, all at once: what `import_order` would write one by one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg

from returns_engine.documents.order import OrderDocument
from returns_engine.rules.actor import Actor
from returns_engine.rules.event_body import order_chain
from returns_engine.tables.insert_many import insert_many
from returns_engine.tables.orders import (
    DeliveryEvidence,
    Order,
    OrderContact,
    OrderLine,
    Payment,
    Shipment,
    ShipmentLine,
)
from returns_engine.workflow.import_order import imported_event
from returns_engine.workflow.order_rows import (
    contact_values,
    line_values,
    order_values,
    packed_units,
    payment_values,
    shipment_values,
)
from returns_engine.workflow.record_events import begin_chains

Documents = Mapping[str, OrderDocument]


async def insert_orders(documents: Documents, *, actor: Actor, now: datetime) -> None:
    """Insert consistent orders by their numbers, with their events; must run in a transaction.

    Raises what PostgreSQL says no with, where one of them, or a payment of theirs, is there by now.
    """
    if not documents:
        return
    orders = await insert_many(
        Order,
        [
            {"number": number, "imported_at": now, **order_values(document)}
            for number, document in documents.items()
        ],
    )
    ids = {row["number"]: row["id"] for row in orders}
    await insert_many(
        OrderContact,
        [
            {"order": ids[number], **contact_values(document)}
            for number, document in documents.items()
        ],
    )
    lines = await insert_many(
        OrderLine,
        [
            {"order": ids[number], "line_id": line_id, **values}
            for number, document in documents.items()
            for line_id, values in line_values(document).items()
        ],
    )
    await insert_many(
        Payment,
        [
            {"order": ids[number], "payment_id": payment_id, **values}
            for number, document in documents.items()
            for payment_id, values in payment_values(document).items()
        ],
    )
    await _insert_shipments(documents, ids, lines, now)
    events = {
        order_chain(number): imported_event(number, created=True, version=1) for number in documents
    }
    await begin_chains(events, actor=actor, now=now)


async def _insert_shipments(
    documents: Documents, orders: Mapping[str, int], lines: Iterable[asyncpg.Record], now: datetime
) -> None:
    given = [
        {"order": orders[number], "shipment_id": shipment_id, **values}
        for number, document in documents.items()
        for shipment_id, values in shipment_values(document).items()
    ]
    rows = await insert_many(Shipment, given)
    line_of = {(row["order"], row["line_id"]): row["id"] for row in lines}
    parcel_of = {(row["order"], row["shipment_id"]): row["id"] for row in rows}
    inside: list[dict[str, Any]] = []
    for number, document in documents.items():
        order = orders[number]
        inside += [
            {
                "shipment": parcel_of[order, shipment_id],
                "order_line": line_of[order, line_id],
                "quantity": quantity,
            }
            for (shipment_id, line_id), quantity in packed_units(document).items()
        ]
    await insert_many(ShipmentLine, inside)
    await insert_many(DeliveryEvidence, _words(given, parcel_of, now))


def _words(
    given: Sequence[Mapping[str, Any]], parcels: Mapping[tuple[int, str], int], now: datetime
) -> list[dict[str, Any]]:
    return [
        {
            "shipment": parcels[row["order"], row["shipment_id"]],
            "delivered_at": row["delivered_at"],
            "evidence": row["delivery_evidence"],
            "source": "import",
            "recorded_at": now,
        }
        for row in given
        if row["delivered_at"] is not None
    ]
