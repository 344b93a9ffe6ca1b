"""What will go back for a return, before anything is worked out: for its page and its letters."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from returns_engine.queries.kept_decisions import made_from
from returns_engine.queries.rows import first_row
from returns_engine.rules.decision_json import told_estimate
from returns_engine.rules.eligibility.estimate import estimate_by_wish
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import Resolution, Verdict

_ACCEPTED = frozenset({PermissionState.APPROVED, PermissionState.EXPIRED})
_MADE_FROM = "SELECT request, facts FROM decisions WHERE id = {}"


async def refund_in_sight(
    decision_id: UUID,
    answer: Mapping[str, Any],
    wishes: Sequence[str],
    policy: Policy,
    *,
    permission: str,
) -> dict[str, Any] | None:
    """Return the decision's estimate without the lines that are replaced; None where all are.

    `answer` is the decision as it was given, `wishes` what each of its lines gets now, `permission`
    where the return stands: who accepts one accepts what the policy had refused with it. It comes
    with the discount, which is read from what the decision was made from.
    """
    estimate: dict[str, Any] | None = answer["refund_estimate"]
    again = [wish == Resolution.REPLACEMENT for wish in wishes]
    refused = [line["verdict"] == Verdict.INELIGIBLE for line in answer["lines"]]
    left_out = [False] * len(refused) if permission in _ACCEPTED else refused
    if all(again) or all(left_out):
        return None
    row = await first_row(_MADE_FROM, decision_id)
    if row is None:
        raise LookupError("the decision of a return is never deleted")
    order, asked, history = made_from(row["request"], row["facts"])
    counted = [
        (line, Resolution(wish))
        for line, wish, out in zip(asked.lines, wishes, left_out, strict=True)
        if not out
    ]
    told = told_estimate(estimate_by_wish(order, asked.kind, counted, policy, history))
    # What was answered stands, unless something is added to it or taken from it.
    if told and estimate and left_out == refused and not any(again):
        return told | estimate
    return told
