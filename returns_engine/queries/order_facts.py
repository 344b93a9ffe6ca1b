"""Rows of an order as the rules see them: its facts, and what its returns hold of it.

The SQL is in pieces for statements that select `FROM orders o`; each piece is one JSON value.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
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

SHIPMENTS = """
(SELECT json_agg(to_jsonb(s) || jsonb_build_object('lines', (
    SELECT COALESCE(json_agg(json_build_object('line_id', l.line_id, 'quantity', sl.quantity)
                             ORDER BY sl.id), '[]')
    FROM shipment_lines sl JOIN order_lines l ON l.id = sl.order_line
    WHERE sl.shipment = s.id)) ORDER BY s.position, s.id)
 FROM shipments s WHERE s."order" = o.id)
"""

# A line that replaces another inherits the end of its warranty (B-6): its order is the one that was
# written down for the replacement. What was bought beside it, or replaced without an end, keeps the
# warranty of its own delivery.
LINES = """
(SELECT json_agg(to_jsonb(l) || jsonb_build_object('warranty_until', (
    SELECT CASE WHEN sum(p.quantity) >= l.quantity AND bool_and(p.warranty_until IS NOT NULL)
                THEN max(p.warranty_until) END
    FROM replacements p
    JOIN return_lines failed ON failed.id = p.return_line
    JOIN order_lines before ON before.id = failed.order_line
    WHERE p.external_order = o.number AND p.state <> 'cancelled' AND before.sku = l.sku))
    ORDER BY l.position, l.id)
 FROM order_lines l WHERE l."order" = o.id)
"""

# Units withdrawn, declined, expired or given up count again, unless something was made for them
# already; rejected ones only by appeal. A cancellation called off gives units up that a refund,
# then refused, was proposed for.
RETURNED = """
(SELECT json_agg(json_build_object(
    'line_id', l.line_id, 'taken', rl.taken,
    'units', CASE WHEN r.permission IN ('withdrawn', 'declined', 'expired') THEN rl.proposed
                  ELSE rl.requested - rl.given_up END,
    'shipping_back', rl.shipping_back,
    'proposed', LEAST(rl.proposed, rl.requested - rl.given_up),
    'kept', r.kind = 'return' AND NOT rl.goods_expected,
    'number', r.number, 'of_kind', r.kind, 'state', r.state) ORDER BY rl.id)
 FROM return_lines rl
 JOIN returns r ON r.id = rl.return_id
 JOIN order_lines l ON l.id = rl.order_line
 WHERE r."order" = o.id)
"""

# Something else may be on its way for these: whoever cancels them too is looked at first.
SWAPPED = """
(SELECT json_agg(DISTINCT l.line_id)
 FROM choices c JOIN choice_lines cl ON cl.choice = c.id JOIN order_lines l ON l.id = cl.order_line
 WHERE c."order" = o.id AND c.chosen_option = 'swap')
"""

Rows = Iterable[Mapping[str, Any]]


def order_facts(row: Mapping[str, Any], lines: Rows, shipments: Rows) -> OrderFacts:
    """Return the facts of a row of `orders`, with LINES and SHIPMENTS, or lines without the end."""
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
        shipments=tuple(_shipment_facts(shipment) for shipment in shipments),
    )


def _line_facts(line: Mapping[str, Any]) -> LineFacts:
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
        warranty_until=_day(line.get("warranty_until")),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _shipment_facts(shipment: Mapping[str, Any]) -> ShipmentFacts:
    delivered, evidence = shipment["delivered_at"], shipment["delivery_evidence"]
    return ShipmentFacts(
        shipment_id=shipment["shipment_id"],
        delivered_at=datetime.fromisoformat(delivered).astimezone(UTC) if delivered else None,
        delivery_evidence=Evidence(evidence) if evidence else None,
        lines=tuple(
            ShippedUnits(line_id=inside["line_id"], quantity=inside["quantity"])
            for inside in shipment["lines"]
        ),
    )


@dataclass(slots=True)
class _Given:
    by_shipment: Counter[str] = field(default_factory=Counter)
    cancelled: int = 0
    with_shipping: int = 0
    kept: int = 0

    def taken_from(self, parcels: Rows, units: int) -> None:
        """Count `units` by the parcels they came in; given-up ones are left off the end."""
        for parcel in parcels:
            counted = min(units, parcel["quantity"])
            units -= counted
            if parcel["shipment_id"] is None:
                self.cancelled += counted
            else:
                self.by_shipment[parcel["shipment_id"]] += counted


def held_by_returns(returned: Rows) -> History:
    """Return what open or settled returns hold, for a decision and its estimate."""
    given: dict[str, _Given] = defaultdict(_Given)
    for row in returned:
        if row["units"]:
            one = given[row["line_id"]]
            one.taken_from(row["taken"], row["units"])
            one.with_shipping += row["units"] if row["shipping_back"] else 0
            one.kept += row["units"] if row["kept"] else 0
    return _as_facts(given)


def settled_by_returns(returned: Rows) -> History:
    """Return the units a refund or replacement was made for; from which parcels plays no part."""
    given: dict[str, _Given] = defaultdict(_Given)
    for row in returned:
        if row["proposed"]:
            one = given[row["line_id"]]
            one.cancelled += row["proposed"]
            one.with_shipping += row["proposed"] if row["shipping_back"] else 0
    return _as_facts(given)


def _as_facts(given: Mapping[str, _Given]) -> History:
    return {
        line_id: GivenBefore(
            by_shipment=dict(one.by_shipment),
            cancelled=one.cancelled,
            with_shipping=one.with_shipping,
            kept=one.kept,
        )
        for line_id, one in given.items()
    }
