"""An order in hand: its facts, and what open or settled returns already hold of it."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import asyncpg

from returns_engine.rules.facts import (
    GivenBefore,
    History,
    LineFacts,
    OrderFacts,
    ShipmentFacts,
    ShippedUnits,
)
from returns_engine.rules.words import Evidence, ItemKind, OrderStatus
from returns_engine.tables.engine import connection
from returns_engine.tables.orders import Order, OrderLine
from returns_engine.workflow.refusals import NotFound

_PARCELS = """
SELECT s.id, s.shipment_id, s.delivered_at, s.delivery_evidence, l.line_id, p.quantity
FROM shipments s
LEFT JOIN shipment_lines p ON p.shipment = s.id
LEFT JOIN order_lines l ON l.id = p.order_line
WHERE s."order" = $1 ORDER BY s.position, p.id
"""

# Units withdrawn, declined, expired or given up count again; rejected ones only by appeal.
_GIVEN = """
SELECT o.line_id, l.requested, l.given_up, l.shipping_back, l.taken
FROM return_lines l
JOIN returns r ON r.id = l.return_id
JOIN order_lines o ON o.id = l.order_line
WHERE r."order" = $1 AND r.permission NOT IN ('withdrawn', 'declined', 'expired')
ORDER BY l.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFile:
    """An order with the row ids behind its lines."""

    id: int
    number: str
    facts: OrderFacts
    line_rows: dict[str, int]


async def load_order(number: str, *, lock: bool = False) -> OrderFile:
    """Load an order, locked where its units are about to be given; raises NotFound."""
    return await _load(Order.number == number, lock=lock)


async def load_order_by_id(order_id: int) -> OrderFile:
    """Load an order by its row id, locked."""
    return await _load(Order.id == order_id, lock=True)


async def _load(which: Any, *, lock: bool) -> OrderFile:  # noqa: ANN401 - Piccolo's condition
    query = Order.select().where(which).first()
    row = await (query.lock_rows("NO KEY UPDATE") if lock else query)
    if row is None:
        raise NotFound("order")
    lines = (
        await OrderLine.select().where(OrderLine.order == row["id"]).order_by(OrderLine.position)
    )
    parcels = await connection().fetch(_PARCELS, row["id"])
    return OrderFile(
        id=row["id"],
        number=row["number"],
        facts=_facts(row, lines, parcels),
        line_rows={line["line_id"]: line["id"] for line in lines},
    )


def _facts(
    row: dict[str, Any], lines: list[dict[str, Any]], parcels: list[asyncpg.Record]
) -> OrderFacts:
    return OrderFacts(
        order_number=row["number"],
        status=OrderStatus(row["status"]),
        placed_at=row["placed_at"],
        paid_at=row["paid_at"],
        production_started_at=row["production_started_at"],
        currency=row["currency"],
        discount=row["discount"],
        shipping=row["shipping"],
        shipping_tax=row["shipping_tax"],
        country=row["country"],
        lines=tuple(_line_facts(line) for line in lines),
        shipments=_shipments(parcels),
    )


def _line_facts(line: dict[str, Any]) -> LineFacts:
    return LineFacts(
        line_id=line["line_id"],
        sku=line["sku"],
        title=line["title"],
        category=line["category"],
        kind=ItemKind(line["kind"]),
        quantity=line["quantity"],
        unit_price=line["unit_price"],
        tax=line["tax"],
        tax_included=line["tax_included"],
    )


def _shipments(parcels: list[asyncpg.Record]) -> tuple[ShipmentFacts, ...]:
    contents: dict[int, list[ShippedUnits]] = defaultdict(list)
    heads: dict[int, asyncpg.Record] = {}
    for row in parcels:
        heads.setdefault(row["id"], row)
        if row["line_id"] is not None:
            contents[row["id"]].append(
                ShippedUnits(line_id=row["line_id"], quantity=row["quantity"])
            )
    return tuple(
        ShipmentFacts(
            shipment_id=head["shipment_id"],
            delivered_at=head["delivered_at"],
            delivery_evidence=Evidence(head["delivery_evidence"])
            if head["delivery_evidence"]
            else None,
            lines=tuple(contents[row_id]),
        )
        for row_id, head in heads.items()
    )


@dataclass(slots=True)
class _Given:
    by_shipment: Counter[str]
    cancelled: int = 0
    with_shipping: int = 0


async def history_of(order_id: int) -> History:
    """Return what open or settled returns hold of an order, for a decision and its estimate."""
    given: dict[str, _Given] = defaultdict(lambda: _Given(Counter()))
    for row in await connection().fetch(_GIVEN, order_id):
        units = row["requested"] - row["given_up"]
        one = given[row["line_id"]]
        _take(one, json.loads(row["taken"]), units)
        if row["shipping_back"]:
            one.with_shipping += units
    return _history(given)


def _take(given: _Given, parcels: list[dict[str, Any]], units: int) -> None:
    """Count `units` by the parcels they were taken from; given-up ones are left off the end."""
    for parcel in parcels:
        counted = min(units, parcel["quantity"])
        units -= counted
        if parcel["shipment_id"] is None:
            given.cancelled += counted
        else:
            given.by_shipment[parcel["shipment_id"]] += counted


def _history(given: dict[str, _Given]) -> History:
    return {
        line_id: GivenBefore(
            by_shipment=dict(one.by_shipment),
            cancelled=one.cancelled,
            with_shipping=one.with_shipping,
        )
        for line_id, one in given.items()
    }


async def settled_before(order_id: int) -> History:
    """Return the units a refund or replacement was made for, in the order of inspection."""
    rows = await connection().fetch(
        "SELECT o.line_id, l.shipping_back, l.proposed FROM return_lines l"
        " JOIN returns r ON r.id = l.return_id JOIN order_lines o ON o.id = l.order_line"
        ' WHERE r."order" = $1 AND l.proposed > 0',
        order_id,
    )
    given: dict[str, _Given] = defaultdict(lambda: _Given(Counter()))
    for row in rows:
        given[row["line_id"]].cancelled += row["proposed"]
        if row["shipping_back"]:
            given[row["line_id"]].with_shipping += row["proposed"]
    return _history(given)
