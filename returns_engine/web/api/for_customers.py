"""The timeline as a customer reads it: the same facts, without colleagues' names and notes."""

from collections.abc import Sequence
from typing import Any

from returns_engine.rules.event_audience import FOR_STAFF_ALONE

_TO_THE_CUSTOMER = frozenset(
    {
        "return.declined",
        "return.info_requested",
        "appeal.dismissed",
        "message.written",
        "refund.refused",
        "carrier.asked",
        # Under which number a parcel of ours goes to them.
        "goods.sent_back",
        "replacement.shipped",
    }
)
# Why the provider said no, or why nothing was sent, is between it, our books and us.
_REASON_IS_OURS = frozenset({"refund.failed", "refund.unknown"})


def events_for_customer(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the events with names of staff and keys, texts among staff, and codes left out.

    Events between colleagues are left out whole: there is a gap in the sequence, no more.
    """
    return [_shown(event) for event in events if event["type"] not in FOR_STAFF_ALONE]


def _shown(event: dict[str, Any]) -> dict[str, Any]:
    kind = event["actor"]["kind"]
    theirs = kind == "customer" or event["type"] in _TO_THE_CUSTOMER
    return event | {
        "actor": {"kind": kind, "name": kind},
        "text": event["text"] if theirs else None,
        "reason": None if event["type"] in _REASON_IS_OURS else event["reason"],
    }
