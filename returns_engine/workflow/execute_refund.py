"""Send an approved refund to its provider: committed before the call, classified after it.

No transaction is open during the call. Killed at any point, the job may run again: the row says how
far it came, and the key, made when the row was, says the same refund to the provider.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from returns_engine.gateways.clock import Clock
from returns_engine.gateways.job_queue.jobs import Job, defer_jobs
from returns_engine.gateways.payments.gateway import (
    Accepted,
    Answer,
    KeyConflict,
    PaymentGateway,
    ProviderRefund,
    ProviderRefused,
    ProviderUnavailable,
    RefundOrder,
    Refused,
    Unanswered,
    UnknownAtProvider,
)
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
from returns_engine.workflow.hear_provider import hear_payment
from returns_engine.workflow.pay_by_hand import never_sent
from returns_engine.workflow.refund_file import RefundFile, load_refund, save_refund
from returns_engine.workflow.refund_jobs import asking_job, execution_job
from returns_engine.workflow.return_case import save_case
from returns_engine.workflow.settle_refund import TOLD, settle_refund

SAME_KEY_FOR = timedelta(hours=20)
"""How long the same key may be sent again: providers forget keys after a day."""

KEY_CONFLICT = "idempotency_error"
"""What `last_error` says when our parameters drifted: nothing may be sent again."""

_SENDING = frozenset({RefundState.APPROVED, RefundState.SUBMITTING, RefundState.UNKNOWN})
_BACKOFF = (5, 20, 60, 300, 900)


_EARLIER = """
SELECT p.reference FROM refunds r JOIN payments p ON p.id = r.payment
WHERE r.id = $1 AND r.generation > 1 AND r.first_sent_at IS NULL AND p.provider <> 'external'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One attempt that was committed before its call."""

    attempt: int
    number: int
    order: RefundOrder


async def execute_refund(
    refund_id: UUID, *, payments: PaymentGateway, policy: Policy, clock: Clock
) -> None:
    """Send a refund that is approved, interrupted or unanswered; do nothing for any other.

    After a lost answer the same key goes out again within 20 hours; later, only asking helps. A
    further generation asks first whether an earlier one was carried out after all.
    """
    earlier = await the_engine().fetch_row(_EARLIER, refund_id)
    if earlier is not None:
        await hear_payment(earlier["reference"], payments, policy=policy, now=clock())
    prepared = await _prepare(refund_id, clock())
    if prepared is None:
        return
    answer = await payments.create_refund(prepared.order)
    if isinstance(answer, Refused):
        answer = await _made_sure(payments, prepared.order, answer)
    await _take_in(refund_id, prepared, answer, policy=policy, now=clock())


async def _prepare(refund_id: UUID, now: datetime) -> Prepared | None:
    """Commit the state, the frozen parameters and the attempt, before anything is sent."""
    async with transaction():
        refund = await load_refund(refund_id)
        if refund.state not in _SENDING or await never_sent(refund, now=now):
            return None
        first_sent_at = refund.row["first_sent_at"] or now
        if now - first_sent_at >= SAME_KEY_FOR:
            return None
        if refund.state is RefundState.APPROVED:
            state = next_refund(refund.state, RefundEvent.SUBMIT)
            refund.move(state, kind="refund.submitting", data={"amount": refund.row["amount"]})
            order = _order(refund)
            values = {"first_sent_at": first_sent_at, "parameters": _frozen(order)}
            await save_refund(refund, values, now=now)
            await save_case(refund.case, actor=SYSTEM, now=now)
        else:
            order = _order(refund)
            if refund.row["first_sent_at"] is None:
                values = {"first_sent_at": first_sent_at, "parameters": _frozen(order)}
                await save_refund(refund, values, now=now)
        attempt = RefundAttempt(
            refund=refund_id,
            generation=refund.row["generation"],
            idempotency_key=order.idempotency_key,
            parameters=_frozen(order),
            sent_at=now,
        )
        await attempt.save()
        number = await RefundAttempt.count().where(RefundAttempt.refund == refund_id)
        return Prepared(attempt=attempt.id, number=number, order=order)


def _order(refund: RefundFile) -> RefundOrder:
    return RefundOrder(
        payment_reference=refund.payment["reference"],
        amount=refund.row["amount"],
        currency=refund.row["currency"],
        idempotency_key=refund.row["idempotency_key"],
        metadata={
            "refund_id": str(refund.id),
            "rma": refund.case.number,
            "generation": str(refund.row["generation"]),
        },
    )


def _frozen(order: RefundOrder) -> dict[str, Any]:
    return {
        "payment_reference": order.payment_reference,
        "amount": order.amount,
        "metadata": dict(order.metadata),
    }


async def _made_sure(payments: PaymentGateway, order: RefundOrder, no: Refused) -> Answer:
    """After a definite no, look whether one of our earlier tries made it after all (step 3).

    As long as the provider does not let us look, nobody knows.
    """
    try:
        refunds = await payments.find_refunds(order.payment_reference)
    except UnknownAtProvider:
        return no
    except (ProviderUnavailable, ProviderRefused) as error:
        return Unanswered(cause=f"refused, and the list not answered: {error}")
    found = next((one for one in refunds if ours(one, order.metadata)), None)
    return no if found is None else _adopted(found)


def _adopted(found: ProviderRefund) -> Accepted:
    return Accepted(
        provider_refund_id=found.id, status=found.status, failure_reason=found.failure_reason
    )


def ours(refund: ProviderRefund, metadata: Any) -> bool:  # noqa: ANN401 - a mapping of text
    """Say whether the provider's refund carries our id and generation."""
    return all(refund.metadata.get(name) == metadata[name] for name in ("refund_id", "generation"))


