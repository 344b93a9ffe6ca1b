"""Take proposals back that nobody decided on, because the verdicts they rest on do not stand."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from returns_engine.rules.lifecycle.refund_states import RefundEvent, RefundState, next_refund
from returns_engine.tables.refunds import Refund
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import ReturnCase


async def call_off_proposals(
    case: ReturnCase, refunds: Iterable[Mapping[str, Any]], *, reason: str, now: datetime
) -> None:
    """Cancel proposed `refunds`, rows locked under their return, and record it.

    Their units count as never proposed: the caller counts them back, and saves the case.
    """
    state = next_refund(RefundState.PROPOSED, RefundEvent.CANCEL)
    for row in refunds:
        await Refund.update(
            {
                Refund.state: str(state),
                Refund.taken_back: True,
                Refund.version: Refund.version + 1,
                Refund.checked_at: now,
            }
        ).where(Refund.id == row["id"])
        case.refunds[row["id"]] = state
        data = {
            "refund_id": str(row["id"]),
            "amount": row["proposed"],
            "currency": row["currency"],
        }
        case.record(
            NewEvent(
                type=f"refund.{state}",
                from_state=str(RefundState.PROPOSED),
                to_state=str(state),
                reason=reason,
                data=data,
            )
        )
