"""What a decision was made from, as it is kept: no names, no addresses, no free text."""

from dataclasses import replace
from typing import Any

import msgspec

from returns_engine.documents.request import RequestDocument
from returns_engine.rules.facts import History, OrderFacts


def facts_json(order: OrderFacts, history: History) -> dict[str, Any]:
    """Return the order's facts and what was given before, fit to be decided again.

    Titles are left out: they may hold the words of a personalized thing, and no rule reads them.
    """
    lines = tuple(replace(line, title="") for line in order.lines)
    return {
        "order": msgspec.to_builtins(replace(order, lines=lines)),
        "history": {line_id: msgspec.to_builtins(given) for line_id, given in history.items()},
    }


def request_json(document: RequestDocument) -> dict[str, Any]:
    """Return the request without the customer's own words."""
    asked: dict[str, Any] = msgspec.to_builtins(document)
    for line in asked["lines"]:
        line.pop("comment", None)
    asked["override"] = [
        {"line_id": one.line_id, "rule": str(one.rule)} for one in document.overrides
    ] or None
    return asked