async def _take_in(
    refund_id: UUID, prepared: Prepared, answer: Answer, *, policy: Policy, now: datetime
) -> None:
    async with transaction():
        refund = await load_refund(refund_id)
        await _note_outcome(prepared.attempt, answer, now)
        if not _waits_for(refund, prepared.order):
            return
        if isinstance(answer, Unanswered):
            await defer_jobs(connection(), [_next_try(refund, prepared.number, answer)])
        told, values, reason = _meaning(answer)
        state = _next(refund.state, told)
        await settle_refund(refund, state, values, policy=policy, now=now, reason=reason)


def _waits_for(refund: RefundFile, order: RefundOrder) -> bool:
    """Say whether this is the answer the refund waits for.

    A webhook may have made us ask before it was in: what was heard stands. And a worker that was
    paused may bring the answer to a generation that was given up since.
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


def _meaning(answer: Answer) -> tuple[RefundState, dict[str, Any], str | None]:
    """Classify an answer: a definite yes, a definite no, or unknown (2.8, step 3)."""
    match answer:
        case Accepted():
            values = {
                "provider_refund_id": answer.provider_refund_id,
                "provider_status": str(answer.status),
                "last_error": answer.failure_reason,
            }
            return TOLD[answer.status], values, answer.failure_reason
        case Refused():
            code = answer.code or answer.param or str(answer.http_status)
            return RefundState.FAILED, {"last_error": code}, code
        case KeyConflict():
            return RefundState.UNKNOWN, {"last_error": KEY_CONFLICT}, KEY_CONFLICT
        case Unanswered():
            return RefundState.UNKNOWN, {"last_error": answer.cause[:255]}, "no_answer"


async def _note_outcome(attempt: int, answer: Answer, now: datetime) -> None:
    outcome, detail = _outcome(answer)
    await RefundAttempt.update(
        {"outcome": outcome, "detail": detail[:255] if detail else None, "answered_at": now}
    ).where(RefundAttempt.id == attempt)


def _outcome(answer: Answer) -> tuple[str, str | None]:
    match answer:
        case Accepted():
            return "accepted", answer.provider_refund_id
        case Refused():
            return "refused", answer.code or answer.param
        case KeyConflict():
            return "key_conflict", answer.message
        case Unanswered():
            return "unanswered", answer.cause
