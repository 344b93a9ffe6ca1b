"""An order in hand: its facts, and what open or settled returns already hold of it."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

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
from returns_engine.tables.orders import Order
from returns_engine.workflow.refusals import NotFound

# What hangs on an order, in one statement. Units withdrawn, declined, expired or given up count
# again; rejected ones only by appeal.
_CONTENTS = """
SELECT
  (SELECT json_agg(to_json(l) ORDER BY l.position, l.id)
   FROM order_lines l WHERE l."order" = $1) AS lines,
  (SELECT json_agg(json_build_object(
      'id', s.id, 'shipment_id', s.shipment_id, 'delivered_at', s.delivered_at,
      'delivery_evidence', s.delivery_evidence, 'line_id', l.line_id, 'quantity', p.quantity)
      ORDER BY s.position, s.id, p.id)
   FROM shipments s
   LEFT JOIN shipment_lines p ON p.shipment = s.id
   LEFT JOIN order_lines l ON l.id = p.order_line
   WHERE s."order" = $1) AS parcels,
  (SELECT json_agg(json_build_object(
      'line_id', o.line_id, 'units', l.requested - l.given_up, 'taken', l.taken,
      'shipping_back', l.shipping_back, 'proposed', l.proposed,
      'counts', r.permission NOT IN ('withdrawn', 'declined', 'expired')) ORDER BY l.id)
   FROM return_lines l
   JOIN returns r ON r.id = l.return_id
   JOIN order_lines o ON o.id = l.order_line
   WHERE r."order" = $1) AS returned
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFile:
    """An order with the row ids behind its lines, and what its returns hold.

    `history` is what open or settled returns hold, for a decision and its estimate; `settled` the
    units that a refund or replacement was made for, in the order of inspection.
    """

    id: int
    number: str
    facts: OrderFacts
    line_rows: dict[str, int]
    history: History
    settled: History


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
    # Only a statement of its own sees what was committed before the lock became ours.
    found = await connection().fetchrow(_CONTENTS, row["id"])
    lines, parcels, returned = (
        json.loads(found[name] or "[]") for name in ("lines", "parcels", "returned")
    )
    return OrderFile(
        id=row["id"],
        number=row["number"],
        facts=_facts(row, lines, parcels),
        line_rows={line["line_id"]: line["id"] for line in lines},
        history=_history(one for one in returned if one["counts"]),
        settled=_settled(one for one in returned if one["proposed"]),
    )


def _facts(
    row: dict[str, Any], lines: list[dict[str, Any]], parcels: list[dict[str, Any]]
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


def _shipments(parcels: list[dict[str, Any]]) -> tuple[ShipmentFacts, ...]:
    contents: dict[int, list[ShippedUnits]] = defaultdict(list)
    heads: dict[int, dict[str, Any]] = {}
    for row in parcels:
        heads.setdefault(row["id"], row)
        if row["line_id"] is not None:
            contents[row["id"]].append(
                ShippedUnits(line_id=row["line_id"], quantity=row["quantity"])
            )
    return tuple(_shipment(head, contents[row_id]) for row_id, head in heads.items())


def _shipment(head: dict[str, Any], contents: list[ShippedUnits]) -> ShipmentFacts:
    delivered, evidence = head["delivered_at"], head["delivery_evidence"]
    return ShipmentFacts(
        shipment_id=head["shipment_id"],
        delivered_at=datetime.fromisoformat(delivered).astimezone(UTC) if delivered else None,
        delivery_evidence=Evidence(evidence) if evidence else None,
        lines=tuple(contents),
    )


@dataclass(slots=True)
class _Given:
    by_shipment: Counter[str]
    cancelled: int = 0
    with_shipping: int = 0

    def taken_from(self, parcels: list[dict[str, Any]], units: int) -> None:
        """Count `units` by the parcels they came in; given-up ones are left off the end."""
        for parcel in parcels:
            counted = min(units, parcel["quantity"])
            units -= counted
            if parcel["shipment_id"] is None:
                self.cancelled += counted
            else:
                self.by_shipment[parcel["shipment_id"]] += counted


def _history(returned: Iterable[dict[str, Any]]) -> History:
    given: dict[str, _Given] = defaultdict(lambda: _Given(Counter()))
    for row in returned:
        one = given[row["line_id"]]
        one.taken_from(row["taken"], row["units"])
        if row["shipping_back"]:
            one.with_shipping += row["units"]
    return _as_facts(given)


def _settled(returned: Iterable[dict[str, Any]]) -> History:
    given: dict[str, _Given] = defaultdict(lambda: _Given(Counter()))
    for row in returned:
        # Only how many they are matters to the money, not which parcels they came in.
        given[row["line_id"]].cancelled += row["proposed"]
        if row["shipping_back"]:
            given[row["line_id"]].with_shipping += row["proposed"]
    return _as_facts(given)


def _as_facts(given: dict[str, _Given]) -> History:
    return {
        line_id: GivenBefore(
            by_shipment=dict(one.by_shipment),
            cancelled=one.cancelled,
            with_shipping=one.with_shipping,
        )
        for line_id, one in given.items()
    }
