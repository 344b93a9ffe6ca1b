"""Orders to try how money goes back: several payments, steps of a currency, payment by hand."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from returns_engine.sandbox.sample_order import SampleOrder, moment_text, sample_line, sample_order

DECLINED = "EKR-1044"
"""The order whose first refund the bank declines."""
OTHERWISE_AT_BANK, LESS_AT_BANK = "EKR-1045", 1000
"""The order of whose payment the bank has less than the shop says, and by how much less."""


def sample_tenders(now: datetime) -> list[SampleOrder]:
    """Return orders of which each is paid in a way of its own."""
    cover = sample_line(
        "L1", "EKR-F150-BLK", "Seat covers, Ford F-150, black", 12995, quantity=2, tax=2079
    )
    dinars, kronur = _mats(15120), _mats(690000)
    two = sample_order(now, "EKR-1040", "a gift card and a card: two refunds at once", [cover])
    late = sample_order(
        now, "EKR-1041", "its provider takes nothing back any more: paid by hand", [cover]
    )
    return [
        _paid(
            two,
            _payment(two, "P1", provider="external", method="gift_card", captured=5000)
            | {"reference": "GC-1040"},
            _payment(two, "P2", captured=_captured(two) - 5000),
        ),
        _paid(
            late,
            _payment(late, "P1", method="ideal", refundable_until=moment_text(now - timedelta(1))),
        ),
        _changed(
            sample_order(now, "EKR-1042", "paid in dinars: a refund in steps of 0.010", [dinars]),
            currency="KWD",
        ),
        _changed(
            sample_order(now, "EKR-1043", "paid in krónur: whole ones alone go back", [kronur]),
            currency="ISK",
        ),
        sample_order(
            now, DECLINED, "its refund fails at first: try again, or pay it otherwise", [cover]
        ),
        sample_order(
            now,
            OTHERWISE_AT_BANK,
            "the bank took less than the shop says: its refund waits at /admin/refunds",
            [cover],
        ),
    ]


def _mats(price: int) -> dict[str, Any]:
    title = "Floor mats, set of four"
    return sample_line("L1", "EKR-MAT-4", title, price, quantity=2, category="accessory")


def _captured(order: SampleOrder) -> int:
    whole: int = order.document["payments"][0]["captured"]
    return whole


def _payment(order: SampleOrder, payment_id: str, **changes: object) -> dict[str, Any]:
    return {**order.document["payments"][0], "payment_id": payment_id, **changes}


def _paid(order: SampleOrder, *payments: dict[str, Any]) -> SampleOrder:
    return _changed(order, payments=list(payments))


def _changed(order: SampleOrder, **changes: object) -> SampleOrder:
    return replace(order, document={**order.document, **changes})
