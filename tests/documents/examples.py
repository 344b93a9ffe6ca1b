"""The contract's example order and request, as documents."""

import copy
import json

ORDER = {
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
    "lines": [
        {
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
        }
    ],
    "discount": 1000,
    "shipping": 0,
    "shipping_tax": 0,
    "payments": [
        {
            "payment_id": "P1",
            "provider": "stripe",
            "reference": "pi_123",
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
}

REQUEST = {
    "order_number": "EKR-1001",
    "lines": [{"line_id": "L1", "quantity": 1, "reason": "changed_mind"}],
}

LEFT_OUT = object()


def changed(document, pointer, value):
    """A copy of a document with one field set, or left out."""
    copied = copy.deepcopy(document)
    *path, last = [int(part) if part.isdigit() else part for part in pointer.split("/")[1:]]
    inside = copied
    for part in path:
        inside = inside[part]
    if value is LEFT_OUT:
        del inside[last]
    elif isinstance(inside, list) and last == len(inside):
        inside.append(value)
    else:
        inside[last] = value
    return copied


def raw(document):
    return json.dumps(document).encode()
