"""Send an approved refund to its provider: committed before the call, classified after it.

No transaction is open during a call. Killed at any point, the job may run again: the row says how
far it came, and the key, made when the row was, says the same refund to the provider.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from returns_engine.gateways.clock import Clock
from returns_engine.gateways.job_queue.jobs import Job, defer_jobs
from returns_engine.gateways.payments.gateway import (
    Accepted,
    Answer,
    KeyConflict,
    PaymentGateway,
    ProviderRefused,
    ProviderUnavailable,
    RefundOrder,
    Refused,
    Unanswered,
)
from returns_engine.queries.rows import loaded
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.lifecycle.refund_states import (
    ANSWERED,
    HEARD,
    RefundEvent,
    RefundState,
    after_hearing,
    next_refund,
)
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import connection, the_engine, transaction
from returns_engine.tables.refunds import RefundAttempt
from returns_engine.workflow.block_refund import Block, block_of, block_refund
from returns_engine.workflow.check_payment import check_payment
from returns_engine.workflow.hear_payment import given_back_differs, hear_payment
from returns_engine.workflow.pay_by_hand import never_sent
from returns_engine.workflow.provider_readings import next_reading
from returns_engine.workflow.refund_answer import (
    KEY_CONFLICT,
    as_told,
    made_sure,
    meaning_of,
    note_outcome,
)
from returns_engine.workflow.refund_file import RefundFile, load_refund, save_refund
from returns_engine.workflow.refund_jobs import asking_job, execution_job
from returns_engine.workflow.return_case import save_case
from returns_engine.workflow.settle_refund import settle_refund
from returns_engine.workflow.take_in_refund import take_in_refund

log = structlog.get_logger()

SAME_KEY_FOR = timedelta(hours=20)
"""How long the same key may be sent again: providers forget keys after a day."""

_CLOCKS_DIFFER_BY = timedelta(minutes=5)
_SENDING = frozenset({RefundState.APPROVED, RefundState.SUBMITTING, RefundState.UNKNOWN})
_READ_AGAIN_AFTER = timedelta(seconds=30)
_BACKOFF = (5, 20, 60, 300, 900)

_DUE = """
SELECT r.generation, r.first_sent_at, p.reference FROM refunds r JOIN payments p ON p.id = r.payment
WHERE r.id = $1 AND r.state IN ('approved', 'submitting', 'unknown')
  AND r.manual_reason IS NULL AND p.provider <> 'external'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One attempt that was committed before its call."""

    attempt: int
    number: int
    reading: int
    tried_before: bool
    first_sent_at: datetime
    order: RefundOrder


async def execute_refund(
    refund_id: UUID, *, payments: PaymentGateway, policy: Policy, clock: Clock
) -> None:
    """Send a refund that is approved, interrupted or unanswered; do nothing for any other.

    Its payment is read first, every time: amount, currency and capture must agree, and no dispute
    may have taken what it needs. After a lost answer the same key goes out again within 20 hours;
    later, only asking helps.
    """
    due = await the_engine().fetch_row(_DUE, refund_id)
    if due is None:
        return
    try:
        await _read(due, payments, policy, clock())
    except (ProviderUnavailable, ProviderRefused) as error:
        await _wait_unread(refund_id, error, policy=policy, now=clock())
        return
    prepared = await _prepare(refund_id, policy, clock())
    if prepared is None or not may_be_sent(prepared.first_sent_at, None, clock()):
        # A process may have been paused since it committed; the provider forgets keys meanwhile.
        return
    answer = await payments.create_refund(prepared.order)
    if isinstance(answer, Refused):
        tried = prepared.tried_before
        answer = await made_sure(payments, prepared.order, answer, tried_before=tried)
    await _take_in(refund_id, prepared, answer, policy=policy, now=clock())


async def _read(
    due: Mapping[str, Any], payments: PaymentGateway, policy: Policy, now: datetime
) -> None:
    """Read the payment; before a key goes out first, all refunds that we may not know of too.

    A further generation goes out only after every refund of the payment was read (2.8, step 4): an
    earlier one may have been carried out after all. A key that was sent before finds its own.
    """
    is_first = due["first_sent_at"] is None
    if is_first and due["generation"] > 1:
        await hear_payment(due["reference"], payments, policy=policy, now=now)
        return
    told = await check_payment(due["reference"], payments, now=now)
    if is_first and told is not None and await given_back_differs(told, due["reference"]):
        await hear_payment(due["reference"], payments, policy=policy, now=now)


async def _wait_unread(refund_id: UUID, error: Exception, *, policy: Policy, now: datetime) -> None:
    """Try again later: the payment could not be read, so nothing was sent."""
    async with transaction():
        refund = await load_refund(refund_id)
        if refund.state not in _SENDING:
            return
        if isinstance(error, ProviderRefused):
            log.error("payment_not_readable", refund=str(refund_id), cause=str(error))
        waited = _READ_AGAIN_AFTER
        if refund.state is RefundState.APPROVED:
            waited = now - (refund.row["blocked_since"] or now)
            await block_refund(refund, Block.NOT_READ, policy=policy, now=now)
        pauses = [pause for pause in _BACKOFF if timedelta(seconds=pause) > waited]
        job = execution_job(refund, delay=min(pauses, default=_BACKOFF[-1]))
        await defer_jobs(connection(), [job])


async def _prepare(refund_id: UUID, policy: Policy, now: datetime) -> Prepared | None:
    """Commit the state, the frozen parameters and the attempt, before anything is sent."""
    async with transaction():
        refund = await load_refund(refund_id)
        if refund.state not in _SENDING or await never_sent(refund, now=now):
            return None
        if not may_be_sent(refund.row["first_sent_at"], refund.row["last_error"], now):
            return None
        block = block_of(refund)
        if block is not None:
            await _do_not_send(refund, block, policy, now)
            return None
        order = await _commit_to_send(refund, now)
        earlier = RefundAttempt.refund == refund_id
        same_key = earlier & (RefundAttempt.idempotency_key == order.idempotency_key)
        tried_before = await RefundAttempt.exists().where(same_key)
        attempt = RefundAttempt(
            refund=refund_id,
            generation=refund.row["generation"],
            idempotency_key=order.idempotency_key,
            parameters=_frozen(order),
            sent_at=now,
        )
        await attempt.save()
        return Prepared(
            attempt=attempt.id,
            number=await RefundAttempt.count().where(earlier),
            reading=await next_reading(),
            tried_before=tried_before,
            first_sent_at=refund.row["first_sent_at"] or now,
            order=order,
        )


def may_be_sent(first_sent_at: datetime | None, last_error: str | None, now: datetime) -> bool:
    """Say whether the key of a refund may go out, or out again.

    A first try that lies in the future says that a clock was wrong: nobody knows then how old the
    key is.
    """
    if last_error == KEY_CONFLICT:
        return False
    if first_sent_at is None:
        return True
    return -_CLOCKS_DIFFER_BY <= now - first_sent_at < SAME_KEY_FOR


async def _do_not_send(refund: RefundFile, block: Block, policy: Policy, now: datetime) -> None:
    if refund.row["first_sent_at"] is None:
        await block_refund(refund, block, policy=policy, now=now)
    else:
        # It may be there already; sent again now, it might take what is no longer ours.
        await defer_jobs(connection(), [asking_job(refund, delay=_BACKOFF[-1])])


async def _commit_to_send(refund: RefundFile, now: datetime) -> RefundOrder:
    order = _order(refund)
    if refund.row["first_sent_at"] is not None:
        return order
    is_first = refund.state is RefundState.APPROVED
    if is_first:
        state = next_refund(refund.state, RefundEvent.SUBMIT)
        refund.move(state, kind="refund.submitting", data={"amount": refund.row["amount"]})
    values = {
        "first_sent_at": now,
        "parameters": _frozen(order),
        "last_error": None,
        "blocked_since": None,
    }
    await save_refund(refund, values, now=now)
    if is_first:
        await save_case(refund.case, actor=SYSTEM, now=now)
    return order


def _order(refund: RefundFile) -> RefundOrder:
    """Return the order to the provider: what was frozen when it first went out, else made now."""
    frozen = loaded(refund.row["parameters"]) or {
        "payment_reference": refund.payment["reference"],
        "amount": refund.row["amount"],
        "metadata": {
            "refund_id": str(refund.id),
            "rma": refund.case.number,
            "generation": str(refund.row["generation"]),
        },
    }
    return RefundOrder(
        currency=refund.row["currency"], idempotency_key=refund.row["idempotency_key"], **frozen
    )


def _frozen(order: RefundOrder) -> dict[str, Any]:
    return {
        "payment_reference": order.payment_reference,
        "amount": order.amount,
        "metadata": dict(order.metadata),
    }


async def _take_in(
    refund_id: UUID, prepared: Prepared, answer: Answer, *, policy: Policy, now: datetime
) -> None:
    async with transaction():
        refund = await load_refund(refund_id)
        await note_outcome(prepared.attempt, answer, now)
        if not _waits_for(refund, prepared.order):
            if isinstance(answer, Accepted):
                told = as_told(answer, prepared.order, now)
                await take_in_refund(told, reading=prepared.reading, policy=policy, now=now)
            return
        if isinstance(answer, KeyConflict):
            log.error("refund_key_conflict", refund=str(refund_id), message=answer.message)
        if isinstance(answer, Unanswered):
            await defer_jobs(connection(), [_next_try(refund, prepared.number, answer)])
        told_state, values, reason = meaning_of(answer)
        state = _next(refund.state, told_state)
        values |= {"reading": prepared.reading}
        await settle_refund(refund, state, values, policy=policy, now=now, reason=reason)


def _waits_for(refund: RefundFile, order: RefundOrder) -> bool:
    """Say whether this is the answer the refund waits for.

    A webhook may have made us ask before it was in: what was heard stands. And a worker that was
    paused may bring the answer to a generation that was given up since. What it accepted is taken
    in as if it had been heard: it is ours, or it was paid again.
    """
    same = refund.row["idempotency_key"] == order.idempotency_key
    return same and refund.state in {RefundState.SUBMITTING, RefundState.UNKNOWN}


def _next_try(refund: RefundFile, number: int, answer: Unanswered) -> Job:
    """Return the job that clears it up: the same key again, or a question after a saved 500."""
    delay = _BACKOFF[min(number, len(_BACKOFF)) - 1]
    job = asking_job if answer.may_be_saved else execution_job
    return job(refund, delay=delay)


def _next(state: RefundState, told: RefundState) -> RefundState:
    if state is RefundState.UNKNOWN:
        return state if told is RefundState.UNKNOWN else after_hearing(state, told)
    event = ANSWERED.get(told) or HEARD[told]
    return next_refund(state, event)
