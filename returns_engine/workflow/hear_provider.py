"""Ask the provider what became of a refund, after a webhook's hint or when nobody answered."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from returns_engine.gateways.clock import Clock
from returns_engine.gateways.payments.gateway import (
    PaymentGateway,
    ProviderRefund,
    ProviderRefundStatus,
    UnknownAtProvider,
)
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.refund_states import (
    RefundEvent,
    RefundState,
    after_hearing,
    next_refund,
)
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.tables.orders import Payment
from returns_engine.tables.refunds import WebhookEvent
from returns_engine.workflow.refund_file import RefundFile, load_refund
from returns_engine.workflow.settle_refund import TOLD, settle_refund

log = structlog.get_logger()

_ALIVE = frozenset(
    {
        ProviderRefundStatus.PENDING,
        ProviderRefundStatus.REQUIRES_ACTION,
        ProviderRefundStatus.SUCCEEDED,
    }
)

SURELY_FORGOTTEN_AFTER = timedelta(hours=25)
"""How long after its last try nothing can come of a key any more: keys live a day."""

_WITHOUT_ANSWER = frozenset({RefundState.SUBMITTING, RefundState.UNKNOWN})

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


async def hear_provider(
    inbox_id: int, *, payments: PaymentGateway, policy: Policy, clock: Clock
) -> None:
    """Handle one event of the inbox by reading the object again; its own words are not believed."""
    event = await WebhookEvent.select().where(WebhookEvent.id == inbox_id).first()
    if event is None or event["handled_at"] is not None:
        return
    if event["type"].startswith("refund.") and event["object_id"]:
        await _hear_refund(event["object_id"], payments, policy, clock())
    elif event["type"].startswith("charge.") and event["payment_reference"]:
        await hear_payment(event["payment_reference"], payments, policy=policy, now=clock())
    await WebhookEvent.update({WebhookEvent.handled_at: clock()}).where(WebhookEvent.id == inbox_id)


async def ask_about(
    refund_id: UUID, *, payments: PaymentGateway, policy: Policy, clock: Clock
) -> None:
    """Ask what became of one refund of ours: by its id there, else by its mark on the payment."""
    row = await the_engine().fetch_row(
        "SELECT r.provider_refund_id, p.reference FROM refunds r"
        " JOIN payments p ON p.id = r.payment WHERE r.id = $1",
        refund_id,
    )
    if row is None:
        return
    if row["provider_refund_id"]:
        await _hear_refund(row["provider_refund_id"], payments, policy, clock())
    else:
        await hear_payment(row["reference"], payments, policy=policy, now=clock())
        await _conclude(refund_id, policy=policy, now=clock())


async def _conclude(refund_id: UUID, *, policy: Policy, now: datetime) -> None:
    """Call a refund failed that was asked about a day after its last try, and is not there.

    Until then the provider may still carry out what it answered 500 to; after that its key is
    forgotten, and a person may try again with the next generation (payments.md 2.8, step 4).
    """
    async with transaction():
        refund = await load_refund(refund_id)
        if refund.state not in _WITHOUT_ANSWER or refund.row["provider_refund_id"] is not None:
            return
        last_try = await the_engine().fetch_row(
            "SELECT max(sent_at) AS sent_at FROM refund_attempts"
            " WHERE refund = $1 AND generation = $2",
            refund_id,
            refund.row["generation"],
        )
        sent_at = last_try["sent_at"] if last_try else None
        if sent_at is None or now - sent_at < SURELY_FORGOTTEN_AFTER:
            return
        if refund.state is RefundState.SUBMITTING:
            # The worker died in the middle of the call, and nobody came after it.
            lost = next_refund(refund.state, RefundEvent.LOSE_ANSWER)
            refund.move(lost, kind=f"refund.{lost}", reason="no_answer")
        state = next_refund(refund.state, RefundEvent.HEAR_NOTHING)
        values = {"last_error": "not_created"}
        await settle_refund(refund, state, values, policy=policy, now=now, reason="not_created")


async def _hear_refund(
    provider_refund_id: str, payments: PaymentGateway, policy: Policy, now: datetime
) -> None:
    try:
        told = await payments.read_refund(provider_refund_id)
    except UnknownAtProvider:
        return
    await take_in(told, policy=policy, now=now)


async def hear_payment(
    reference: str, payments: PaymentGateway, *, policy: Policy, now: datetime
) -> None:
    """Read a payment's disputes and all its refunds; one the provider does not know has none."""
    try:
        payment = await payments.read_payment(reference)
        refunds = await payments.find_refunds(reference)
    except UnknownAtProvider:
        return
    await Payment.update(
        {Payment.disputed: payment.amount_disputed, Payment.checked_at: now}
    ).where((Payment.provider == "stripe") & (Payment.reference == reference))
    for told in refunds:
        await take_in(told, policy=policy, now=now)


async def take_in(told: ProviderRefund, *, policy: Policy, now: datetime) -> None:
    """Put what the provider said of one refund into our books; one that is not ours is left."""
    refund_id = await _our_refund(told)
    if refund_id is None:
        return
    async with transaction():
        refund = await load_refund(refund_id)
        if refund.state not in _CALLED or not _is_this_try(told, refund.row):
            return
        if not _agrees(told, refund):
            log.error("refund_mismatch", refund=str(refund_id), provider_refund=told.id)
            return
        try:
            state = after_hearing(refund.state, TOLD[told.status])
        except TransitionNotAllowed:
            log.exception("refund_told_the_impossible", refund=str(refund_id))
            return
        values = {
            "provider_refund_id": told.id,
            "provider_status": str(told.status),
            "last_error": told.failure_reason,
        }
        await settle_refund(
            refund, state, values, policy=policy, now=now, reason=told.failure_reason
        )


def _is_this_try(told: ProviderRefund, row: dict[str, Any]) -> bool:
    """Say whether the provider speaks of the refund's present generation, or of money that moved.

    A try that was given up for lost and then carried out is this refund too, whatever the
    generation: otherwise it would be paid twice.
    """
    if row["provider_refund_id"] is not None:
        return bool(told.id == row["provider_refund_id"])
    same_try = told.metadata.get("generation") == str(row["generation"])
    return same_try or told.status in _ALIVE


def _agrees(told: ProviderRefund, refund: RefundFile) -> bool:
    """Say whether amount, currency and payment are those of our refund: metadata can be copied."""
    reference = refund.payment["reference"]
    elsewhere = told.payment_reference is not None and told.payment_reference != reference
    if elsewhere and not reference.startswith(("ch_", "py_")):
        return False
    return (told.amount, told.currency) == (refund.row["amount"], refund.row["currency"])


async def _our_refund(told: ProviderRefund) -> UUID | None:
    """Find our row: by the id we wrote into the refund, else by the provider's own."""
    marked = told.metadata.get("refund_id", "")
    row = await the_engine().fetch_row(
        "SELECT id FROM refunds WHERE id::text = $1 OR provider_refund_id = $2"
        " ORDER BY (id::text = $1) DESC LIMIT 1",
        marked,
        told.id,
    )
    return row["id"] if row else None
