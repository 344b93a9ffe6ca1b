"""Finance does not trust what the bench found: the units of a proposal are looked at again."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from returns_engine.rules.actor import Actor
from returns_engine.rules.event_audience import BACK_TO_BENCH
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.call_off_proposals import call_off_proposals
from returns_engine.workflow.count_settled import count_settled
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refund_file import RefundFile, load_refund
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.return_case import save_case

_TOGETHER = """
SELECT id, state, proposed, currency FROM refunds
WHERE return_id = $1 AND (id = $2 OR proposal = $3) ORDER BY id FOR NO KEY UPDATE
"""
_UNITS = """
SELECT return_line, sum(quantity)::int AS quantity FROM refund_lines
WHERE refund = ANY($1::uuid[]) AND quantity > 0 GROUP BY return_line
"""
# What a proposal rests on was accepted last before it was made: older units are in older ones.
_ACCEPTED = """
SELECT l.id, l.return_line, l.quantity - l.superseded AS standing
FROM inspection_lines l JOIN inspections i ON i.id = l.inspection
WHERE i.return_id = $1 AND l.verdict = 'accepted' AND l.superseded < l.quantity
  AND i.inspected_at <= $2
ORDER BY l.id DESC
"""
_SUPERSEDE = """
UPDATE inspection_lines SET superseded = superseded + new.units
FROM unnest($1::int[], $2::int[]) AS new (id, units) WHERE inspection_lines.id = new.id
"""

_HEARD = "An appeal is being heard about this return: leave it until that is decided."
_DECIDED = "Another part of this proposal was decided already; what was decided stays."
_NO_VERDICT = "No verdict of the bench is behind this refund, so there is nothing to look at again."


async def send_to_bench(
    refund_id: UUID,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Have the units of a proposal inspected again, for a reason that staff alone reads.

    The proposal is called off, with all the payments it goes to; the verdicts stay on record, set
    aside, and anybody at the bench gives new ones, from which a new proposal follows. Other refunds
    of the return stay as they are. Raises NotFound, StaleVersion, TransitionNotAllowed once it was
    decided, Conflict `acted_on` or `no_verdict`.
    """
    async with transaction():
        # Nobody's own inspection stands in the way: looking again pays nothing.
        refund = await load_refund(refund_id, expected_version=expected_version)
        case = refund.case
        if refund.state is not RefundState.PROPOSED:
            raise TransitionNotAllowed(refund.state, "back_to_bench")
        if case.permission is not PermissionState.APPROVED:
            raise Conflict("acted_on", _HEARD)
        together = await connection().fetch(_TOGETHER, case.id, refund.id, refund.row["proposal"])
        if any(row["state"] != RefundState.PROPOSED for row in together):
            raise Conflict("acted_on", _DECIDED)
        lines = await _count_back(refund, together)
        await call_off_proposals(case, together, reason="back_to_bench", now=now)
        await count_settled(case)
        data = {"refund_id": str(refund.id), "lines": lines}
        case.record(NewEvent(type=BACK_TO_BENCH, data=data, text=reason))
        case.record(NewEvent(type="lines.reopened", data={"lines": lines}))
        await save_case(case, actor=actor, now=now)


async def _count_back(
    refund: RefundFile, together: Sequence[asyncpg.Record]
) -> list[dict[str, object]]:
    """Count the units of the proposal back to the bench, and set their verdicts aside.

    What the customer keeps was never inspected: it is proposed anew with the others.
    """
    case = refund.case
    units = {
        row["return_line"]: row["quantity"]
        for row in await connection().fetch(_UNITS, [row["id"] for row in together])
    }
    left = Counter({line.id: units.get(line.id, 0) for line in case.lines if line.goods_expected})
    taken: dict[int, int] = {}
    for row in await connection().fetch(_ACCEPTED, case.id, refund.row["proposed_at"]):
        count = min(left[row["return_line"]], row["standing"])
        if count:
            taken[row["id"]] = count
            left[row["return_line"]] -= count
    if not taken or left.total():
        raise Conflict("no_verdict", _NO_VERDICT)
    await connection().execute(_SUPERSEDE, list(taken), list(taken.values()))
    back: list[dict[str, object]] = []
    for line in case.lines:
        if count := units.get(line.id, 0):
            line.add("proposed", -count)
            if line.goods_expected:
                line.add("accepted", -count)
                back.append({"line_id": line.line_id, "quantity": count})
    return back
