"""A return's record and mails for who may be asked to judge it blind, while somebody is asked."""

from collections.abc import Sequence
from typing import Any

from returns_engine.queries.opinions import opinion_is_asked
from returns_engine.web.who import Caller

_FOUND = "lines.inspected"
_UNITS = ("line_id", "quantity")


async def reads_blind(number: str, caller: Caller) -> bool:
    """Tell whether the first verdict of this return is kept from the caller for now.

    Asks the database for those alone whom it could be kept from.
    """
    return caller.judges_blind and await opinion_is_asked(number)


def events_without_words(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the events without what anybody wrote, of an inspection with its units alone."""
    return [event | {"text": None, "data": _units_of(event)} for event in events]


def messages_without_words(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the messages without what is in them."""
    return [one | {"subject": None, "text": None} for one in messages]


def _units_of(event: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = event["data"]
    if event["type"] != _FOUND:
        return data
    return {"lines": [{name: line[name] for name in _UNITS} for line in data["lines"]]}
