"""Keep an approved refund from being sent while its payment is not what it must be.

The money stays reserved and nothing is sent. The sweep asks again, with a pause as long as it has
waited already; once the payment agrees and has enough left, the refund goes on by itself. Where a
dispute was lost meanwhile a person lets it go on, or calls it off: the bank may have given back
what this refund was for.
"""

from datetime import datetime
from enum import StrEnum

import structlog

from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.lifecycle.refund_states import RefundEvent, RefundState, next_refund
from returns_engine.rules.policy import Policy
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refund_file import RefundFile, save_refund
from returns_engine.workflow.return_case import save_case
from returns_engine.workflow.settle_refund import settle_refund

log = structlog.get_logger()


class Block(StrEnum):
    """Why nothing is sent; what `last_error` says meanwhile."""

    NOT_READ = "payment_not_read"
    MISMATCH = "payment_mismatch"
    DISPUTED = "disputed"
    DISPUTE_LOST = "dispute_lost"
    OVERDRAWN = "payment_overdrawn"


def block_of(refund: RefundFile) -> Block | None:
    """Return what keeps a refund in hand, whose payment was just read, from being sent."""
    if refund.payment["mismatch"] is not None:
        return Block.MISMATCH
    if refund.payment["verified_at"] is None:
        return Block.NOT_READ
    if refund.contested:
        return Block.DISPUTED
    if refund.lost_unseen:
        return Block.DISPUTE_LOST
    return Block.OVERDRAWN if refund.room < refund.row["amount"] else None


async def block_refund(refund: RefundFile, block: Block, *, policy: Policy, now: datetime) -> None:
    """Let a refund in hand wait, and say why; one that was tried again counts as failed once more.

    A retry was decided by a person, so a person decides it again: nothing of it was sent.
    """
    about = {"refund": str(refund.id), "return": refund.case.number, "block": str(block)}
    if refund.state is not RefundState.APPROVED:
        log.error("refund_blocked", **about)
        state = next_refund(refund.state, RefundEvent.FAIL)
        values = {"last_error": str(block)}
        await settle_refund(refund, state, values, policy=policy, now=now, reason=str(block))
        return
    since = refund.row["blocked_since"] or now
    if block is Block.NOT_READ and refund.row["blocked_since"] is not None:
        # What was found before still stands, until the payment can be read again.
        await save_refund(refund, {"blocked_since": since}, now=now)
        return
    is_news = refund.row["last_error"] != block
    refund.row |= {"last_error": str(block), "blocked_since": since}
    await save_refund(refund, {"last_error": str(block), "blocked_since": since}, now=now)
    if not is_news:
        return
    if block is Block.NOT_READ:
        log.warning("refund_blocked", **about)
        return
    log.error("refund_blocked", **about)
    data: dict[str, object] = {
        "refund_id": str(refund.id),
        "amount": refund.row["amount"],
        "currency": refund.row["currency"],
    }
    if refund.payment["mismatch"] is not None:
        data["mismatch"] = refund.payment["mismatch"]
    refund.case.record(NewEvent(type="refund.blocked", reason=str(block), data=data))
    await save_case(refund.case, actor=SYSTEM, now=now)
