"""Ask the provider what became of a refund, after a webhook's hint or when nobody answered."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from returns_engine.gateways.clock import Clock
from returns_engine.gateways.payments.gateway import (
    PaymentGateway,
    ProviderRefund,
    UnknownAtProvider,
)
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
from returns_engine.workflow.refund_file import load_refund
from returns_engine.workflow.settle_refund import TOLD, settle_refund

SURELY_FORGOTTEN_AFTER = timedelta(hours=25)
"""How long after a first try nothing can come of it any more: keys live a day."""

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
        await _hear_payment(event["payment_reference"], payments, policy, clock())
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
    elif await _hear_payment(row["reference"], payments, policy, clock()):
        await _conclude(refund_id, policy=policy, now=clock())


async def _conclude(refund_id: UUID, *, policy: Policy, now: datetime) -> None:
    """Call a refund failed that was asked about a day after it was sent, and is not there.

    Until then the provider may still carry out what it answered 500 to; after that its key is
    forgotten, and a person may try again with the next generation (payments.md 2.8, step 4).
    """
    async with transaction():
        refund = await load_refund(refund_id)
        sent_at = refund.row["first_sent_at"]
        if refund.state is RefundState.UNKNOWN and now - sent_at >= SURELY_FORGOTTEN_AFTER:
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


async def _hear_payment(
    reference: str, payments: PaymentGateway, policy: Policy, now: datetime
) -> bool:
    """Read a payment's disputes and all its refunds; return whether the provider knows it."""
    try:
        payment = await payments.read_payment(reference)
        refunds = await payments.find_refunds(reference)
    except UnknownAtProvider:
        return False
    await Payment.update(
        {Payment.disputed: payment.amount_disputed, Payment.checked_at: now}
    ).where((Payment.provider == "stripe") & (Payment.reference == reference))
    for told in refunds:
        await take_in(told, policy=policy, now=now)
    return True


async def take_in(told: ProviderRefund, *, policy: Policy, now: datetime) -> None:
    """Put what the provider said of one refund into our books; one that is not ours is left."""
    refund_id = await _our_refund(told)
    if refund_id is None:
        return
    async with transaction():
        refund = await load_refund(refund_id)
        if refund.state not in _CALLED or not _is_this_try(told, refund.row):
            return
        state = after_hearing(refund.state, TOLD[told.status])
        values = {
            "provider_refund_id": told.id,
            "provider_status": str(told.status),
            "last_error": told.failure_reason,
        }
        await settle_refund(
            refund, state, values, policy=policy, now=now, reason=told.failure_reason
        )


def _is_this_try(told: ProviderRefund, row: dict[str, Any]) -> bool:
    """Say whether the provider speaks of the refund's present generation, not of one before."""
    if row["provider_refund_id"] is not None:
        return bool(told.id == row["provider_refund_id"])
    return told.metadata.get("generation") == str(row["generation"])


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
