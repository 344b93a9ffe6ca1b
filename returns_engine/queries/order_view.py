"""An order as it was sent in, and per line what may still come back and until when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from returns_engine.queries.delivery_evidence import EVIDENCE, evidence_of
from returns_engine.queries.moments import utc_text
from returns_engine.queries.order_facts import (
    RETURNED,
    SHIPMENTS,
    held_by_returns,
    order_facts,
)
from returns_engine.queries.returnable import Returnable, returnable
from returns_engine.queries.rows import first_row, rows, with_json
from returns_engine.queries.tracking_links import tracking_url
from returns_engine.rules.policy import Policy

_ORDER = f"""
SELECT o.*, to_json(c) AS contact,
  (SELECT json_agg(to_jsonb(l) || jsonb_build_object('refunded', (
        SELECT COALESCE(sum(rl.refunded), 0) FROM return_lines rl WHERE rl.order_line = l.id))
      ORDER BY l.position, l.id)
   FROM order_lines l WHERE l."order" = o.id) AS lines,
  (SELECT json_agg(to_jsonb(p) ORDER BY p.position, p.id)
   FROM payments p WHERE p."order" = o.id) AS payments,
  {SHIPMENTS} AS shipments, {RETURNED} AS returned, {EVIDENCE} AS evidence
FROM orders o LEFT JOIN order_contacts c ON c."order" = o.id
"""  # noqa: S608 - pieces of our own
_JSON = ("contact", "lines", "payments", "shipments", "returned", "evidence")
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

    Payments carry their references, parcels every word about their delivery; both are for staff
    alone: `web/api` leaves them out for customers.
    """
    row = await first_row(_ORDER + "WHERE o.number = {}", number)
    return None if row is None else _read(row, policy=policy, now=now)


async def read_orders(
    numbers: Sequence[str], *, policy: Policy, now: datetime
) -> dict[str, dict[str, Any]]:
    """Return orders as `read_order` does, by their numbers, by one statement."""
    found = await rows(_ORDER + "WHERE o.number = ANY({}::text[])", list(numbers))
    return {row["number"]: _read(row, policy=policy, now=now) for row in found}


def _read(row: Mapping[str, Any], *, policy: Policy, now: datetime) -> dict[str, Any]:
    known = with_json(row, *_JSON)
    for name in ("lines", "payments", "shipments", "returned", "evidence"):
        known[name] = known[name] or []
    free = returnable(
        order_facts(known, known["lines"], known["shipments"]),
        held_by_returns(known["returned"]),
        policy=policy,
        now=now,
    )
    return _shape(known, free)


async def order_number_typed(text: str) -> str | None:
    """Return the number of the order that somebody typed, or None; exact letters come first."""
    row = await first_row(
        "SELECT number FROM orders WHERE lower(number) = lower({})"
        " ORDER BY number = {} DESC, number LIMIT 1",
        text,
        text,
    )
    return None if row is None else row["number"]


async def order_is_there(number: str) -> bool:
    """Tell whether there is an order of this number."""
    return await first_row("SELECT FROM orders WHERE number = {}", number) is not None


def _shape(row: Mapping[str, Any], free: Mapping[str, Returnable]) -> dict[str, Any]:
    return (
        {"order_number": row["number"], "channel": row["channel"], "status": row["status"]}
        | {name: utc_text(row[name]) for name in _MOMENTS}
        | {name: row[name] for name in _AMOUNTS}
        | _people(row)
        | {
            "lines": [_line(line, free[line["line_id"]]) for line in row["lines"]],
            "payments": [_payment(payment) for payment in row["payments"]],
            "shipments": [_shipment(one, row["evidence"]) for one in row["shipments"]],
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
    return shape | {
        "returnable": free.units,
        "returnable_until": until,
        "cancellable": free.cancellable,
        "in_parcels": free.in_parcels,
    }


def _payment(payment: Mapping[str, Any]) -> dict[str, Any]:
    plain = {
        name: payment[name]
        for name in ("payment_id", "provider", "reference", "method", "captured")
    }
    return plain | {"refundable_until": utc_text(payment["refundable_until"])}


def _shipment(shipment: Mapping[str, Any], evidence: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    carrier, tracking_number = shipment["carrier"], shipment["tracking_number"]
    return {
        "shipment_id": shipment["shipment_id"],
        "carrier": carrier,
        "tracking_number": tracking_number,
        "tracking_url": tracking_url(carrier, tracking_number),
        "shipped_at": utc_text(shipment["shipped_at"]),
        "delivered_at": utc_text(shipment["delivered_at"]),
        "delivery_evidence": shipment["delivery_evidence"],
        "evidence": evidence_of(shipment, evidence),
        "lines": shipment["lines"],
    }
