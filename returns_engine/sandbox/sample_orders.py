"""Orders to try things on, each for one life of a return."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from returns_engine.sandbox.sample_order import (
    SampleOrder,
    moment_text,
    sample_line,
    sample_order,
)
from returns_engine.sandbox.sample_tenders import sample_tenders

UNANNOUNCED = "EKR-1019"
"""The order of which a parcel lies in quarantine when the demo starts."""


def sample_orders(now: datetime) -> list[SampleOrder]:
    """Return the sample orders as they stand at `now`."""
    cover = sample_line(
        "L1", "EKR-F150-BLK", "Seat covers, Ford F-150, black", 12995, quantity=2, tax=2079
    )
    # What EKR-1017 is offered instead: a title is known of what was sold before.
    gray = {**cover, "sku": "EKR-F150-GRY", "title": "Seat covers, Ford F-150, gray"}
    custom = sample_line(
        "L1",
        "CUB-RAV4-TAN",
        "1stCubrir seat covers, made for Toyota RAV4, tan",
        28900,
        kind="custom",
    )
    mats = sample_line(
        "L2", "EKR-MAT-4", "Floor mats, set of four", 4900, category="accessory", tax=392
    )
    holder = sample_line("L1", "EKR-HOLD", "Phone holder", 600, category="accessory", tax=48)
    card = sample_line("L2", "GIFT-50", "Gift card", 5000, kind="gift_card", category="gift_card")
    orders = [
        sample_order(
            now, "EKR-1001", "a stock item inside its 30 days", [cover], delivered=9, discount=1000
        ),
        sample_order(
            now, "EKR-1002", "a custom cover: refused for a change of mind", [custom], delivered=5
        ),
        sample_order(
            now,
            "EKR-1003",
            "delivered 45 days ago: too late, and a person can be asked",
            [cover],
            delivered=45,
        ),
        sample_order(
            now, "EKR-1004", "two parcels with a window each", [cover, mats], parcels=(40, 4)
        ),
        sample_order(
            now, "EKR-1005", "nobody knows when it was delivered", [cover], delivered=None
        ),
        sample_order(
            now, "EKR-1006", "paid on a marketplace: recorded, never called", [mats], external=True
        ),
        sample_order(now, "EKR-1007", "a gift card beside a cover", [cover, card], delivered=3),
        sample_order(
            now,
            "EKR-1008",
            "not shipped yet: can be cancelled",
            [cover],
            delivered=None,
            shipped=False,
        ),
        sample_order(
            now,
            "EKR-1009",
            "a name in another script, and shipping paid",
            [mats],
            name="山田 太郎",
            shipping=1299,
        ),
        sample_order(now, "EKR-1010", "a custom cover under warranty", [custom], delivered=400),
        sample_order(
            now, "EKR-1011", "call it defective, decline it, appeal", [cover], delivered=7
        ),
        sample_order(
            now,
            "EKR-1012",
            "reject one at the bench: it goes back, or stays with consent",
            [{**cover, "quantity": 3, "tax": 3119}],
            delivered=8,
        ),
        sample_order(
            now, "EKR-1015", "say it is the wrong item: you keep it, with a coupon", [holder]
        ),
        sample_order(
            now,
            "EKR-1016",
            "say it is defective: the shipping goes back too, and a coupon on top",
            [cover],
            shipping=1299,
        ),
        sample_order(
            now,
            "EKR-1017",
            "out of stock: open the link in its mail, and choose",
            [cover],
            delivered=None,
            shipped=False,
            shipping=1299,
        ),
        sample_order(
            now,
            "EKR-1018",
            "could not be delivered: open the link in its mail, and choose",
            [cover],
            delivered=None,
            shipping=1299,
        ),
        sample_order(
            now, "EKR-1020", "ask for its data: privacy export, erase", [gray], delivered=20
        ),
        sample_order(
            now, "EKR-1050", "refund it, open its certificate, check its code", [mats], delivered=6
        ),
        sample_order(now, "EKR-1021", "write to us about it, have a mail sent again", [mats]),
        sample_order(
            now,
            UNANNOUNCED,
            "came back without being announced: ask its customer or match it at /admin/parcels",
            [cover],
            name="Noor Haddad",
        ),
        sample_order(
            now,
            "EKR-1013",
            "a warranty claim: a replacement that is out of stock, sent or cancelled",
            [custom],
            delivered=300,
        ),
        sample_order(
            now,
            "EKR-1014",
            "the wrong item came: a refund or the right one, as the customer chooses",
            [cover],
            delivered=3,
            shipping=999,
        ),
        sample_order(
            now, "EKR-1025", "leave its label unused: reminders, expiry, a late parcel", [cover]
        ),
        sample_order(
            now,
            "EKR-1026",
            "covers for a fleet: send all eight back, and two people approve the refund",
            [{**cover, "unit_price": 17900, "quantity": 8, "tax": 11456}],
        ),
        *_on_the_way(now, cover, custom),
        *sample_tenders(now),
    ]
    return sorted(orders, key=lambda order: order.number)


def _on_the_way(
    now: datetime, cover: dict[str, Any], custom: dict[str, Any]
) -> tuple[SampleOrder, ...]:
    """Return orders whose story is before the delivery, or about it."""
    made = sample_order(
        now,
        "EKR-1022",
        "a custom cover in production: cancelling it is looked at",
        [custom],
        shipped=False,
        shipping=1299,
    )
    guessed = sample_order(
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
        _changed(made, production_started_at=moment_text(now - timedelta(days=2))),
        sample_order(
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
