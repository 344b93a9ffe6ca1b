"""Orders to try things on, dated around today: the shape of PUT /orders/{order_number}."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

UNANNOUNCED = "EKR-1019"
"""The order of which a parcel lies in quarantine when the demo starts."""

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


def sample_orders(now: datetime) -> list[SampleOrder]:
    """Return the sample orders as they stand at `now`."""
    cover = _line(
        "L1", "EKR-F150-BLK", "Seat covers, Ford F-150, black", 12995, quantity=2, tax=2079
    )
    custom = _line(
        "L1",
        "CUB-RAV4-TAN",
        "1stCubrir seat covers, made for Toyota RAV4, tan",
        28900,
        kind="custom",
    )
    mats = _line("L2", "EKR-MAT-4", "Floor mats, set of four", 4900, category="accessory", tax=392)
    holder = _line("L1", "EKR-HOLD", "Phone holder", 600, category="accessory", tax=48)
    card = _line("L2", "GIFT-50", "Gift card", 5000, kind="gift_card", category="gift_card")
    return [
        _order(
            now, "EKR-1001", "a stock item inside its 30 days", [cover], delivered=9, discount=1000
        ),
        _order(
            now, "EKR-1002", "a custom cover: refused for a change of mind", [custom], delivered=5
        ),
        _order(now, "EKR-1003", "delivered 45 days ago: too late", [cover], delivered=45),
        _order(now, "EKR-1004", "two parcels with a window each", [cover, mats], parcels=(40, 4)),
        _order(now, "EKR-1005", "nobody knows when it was delivered", [cover], delivered=None),
        _order(
            now, "EKR-1006", "paid on a marketplace: recorded, never called", [mats], external=True
        ),
        _order(now, "EKR-1007", "a gift card beside a cover", [cover, card], delivered=3),
        _order(
            now,
            "EKR-1008",
            "not shipped yet: can be cancelled",
            [cover],
            delivered=None,
            shipped=False,
        ),
        _order(
            now,
            "EKR-1009",
            "a name in another script, and shipping paid",
            [mats],
            name="山田 太郎",
            shipping=1299,
        ),
        _order(now, "EKR-1010", "a custom cover under warranty", [custom], delivered=400),
        _order(now, "EKR-1011", "call it defective, decline it, appeal", [cover], delivered=7),
        _order(
            now,
            "EKR-1012",
            "reject one at the bench: it goes back, or stays with consent",
            [{**cover, "quantity": 3, "tax": 3119}],
            delivered=8,
        ),
        _order(now, "EKR-1015", "say it is the wrong item: you keep it, with a coupon", [holder]),
        _order(
            now,
            "EKR-1016",
            "say it is defective: the shipping goes back too, and a coupon on top",
            [cover],
            shipping=1299,
        ),
        _order(
            now,
            "EKR-1017",
            "out of stock: open the link in its mail, and choose",
            [cover],
            delivered=None,
            shipped=False,
            shipping=1299,
        ),
        _order(
            now,
            "EKR-1018",
            "could not be delivered: open the link in its mail, and choose",
            [cover],
            delivered=None,
            shipping=1299,
        ),
        _order(now, "EKR-1020", "ask for its data: privacy export, erase", [cover], delivered=20),
        _order(now, "EKR-1021", "write to us about it, have a mail sent again", [mats]),
        _order(
            now,
            UNANNOUNCED,
            "came back without being announced: ask its customer or match it at /admin/parcels",
            [cover],
            name="Noor Haddad",
        ),
        _order(
            now,
            "EKR-1013",
            "a warranty claim: a replacement that is out of stock, sent or cancelled",
            [custom],
            delivered=300,
        ),
        _order(
            now,
            "EKR-1014",
            "the wrong item came: a refund or the right one, as the customer chooses",
            [cover],
            delivered=3,
            shipping=999,
        ),
        _order(
            now, "EKR-1025", "leave its label unused: reminders, expiry, a late parcel", [cover]
        ),
        *_on_the_way(now, cover, custom),
    ]


def _on_the_way(
    now: datetime, cover: dict[str, Any], custom: dict[str, Any]
) -> tuple[SampleOrder, ...]:
    """Return orders whose story is before the delivery, or about it."""
    made = _order(
        now,
        "EKR-1022",
        "a custom cover in production: cancelling it is looked at",
        [custom],
        shipped=False,
        shipping=1299,
    )
    guessed = _order(
        now,
        "EKR-1024",
        "delivered long ago by an estimate: support adds the customer's word",
        [cover],
        delivered=40,
    )
    parcels = [
        {**parcel, "delivery_evidence": "estimate"} for parcel in guessed.document["shipments"]
    ]
    return (
        _changed(made, production_started_at=_text(now - timedelta(days=2))),
        _order(
            now,
            "EKR-1023",
            "delivered, says the carrier; the customer has nothing",
            [cover],
            delivered=2,
            shipping=1299,
        ),
        _changed(guessed, shipments=parcels),
    )


def _changed(order: SampleOrder, **changes: object) -> SampleOrder:
    return replace(order, document={**order.document, **changes})


def fresh_order(now: datetime, number: str) -> SampleOrder:
    """Return a stock order of its own, inside its window."""
    cover = _line(
        "L1", "EKR-F150-BLK", "Seat covers, Ford F-150, black", 12995, quantity=2, tax=2079
    )
    return _order(
        now, number, "one walk from request to refund", [cover], delivered=9, discount=1000
    )


def _line(  # the shape of the contract, with what most sample lines share
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


def _order(
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
    placed = now - timedelta(days=max(parcels or (delivered or 6,)) + 7)
    goods = sum(line["unit_price"] * line["quantity"] + line["tax"] for line in lines)
    suffix = number.rpartition("-")[2].lower()
    document = {
        "channel": "marketplace" if external else "web",
        "status": "completed" if shipped else "processing",
        "placed_at": _text(placed),
        "paid_at": _text(placed + timedelta(minutes=1)),
        "confirmed_at": _text(placed + timedelta(minutes=1)),
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
        "shipped_at": _text(shipped),
        "delivered_at": None if delivered is None else _text(delivered),
        "delivery_evidence": None if delivered is None else "carrier_scan",
        "lines": [{"line_id": line_id, "quantity": units} for line_id, units in held.items()],
    }


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
