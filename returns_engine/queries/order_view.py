"""An order as it was sent in, and per line what may still come back and until when."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from returns_engine.queries.moments import utc_text
from returns_engine.queries.returnable import Returnable, returnable
from returns_engine.queries.rows import first_row, with_json
from returns_engine.queries.tracking_links import tracking_url
from returns_engine.rules.facts import (
    GivenBefore,
    History,
    LineFacts,
    OrderFacts,
    ShipmentFacts,
    ShippedUnits,
)
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import Evidence, ItemKind, OrderStatus

# Units withdrawn, declined, expired or given up count again (contract, "quantity").
_ORDER = """
SELECT o.*, to_json(c) AS contact,
  (SELECT json_agg(to_jsonb(l) || jsonb_build_object('refunded', (
        SELECT COALESCE(sum(rl.refunded), 0) FROM return_lines rl WHERE rl.order_line = l.id))
      ORDER BY l.position, l.id)
   FROM order_lines l WHERE l."order" = o.id) AS lines,
  (SELECT json_agg(to_jsonb(p) ORDER BY p.position, p.id)
   FROM payments p WHERE p."order" = o.id) AS payments,
  (SELECT json_agg(to_jsonb(s) || jsonb_build_object('lines', (
        SELECT COALESCE(json_agg(json_build_object('line_id', l.line_id, 'quantity', sl.quantity)
                                 ORDER BY sl.id), '[]')
        FROM shipment_lines sl JOIN order_lines l ON l.id = sl.order_line
        WHERE sl.shipment = s.id)) ORDER BY s.position, s.id)
   FROM shipments s WHERE s."order" = o.id) AS shipments,
  (SELECT json_agg(json_build_object('line_id', l.line_id, 'taken', rl.taken,
        'units', rl.requested - rl.given_up) ORDER BY rl.id)
   FROM return_lines rl JOIN returns r ON r.id = rl.return_id
   JOIN order_lines l ON l.id = rl.order_line
   WHERE r."order" = o.id AND r.permission NOT IN ('withdrawn', 'declined', 'expired')) AS given
FROM orders o LEFT JOIN order_contacts c ON c."order" = o.id
WHERE o.number = {}
"""
_JSON = ("contact", "lines", "payments", "shipments", "given")
_MOMENTS = ("placed_at", "paid_at", "confirmed_at", "production_started_at")
_AMOUNTS = ("currency", "discount", "shipping", "shipping_tax", "rounding")
_LINE = (
    "line_id",
    "sku",
    "title",
    "category",
    "kind",
    "quantity",
    "unit_price",
    "tax",
    "tax_included",
    "vehicle",
    "image_url",
    "net",
    "refunded",
)
_ADDRESS = ("line1", "line2", "city", "region", "postal_code")


async def read_order(number: str, *, policy: Policy, now: datetime) -> dict[str, Any] | None:
    """Return an order as the contract answers it, by one statement, or None.

    Payments carry their references, which are for staff alone: `web/api` leaves them out for
    customers.
    """
    row = await first_row(_ORDER, number)
    if row is None:
        return None
    known = with_json(row, *_JSON)
    for name in ("lines", "payments", "shipments", "given"):
        known[name] = known[name] or []
    free = returnable(_facts(known), _history(known), policy=policy, now=now)
    return _shape(known, free)


def _shape(row: Mapping[str, Any], free: Mapping[str, Returnable]) -> dict[str, Any]:
    return (
        {"order_number": row["number"], "channel": row["channel"], "status": row["status"]}
        | {name: utc_text(row[name]) for name in _MOMENTS}
        | {name: row[name] for name in _AMOUNTS}
        | _people(row)
        | {
            "lines": [_line(line, free[line["line_id"]]) for line in row["lines"]],
            "payments": [_payment(payment) for payment in row["payments"]],
            "shipments": [_shipment(shipment) for shipment in row["shipments"]],
            "version": row["version"],
        }
    )


def _people(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return customer and address; both are null once they were erased."""
    contact = row["contact"]
    if contact is None:
        return {"customer": None, "shipping_address": None}
    customer = {name: contact[name] for name in ("email", "phone", "name", "account_id")}
    address = {name: contact[name] for name in _ADDRESS}
    return {
        "customer": customer,
        "shipping_address": {
            "name": contact["ship_to_name"],
            **address,
            "country": row["country"],
        },
    }


def _line(line: Mapping[str, Any], free: Returnable) -> dict[str, Any]:
    until = free.until.isoformat() if free.until else None
    shape = {name: line[name] for name in _LINE}
    return shape | {"returnable": free.units, "returnable_until": until}


def _payment(payment: Mapping[str, Any]) -> dict[str, Any]:
    plain = {
        name: payment[name]
        for name in ("payment_id", "provider", "reference", "method", "captured")
    }
    return plain | {"refundable_until": utc_text(payment["refundable_until"])}


def _shipment(shipment: Mapping[str, Any]) -> dict[str, Any]:
    carrier, tracking_number = shipment["carrier"], shipment["tracking_number"]
    return {
        "shipment_id": shipment["shipment_id"],
        "carrier": carrier,
        "tracking_number": tracking_number,
        "tracking_url": tracking_url(carrier, tracking_number),
        "shipped_at": utc_text(shipment["shipped_at"]),
        "delivered_at": utc_text(shipment["delivered_at"]),
        "delivery_evidence": shipment["delivery_evidence"],
        "lines": shipment["lines"],
    }


def _facts(row: Mapping[str, Any]) -> OrderFacts:
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
        lines=tuple(_line_facts(line) for line in row["lines"]),
        shipments=tuple(_shipment_facts(shipment) for shipment in row["shipments"]),
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
    )


def _shipment_facts(shipment: Mapping[str, Any]) -> ShipmentFacts:
    delivered, evidence = shipment["delivered_at"], shipment["delivery_evidence"]
    return ShipmentFacts(
        shipment_id=shipment["shipment_id"],
        delivered_at=datetime.fromisoformat(delivered) if delivered else None,
        delivery_evidence=Evidence(evidence) if evidence else None,
        lines=tuple(
            ShippedUnits(line_id=inside["line_id"], quantity=inside["quantity"])
            for inside in shipment["lines"]
        ),
    )


def _history(row: Mapping[str, Any]) -> History:
    shipped: dict[str, Counter[str]] = defaultdict(Counter)
    cancelled: Counter[str] = Counter()
    for given in row["given"]:
        left = given["units"]
        for parcel in given["taken"]:
            # Units given up are left off the end.
            counted = min(left, parcel["quantity"])
            left -= counted
            if parcel["shipment_id"] is None:
                cancelled[given["line_id"]] += counted
            else:
                shipped[given["line_id"]][parcel["shipment_id"]] += counted
    return {
        line_id: GivenBefore(by_shipment=dict(shipped[line_id]), cancelled=cancelled[line_id])
        for line_id in shipped.keys() | cancelled.keys()
    }
