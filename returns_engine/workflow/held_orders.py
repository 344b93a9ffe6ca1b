"""Orders as we hold them, many read at once, to tell which of them an import leaves as they are."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import msgspec

from returns_engine.documents.order import OrderDocument
from returns_engine.tables.engine import connection
from returns_engine.workflow.delivery_evidence import better_evidence
from returns_engine.workflow.import_order import with_known_dates
from returns_engine.workflow.merge_rows import values_differ
from returns_engine.workflow.order_rows import (
    contact_values,
    line_values,
    order_values,
    packed_units,
    payment_values,
    shipment_values,
)

Row = Mapping[str, Any]

_ORDERS = "SELECT * FROM orders WHERE number = ANY($1) ORDER BY id FOR NO KEY UPDATE"
_CONTACTS = 'SELECT * FROM order_contacts WHERE "order" = ANY($1)'
_LINES = 'SELECT * FROM order_lines WHERE "order" = ANY($1)'
_PAYMENTS = 'SELECT * FROM payments WHERE "order" = ANY($1)'
_SHIPMENTS = 'SELECT * FROM shipments WHERE "order" = ANY($1)'
# By ids alone, without a join: so no plan is ever tempted to read the whole table.
_PACKED = "SELECT shipment, order_line, quantity FROM shipment_lines WHERE shipment = ANY($1)"
_WORDS = (
    "SELECT shipment, delivered_at, evidence FROM delivery_evidence"
    " WHERE shipment = ANY($1) AND source = 'import'"
)


@dataclass(slots=True, kw_only=True)
class HeldOrder:
    """The rows of one order; lines, payments and shipments by the shop's ids for them."""

    row: Row
    contact: Row | None = None
    lines: dict[str, Row] = field(default_factory=dict)
    payments: dict[str, Row] = field(default_factory=dict)
    shipments: dict[str, Row] = field(default_factory=dict)
    packed: dict[tuple[str, str], int] = field(default_factory=dict)
    words: set[tuple[Any, ...]] = field(default_factory=set)


async def held_orders(numbers: Sequence[str]) -> dict[str, HeldOrder]:
    """Lock the orders of these numbers that are there and return them by number.

    Must run inside a transaction, which holds the locks: `import_order` takes the same ones.
    """
    found = await connection().fetch(_ORDERS, numbers)
    held = {row["id"]: HeldOrder(row=row) for row in found}
    if not held:
        return {}
    ids = list(held)

    async def of_each(query: str) -> Iterable[tuple[HeldOrder, asyncpg.Record]]:
        rows = await connection().fetch(query, ids)
        return ((held[row["order"]], row) for row in rows)

    for order, row in await of_each(_CONTACTS):
        order.contact = row
    for order, row in await of_each(_LINES):
        order.lines[row["line_id"]] = row
    for order, row in await of_each(_PAYMENTS):
        order.payments[row["payment_id"]] = row
    for order, row in await of_each(_SHIPMENTS):
        order.shipments[row["shipment_id"]] = row
    await _open_parcels(held.values())
    return {order.row["number"]: order for order in held.values()}


async def _open_parcels(orders: Collection[HeldOrder]) -> None:
    """Read what the parcels of these orders hold, and what was said of their delivery."""
    parcels = {
        row["id"]: (order, name) for order in orders for name, row in order.shipments.items()
    }
    lines = {row["id"]: name for order in orders for name, row in order.lines.items()}
    for row in await connection().fetch(_PACKED, list(parcels)):
        order, name = parcels[row["shipment"]]
        order.packed[name, lines[row["order_line"]]] = row["quantity"]
    for row in await connection().fetch(_WORDS, list(parcels)):
        order, name = parcels[row["shipment"]]
        order.words.add((name, row["delivered_at"], row["evidence"]))


def leaves_as_it_is(held: HeldOrder, document: OrderDocument) -> bool:
    """Tell for certain that importing `document` would change, keep and refuse nothing.

    Where this says no, `import_order` knows; an order whose person was erased is left to it too.
    """
    if held.row["erased_at"] is not None or held.contact is None:
        return False
    return not (
        values_differ(held.row, order_values(with_known_dates(held.row, document)))
        or values_differ(held.contact, contact_values(document))
        or _lines_differ(held.lines, line_values(document))
        or _rows_differ(held.payments, payment_values(document))
        or _parcels_differ(held, document)
    )


def _lines_differ(held: Mapping[str, Row], wanted: Mapping[str, Row]) -> bool:
    known = {
        line_id: {**row, "vehicle": msgspec.json.decode(row["vehicle"]) if row["vehicle"] else None}
        for line_id, row in held.items()
    }
    return _rows_differ(known, wanted)


def _rows_differ(held: Mapping[str, Row], wanted: Mapping[str, Row]) -> bool:
    return held.keys() != wanted.keys() or any(
        values_differ(held[key], values) for key, values in wanted.items()
    )


def _parcels_differ(held: HeldOrder, document: OrderDocument) -> bool:
    """Compare parcels as they were sent; those that were not sent again stay."""
    given = shipment_values(document)
    if not given.keys() <= held.shipments.keys():
        return True
    for shipment_id, values in given.items():
        row = held.shipments[shipment_id]
        word = (shipment_id, values["delivered_at"], values["delivery_evidence"])
        if values["delivered_at"] is not None and word not in held.words:
            return True
        if values_differ(row, values | better_evidence(row, values)):
            return True
    packed = {key: units for key, units in held.packed.items() if key[0] in given}
    return packed != packed_units(document)
