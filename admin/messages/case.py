"""The messages of one case as its page shows them."""

from collections.abc import Mapping, Sequence
from typing import Any


def waits_for_us(message: Mapping[str, Any]) -> bool:
    """Say whether the customer wrote a message that nobody answered."""
    from_them = message["direction"] == "in" and not message["internal"]
    return from_them and message["settled_at"] is None


def said_on_the_case(
    messages: Sequence[Mapping[str, Any]], events: Sequence[Mapping[str, Any]]
) -> dict[str, object]:
    """Return the messages, the photos that came with each, and whether anything waits."""
    waiting = [one for one in messages if one["settled_at"] is None]
    return {
        "messages": messages,
        "photos_of": {
            event["data"]["message_id"]: event["data"]["photo_ids"]
            for event in events
            if event["data"].get("message_id") and event["data"].get("photo_ids")
        },
        "waits_for_answer": any(waits_for_us(one) for one in messages),
        "mails_failed": any(one["state"] in {"refused", "bounced"} for one in waiting),
    }
