"""Put what the provider said of one refund into our books: as ours, or as money gone without us."""

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from returns_engine.gateways.payments.gateway import ProviderRefund
from returns_engine.queries.compared_refunds import marked
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.refund_states import (
    RESERVING,
    RefundEvent,
    RefundState,
    after_hearing,
    next_refund,
)
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import connection, the_engine, transaction
from returns_engine.workflow.book_outside_refund import (
    ALIVE,
    Cause,
    book_outside_refund,
    is_booked_outside,
)
from returns_engine.workflow.check_payment import say_if_overdrawn
from returns_engine.workflow.pay_by_hand import no_longer_by_hand
from returns_engine.workflow.payment_balance import payment_balance
from returns_engine.workflow.refund_file import RefundFile, load_refund
from returns_engine.workflow.settle_refund import TOLD, settle_refund

log = structlog.get_logger()

_CALLED = frozenset(
    {
        RefundState.SUBMITTING,
        RefundState.UNKNOWN,
        RefundState.PENDING,
        RefundState.REQUIRES_ACTION,
        RefundState.SUCCEEDED,
        RefundState.FAILED,
    }
)


async def take_in_refund(
    told: ProviderRefund, *, reading: int, policy: Policy, now: datetime
) -> None:
    """Take in one refund as the provider has it; `reading` was numbered before it was asked.

    Ours by the provider's id, or by the mark we wrote into it. What is alive there and is not
    the one our refund stands for is booked as made outside, so that it counts as spent.
    """
    refund_id = await _our_refund(told)
    async with transaction():
        if refund_id is None:
            await book_outside_refund(
                told, cause=Cause.DASHBOARD, marked=None, reading=reading, now=now
            )
            return
        refund = await load_refund(refund_id)
        if _is_this_one(told, refund.row):
            if refund.row["reading"] < reading:
                await _take_in_ours(told, refund, reading=reading, policy=policy, now=now)
        elif told.status in ALIVE or await is_booked_outside(told.id):
            await _take_in_foreign(told, refund, reading=reading, now=now)


async def _take_in_ours(
    told: ProviderRefund, refund: RefundFile, *, reading: int, policy: Policy, now: datetime
) -> None:
    try:
        state = _heard(told, refund)
    except TransitionNotAllowed:
        state = None
    if state is None:
        log.error("refund_told_the_impossible", refund=str(refund.id), provider_refund=told.id)
        if told.status in ALIVE and refund.state not in RESERVING:
            await _take_in_foreign(told, refund, reading=reading, now=now)
        return
    was_free = refund.state not in RESERVING
    # The database lets a failed refund live again only where the provider said so (refund_guards).
    await connection().execute("SELECT set_config('app.heard', $1, true)", told.id)
    values = {
        "provider_refund_id": told.id,
        "provider_status": str(told.status),
        "last_error": told.failure_reason,
        "blocked_since": None,
        "reading": reading,
        **_traced(told),
        **no_longer_by_hand(refund, told.id),
    }
    await settle_refund(refund, state, values, policy=policy, now=now, reason=told.failure_reason)
    if was_free and refund.state in RESERVING:
        # What it freed when it failed may have gone back by another refund since.
        after = (await payment_balance(refund.payment["id"])).balance
        names = refund.case.order_number, refund.payment["payment_id"]
        say_if_overdrawn(*names, before=refund.room, after=after)
    if await is_booked_outside(told.id):
        # Taken for money without a refund before it turned out to be ours: its state is kept true.
        await book_outside_refund(
            told, cause=Cause.PAID_AGAIN, marked=refund.id, reading=reading, now=now
        )


def _traced(told: ProviderRefund) -> dict[str, object]:
    """Return what banks find it by, once known; a later answer without it takes nothing back."""
    traced = {"trace_number": told.trace_number} if told.trace_number else {}
    return {**traced, "reversal": True} if told.reversal else {**traced}


def _heard(told: ProviderRefund, refund: RefundFile) -> RefundState | None:
    """Return the state our refund has now; None for one that it cannot have or that disagrees."""
    if not _agrees(told, refund):
        return None
    if refund.state is RefundState.APPROVED and told.status in ALIVE:
        # It was sent, and we have forgotten it: a backup was restored.
        submitted = next_refund(refund.state, RefundEvent.SUBMIT)
        refund.move(submitted, kind="refund.submitting", data={"amount": refund.row["amount"]})
    if refund.state not in _CALLED:
        return None
    return after_hearing(refund.state, TOLD[told.status])


async def _take_in_foreign(
    told: ProviderRefund, refund: RefundFile, *, reading: int, now: datetime
) -> None:
    cause = Cause.PAID_AGAIN if _agrees(told, refund) else Cause.MARK_DISAGREES
    await book_outside_refund(told, cause=cause, marked=refund.id, reading=reading, now=now)


def _is_this_one(told: ProviderRefund, row: dict[str, Any]) -> bool:
    """Say whether the provider speaks of the refund's present generation, or of money that moved.

    A try that was given up for lost and then carried out is this refund too, whatever the
    generation: otherwise it would be paid twice. Once one is ours, every other is paid again;
    so is all that moved of what a person has paid by hand.
    """
    if row["external_reference"] is not None:
        return False
    if row["provider_refund_id"] is not None:
        return bool(told.id == row["provider_refund_id"])
    same_try = told.metadata.get("generation") == str(row["generation"])
    return same_try or told.status in ALIVE


def _agrees(told: ProviderRefund, refund: RefundFile) -> bool:
    """Say whether amount, currency and payment are those of our refund: metadata can be copied."""
    reference = refund.payment["reference"]
    named = {name for name in (told.payment_reference, told.charge) if name is not None}
    if named and reference not in named:
        return False
    return (told.amount, told.currency) == (refund.row["amount"], refund.row["currency"])


async def _our_refund(told: ProviderRefund) -> UUID | None:
    """Find our row: by the provider's id where we know it, else by the one we wrote into it."""
    row = await the_engine().fetch_row(
        "SELECT id FROM refunds WHERE id = $1 OR provider_refund_id = $2"
        " ORDER BY (provider_refund_id = $2) DESC NULLS LAST LIMIT 1",
        marked(told.metadata),
        told.id,
    )
    return row["id"] if row else None
