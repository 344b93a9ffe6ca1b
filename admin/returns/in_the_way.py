"""The rules that stand in the way of a return, and what an approval does with them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from returns_engine.rules.words import Outcome


def stopped_by(
    decision: Mapping[str, Any], events: Sequence[Mapping[str, Any]]
) -> Sequence[tuple[str, str]]:
    """Return the (line, rule) pairs that did not pass, nor were set aside: what can be."""
    found = _in_the_way(decision, events)
    return list(dict.fromkeys((line_id, rule["rule"]) for line_id, rule in found))


def set_aside_by_approving(
    decision: Mapping[str, Any], events: Sequence[Mapping[str, Any]]
) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """Return line and rule of what an approval sets aside: what failed, not what asks a look."""
    return [
        (line_id, rule)
        for line_id, rule in _in_the_way(decision, events)
        if rule["outcome"] == Outcome.FAIL
    ]


def _in_the_way(
    decision: Mapping[str, Any], events: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    aside = [event["data"] for event in events if event["type"] == "rule.overridden"]
    done = {(one["line_id"], one["rule"]) for one in aside}
    for line in decision["lines"]:
        for rule in line["rules"]:
            stops = rule["outcome"] in {Outcome.FAIL, Outcome.REVIEW}
            if stops and (line["line_id"], rule["rule"]) not in done:
                yield line["line_id"], rule
