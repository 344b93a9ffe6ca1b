"""The messages of one case as its page shows them."""

from collections.abc import Mapping, Sequence
from typing import Any


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
        "waits_for_answer": any(
            one["direction"] == "in" and not one["internal"] for one in waiting
        ),
        "mails_failed": any(one["state"] in {"refused", "bounced"} for one in waiting),
    }
