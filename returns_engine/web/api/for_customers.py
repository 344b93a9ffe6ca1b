"""The timeline as a customer reads it: the same facts, without colleagues' names and notes."""

from collections.abc import Sequence
from typing import Any

_TO_THE_CUSTOMER = frozenset(
    {
        "return.declined",
        "return.info_requested",
        "appeal.dismissed",
        "message.written",
        "refund.refused",
    }
)


def events_for_customer(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the events with the names of staff and keys, and texts among staff, left out."""
    return [_shown(event) for event in events]


def _shown(event: dict[str, Any]) -> dict[str, Any]:
    kind = event["actor"]["kind"]
    theirs = kind == "customer" or event["type"] in _TO_THE_CUSTOMER
    return event | {
        "actor": {"kind": kind, "name": kind},
        "text": event["text"] if theirs else None,
    }
