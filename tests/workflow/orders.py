"""Orders and requests as documents: the contract's example, with what a test needs different."""

import json
from datetime import UTC, datetime
from typing import Any

from returns_engine.documents.order import OrderDocument
from returns_engine.documents.reading import read_document
from returns_engine.documents.request import RequestDocument

NOW = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)
DELIVERED = "2026-03-02T04:30:00Z"


def a_line(line_id: str = "L1", **changes: Any) -> dict[str, Any]:
    return {
        "line_id": line_id,
        "sku": f"EKR-{line_id}",
        "title": "Seat covers, Ford F-150, black",
        "category": "seat_cover",
        "kind": "stock",
        "quantity": 2,
        "unit_price": 12995,
        "tax": 2079,
        "tax_included": False,
        "vehicle": {"make": "Ford", "model": "F-150", "year": 2022},
        "image_url": None,
    } | changes


def a_payment(payment_id: str = "P1", **changes: Any) -> dict[str, Any]:
    return {
        "payment_id": payment_id,
        "provider": "stripe",
        "reference": f"pi_{payment_id}",
        "method": "card",
        "captured": 27069,
        "refundable_until": None,
    } | changes


def a_shipment(shipment_id: str = "S1", **changes: Any) -> dict[str, Any]:
    """A parcel; `inside` maps line ids to units."""
    inside = changes.pop("inside", {"L1": 2})
    return {
        "shipment_id": shipment_id,
        "carrier": "ups",
        "tracking_number": "1Z999AA10123456784",
        "shipped_at": "2026-02-24T18:00:00Z",
        "delivered_at": DELIVERED,
        "delivery_evidence": "carrier_scan",
        "lines": [{"line_id": name, "quantity": units} for name, units in inside.items()],
    } | changes


def an_order(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The contract's order; with `lines`, all of them are shipped in one parcel."""
    goods = list(lines) or [a_line()]
    packed = {line["line_id"]: line["quantity"] for line in goods}
    return {
        "channel": "web",
        "status": "completed",
        "placed_at": "2026-02-20T15:04:05Z",
        "paid_at": "2026-02-20T15:05:00Z",
        "confirmed_at": None,
        "production_started_at": None,
        "currency": "USD",
        "customer": {
            "email": "dana@example.com",
            "phone": "+13125550123",
            "name": "Dana Reyes",
            "account_id": None,
        },
        "shipping_address": {
            "name": "Dana Reyes",
            "line1": "1 Main St",
            "line2": None,
            "city": "Chicago",
            "region": "IL",
            "postal_code": "60601",
            "country": "US",
        },
        "lines": goods,
        "discount": 1000,
        "shipping": 0,
        "shipping_tax": 0,
        "payments": [a_payment()],
        "shipments": [a_shipment(inside=packed)],
    } | changes


def order_document(document: dict[str, Any]) -> OrderDocument:
    """Read an order the way the API does."""
    return read_document(json.dumps(document).encode(), OrderDocument)


def asked(line_id: str = "L1", quantity: int = 1, **changes: Any) -> dict[str, Any]:
    """A line of a request."""
    reason = {} if "cause" in changes else {"reason": "changed_mind"}
    return {"line_id": line_id, "quantity": quantity} | reason | changes


def a_request(*lines: dict[str, Any], **changes: Any) -> RequestDocument:
    document = {"order_number": "EKR-1001", "lines": list(lines) or [asked()]} | changes
    return read_document(json.dumps(document).encode(), RequestDocument)
