"""Have the provider asked at once what became of a refund: a person does not want to wait."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from returns_engine.gateways.job_queue.jobs import Job, defer_jobs, with_a_job
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.way_back import EXTERNAL
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.refusals import Conflict, NotFound

_REFUND = """
SELECT f.state, f.payment, f.manual_reason, f.manual_since, p.provider
FROM refunds f JOIN payments p ON p.id = f.payment WHERE f.id = $1
"""
_TASKS = ("ask_about", "execute_refund", "clear_payout")
_UNDECIDED = frozenset({RefundState.PROPOSED, RefundState.REFUSED, RefundState.CANCELED})


async def ask_now(refund_id: UUID) -> None:
    """Enqueue the question; what waits to be sent is sent once its payment agrees.

    Harmless twice: while a job sees to the refund, no second one is enqueued. Raises NotFound, and
    Conflict `nothing_to_ask` where no provider has anything to say.
    """
    async with transaction():
        refund = await connection().fetchrow(_REFUND, refund_id)
        if refund is None:
            raise NotFound("refund")
        state = RefundState(refund["state"])
        if refund["provider"] == EXTERNAL or state in _UNDECIDED:
            raise Conflict("nothing_to_ask", "No provider knows this refund; nothing can be asked.")
        if str(refund_id) in await with_a_job(connection(), _TASKS, "refund_id"):
            return
        await defer_jobs(
            connection(),
            [
                Job(
                    task=_task(refund, state),
                    args={"refund_id": str(refund_id)},
                    lock=f"payment:{refund['payment']}",
                )
            ],
        )


def _task(refund: Mapping[str, Any], state: RefundState) -> str:
    # What a person may pay was cleared before: a dispute, or a try that went after all, is news.
    if state is not RefundState.APPROVED or refund["manual_since"] is not None:
        return "ask_about"
    return "execute_refund" if refund["manual_reason"] is None else "clear_payout"
