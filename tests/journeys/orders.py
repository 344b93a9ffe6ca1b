"""Orders as a shop sends them, made from the sample that the demo starts with."""

import secrets
from copy import deepcopy
from datetime import datetime
from typing import Any

from returns_engine.sandbox.sample_order import SampleOrder, fresh_order


def line(line_id: str = "L1", *, quantity: int = 2, price: int = 12995, tax: int = 2079) -> dict:
    """A stock line; `tax` is the line's total, both in minor units."""
    return {
        "line_id": line_id,
        "sku": f"EKR-{line_id}",
        "title": f"Seat covers {line_id}",
        "category": "seat_cover",
        "kind": "stock",
        "quantity": quantity,
        "unit_price": price,
        "tax": tax,
        "tax_included": False,
    }


def an_order(
    now: datetime,
    *lines: dict[str, Any],
    discount: int = 1000,
    shipping: int = 0,
    paid: str = "stripe",
    kind: str = "stock",
) -> SampleOrder:
    """An order of its own, delivered nine days ago; two covers unless told otherwise."""
    sample = fresh_order(now, f"EKR-{secrets.token_hex(4).upper()}")
    document = deepcopy(dict(sample.document))
    goods = [{**one, "kind": kind} for one in lines or (line(),)]
    payment = document["payments"][0]
    payment |= {
        "provider": paid,
        "method": "card" if paid == "stripe" else "marketplace",
        "captured": sum(one["unit_price"] * one["quantity"] + one["tax"] for one in goods)
        - discount
        + shipping,
    }
    document |= {"lines": goods, "discount": discount, "shipping": shipping}
    document["shipments"][0]["lines"] = [
        {"line_id": one["line_id"], "quantity": one["quantity"]} for one in goods
    ]
    return SampleOrder(number=sample.number, good_for="a journey", document=document)


def units(line_id: str = "L1", quantity: int = 1) -> dict[str, Any]:
    return {"line_id": line_id, "quantity": quantity}


def asked(
    quantity: int = 1, *, line_id: str = "L1", reason: str = "changed_mind"
) -> dict[str, Any]:
    """A line of a request."""
    return {"line_id": line_id, "quantity": quantity, "reason": reason}


def good(quantity: int = 1, *, line_id: str = "L1", **changes: Any) -> dict[str, Any]:
    """What the bench says of units that are as they should be."""
    checks = ("as_received", "unused", "tags_attached", "original_packaging")
    return {
        **units(line_id, quantity),
        "checks": dict.fromkeys(checks, True),
        "grade": "A",
        "verdict": "accepted",
        "disposition": "restock",
        "photo_ids": [],
    } | changes


def bad(quantity: int, photo: str, *, line_id: str = "L1", **changes: Any) -> dict[str, Any]:
    """What the bench says of units that were used."""
    return (
        good(quantity, line_id=line_id)
        | {
            "checks": {"as_received": False, "unused": False},
            "grade": "D",
            "verdict": "rejected",
            "disposition": "quarantine",
            "note": "The cover has been fitted; there is dog hair on it.",
            "photo_ids": [photo],
        }
        | changes
    )
