"""What will go back for a return, before anything is worked out: for its page and its letters."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from returns_engine.queries.kept_decisions import made_from
from returns_engine.queries.rows import first_row
from returns_engine.rules.decision_json import estimate_json
from returns_engine.rules.eligibility.estimate import estimate_by_wish
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import Resolution, Verdict

_MADE_FROM = "SELECT request, facts FROM decisions WHERE id = {}"


async def refund_in_sight(
    decision_id: UUID, answer: Mapping[str, Any], wishes: Sequence[str], policy: Policy
) -> dict[str, Any] | None:
    """Return the decision's estimate without the lines that are replaced; None where all are.

    `answer` is the decision as it was given, `wishes` what each of its lines gets now. It is read
    again from what it was made from only where some lines are replaced and others not.
    """
    estimate: dict[str, Any] | None = answer["refund_estimate"]
    again = [wish == Resolution.REPLACEMENT for wish in wishes]
    if estimate is None or not any(again):
        return estimate
    if all(again):
        return None
    row = await first_row(_MADE_FROM, decision_id)
    if row is None:
        raise LookupError("the decision of a return is never deleted")
    order, asked, history = made_from(row["request"], row["facts"])
    counted = [
        (line, Resolution(wish))
        for line, wish, decided in zip(asked.lines, wishes, answer["lines"], strict=True)
        if decided["verdict"] != Verdict.INELIGIBLE
    ]
    return estimate_json(estimate_by_wish(order, asked.kind, counted, policy, history))
