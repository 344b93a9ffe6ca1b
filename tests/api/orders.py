"""Orders and requests as a shop and its customers send them; defaults everywhere."""

from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)


def line(**changes: Any) -> dict[str, Any]:
    return {
        "line_id": "L1",
        "sku": "EKR-F150-BLK",
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


def order(**changes: Any) -> dict[str, Any]:
    """The contract's example; `reference` and `email` reach into its parts."""
    reference = changes.pop("reference", "pi_123")
    email = changes.pop("email", "dana@example.com")
    return {
        "channel": "web",
        "status": "completed",
        "placed_at": "2026-02-20T15:04:05Z",
        "paid_at": "2026-02-20T15:05:00Z",
        "confirmed_at": None,
        "production_started_at": None,
        "currency": "USD",
        "customer": {
            "email": email,
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
        "lines": [line()],
        "discount": 1000,
        "shipping": 0,
        "shipping_tax": 0,
        "payments": [
            {
                "payment_id": "P1",
                "provider": "stripe",
                "reference": reference,
                "method": "card",
                "captured": 27069,
                "refundable_until": None,
            }
        ],
        "shipments": [
            {
                "shipment_id": "S1",
                "carrier": "ups",
                "tracking_number": "1Z999AA10123456784",
                "shipped_at": "2026-02-24T18:00:00Z",
                "delivered_at": "2026-03-02T04:30:00Z",
                "delivery_evidence": "carrier_scan",
                "lines": [{"line_id": "L1", "quantity": 2}],
            }
        ],
    } | changes


def asked(**changes: Any) -> dict[str, Any]:
    """A line of a request."""
    return {"line_id": "L1", "quantity": 1, "reason": "changed_mind"} | changes


def request(
    order_number: str = "EKR-1001", *lines: dict[str, Any], **changes: Any
) -> dict[str, Any]:
    return {"order_number": order_number, "lines": list(lines) or [asked()]} | changes
