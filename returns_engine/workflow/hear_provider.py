"""Ask the provider what became of a refund, after a webhook's hint or when nobody answered."""

from datetime import datetime, timedelta
from uuid import UUID

from returns_engine.gateways.clock import Clock
from returns_engine.gateways.payments.gateway import (
    PaymentGateway,
    ProviderRefund,
    UnknownAtProvider,
)
from returns_engine.rules.lifecycle.refund_states import RefundEvent, RefundState, next_refund
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.tables.refunds import Refund, WebhookEvent
from returns_engine.workflow.hear_payment import hear_payment
from returns_engine.workflow.provider_readings import next_reading
from returns_engine.workflow.refund_file import load_refund
from returns_engine.workflow.settle_refund import settle_refund
from returns_engine.workflow.take_in_refund import take_in_refund

SURELY_FORGOTTEN_AFTER = timedelta(hours=25)
"""How long after its last try nothing can come of a key any more: keys live a day."""

_WITHOUT_ANSWER = frozenset({RefundState.SUBMITTING, RefundState.UNKNOWN})


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
    """Ask what became of one refund of ours: by its id there, else by its mark on the payment.

    One that succeeded is asked about with all of its payment, so that the sums are compared too.
    """
    row = await the_engine().fetch_row(
        "SELECT r.provider_refund_id, r.state, p.reference FROM refunds r"
        " JOIN payments p ON p.id = r.payment WHERE r.id = $1",
        refund_id,
    )
    if row is None:
        return
    if row["provider_refund_id"] and row["state"] != RefundState.SUCCEEDED:
        await _hear_refund(row["provider_refund_id"], payments, policy, clock())
    elif await hear_payment(row["reference"], payments, policy=policy, now=clock()):
        await _conclude(refund_id, policy=policy, now=clock())
    # Whatever was heard, it was asked: the sweep goes on to others.
    await Refund.update({Refund.checked_at: clock()}).where(Refund.id == refund_id)


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
    number = await next_reading()
    try:
        told = await payments.read_refund(provider_refund_id)
    except UnknownAtProvider:
        return
    await take_in_refund(told, reading=number, policy=policy, now=now)
    await _hear_its_payment(told, payments, policy, now)


async def _hear_its_payment(
    told: ProviderRefund, payments: PaymentGateway, policy: Policy, now: datetime
) -> None:
    """Hear the whole payment of a refund that is not ours: there may be more, and disputes."""
    row = await the_engine().fetch_row(
        "SELECT p.reference FROM payments p WHERE p.provider = 'stripe' AND p.reference = ANY($1)"
        " AND NOT EXISTS (SELECT FROM refunds r WHERE r.provider_refund_id = $2)",
        [name for name in (told.payment_reference, told.charge) if name is not None],
        told.id,
    )
    if row is not None:
        await hear_payment(row["reference"], payments, policy=policy, now=now)
