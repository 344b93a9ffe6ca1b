"""How a sample order is made: the shape of PUT /orders/{order_number}, dated around today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

CHICAGO = {
    "name": "Dana Reyes",
    "line1": "1 Main St",
    "line2": None,
    "city": "Chicago",
    "region": "IL",
    "postal_code": "60601",
    "country": "US",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleOrder:
    """An order with a word on what it is good for."""

    number: str
    good_for: str
    document: Mapping[str, Any]

    @property
    def email(self) -> str:
        """Return the customer's address."""
        found: str = self.document["customer"]["email"]
        return found

    def stripe_payments(self) -> list[dict[str, Any]]:
        """Return what the sandbox must know of its payments."""
        return [
            {
                "reference": payment["reference"],
                "amount": payment["captured"],
                "currency": self.document["currency"],
            }
            for payment in self.document["payments"]
            if payment["provider"] == "stripe"
        ]


def fresh_order(now: datetime, number: str) -> SampleOrder:
    """Return a stock order of its own, inside its window."""
    cover = sample_line(
        "L1", "EKR-F150-BLK", "Seat covers, Ford F-150, black", 12995, quantity=2, tax=2079
    )
    return sample_order(
        now, number, "one walk from request to refund", [cover], delivered=9, discount=1000
    )


def sample_line(
    line_id: str,
    sku: str,
    title: str,
    unit_price: int,
    *,
    quantity: int = 1,
    tax: int = 0,
    kind: str = "stock",
    category: str = "seat_cover",
) -> dict[str, Any]:
    """Return a line in the shape of the contract, with what most sample lines share."""
    return {
        "line_id": line_id,
        "sku": sku,
        "title": title,
        "category": category,
        "kind": kind,
        "quantity": quantity,
        "unit_price": unit_price,
        "tax": tax,
        "tax_included": False,
        "vehicle": None,
        "image_url": None,
    }


def sample_order(
    now: datetime,
    number: str,
    good_for: str,
    lines: list[dict[str, Any]],
    *,
    delivered: int | None = 6,
    parcels: tuple[int, ...] = (),
    discount: int = 0,
    shipping: int = 0,
    shipped: bool = True,
    external: bool = False,
    name: str = "Dana Reyes",
) -> SampleOrder:
    """Return an order placed before `now`; `delivered` and `parcels` count days since delivery."""
    placed = now - timedelta(days=max(parcels or (delivered or 6,)) + 7)
    goods = sum(line["unit_price"] * line["quantity"] + line["tax"] for line in lines)
    suffix = number.rpartition("-")[2].lower()
    document = {
        "channel": "marketplace" if external else "web",
        "status": "completed" if shipped else "processing",
        "placed_at": moment_text(placed),
        "paid_at": moment_text(placed + timedelta(minutes=1)),
        "confirmed_at": moment_text(placed + timedelta(minutes=1)),
        "production_started_at": None,
        "currency": "USD",
        "customer": {
            "email": f"dana.{suffix}@example.com",
            "phone": "+13125550123",
            "name": name,
            "account_id": None,
        },
        "shipping_address": {**CHICAGO, "name": name},
        "lines": lines,
        "discount": discount,
        "shipping": shipping,
        "shipping_tax": 0,
        "payments": [
            {
                "payment_id": "P1",
                "provider": "external" if external else "stripe",
                "reference": f"market-{suffix}" if external else f"pi_demo_{suffix}",
                "method": "marketplace" if external else "card",
                "captured": goods - discount + shipping,
                "refundable_until": None,
            }
        ],
        "shipments": _shipments(now, lines, parcels or (delivered,)) if shipped else [],
    }
    return SampleOrder(number=number, good_for=good_for, document=document)


def _shipments(
    now: datetime, lines: list[dict[str, Any]], parcels: tuple[int | None, ...]
) -> list[dict[str, Any]]:
    """Return a parcel for each entry of `parcels`, days since delivery; units go round in turn."""
    packed: list[dict[str, int]] = [{} for _ in parcels]
    turn = 0
    for line in lines:
        for _ in range(line["quantity"]):
            held = packed[turn % len(parcels)]
            held[line["line_id"]] = held.get(line["line_id"], 0) + 1
            turn += 1
    return [
        _shipment(now, place, days, held)
        for place, (days, held) in enumerate(zip(parcels, packed, strict=True), start=1)
    ]


def _shipment(now: datetime, place: int, days: int | None, held: dict[str, int]) -> dict[str, Any]:
    delivered = None if days is None else now - timedelta(days=days)
    shipped = (delivered or now) - timedelta(days=4)
    return {
        "shipment_id": f"S{place}",
        "carrier": "ups",
        "tracking_number": f"1Z999AA1012345678{place}",
        "shipped_at": moment_text(shipped),
        "delivered_at": None if delivered is None else moment_text(delivered),
        "delivery_evidence": None if delivered is None else "carrier_scan",
        "lines": [{"line_id": line_id, "quantity": units} for line_id, units in held.items()],
    }


def moment_text(moment: datetime) -> str:
    """Return a moment as the contract writes it."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
