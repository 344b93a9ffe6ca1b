"""What an answer to our call means: a definite yes, a definite no, or unknown (2.8, step 3)."""

from datetime import datetime
from typing import Any

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
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.tables.refunds import RefundAttempt
from returns_engine.workflow.settle_refund import TOLD

KEY_CONFLICT = "idempotency_error"
"""What `last_error` says when our parameters drifted: nothing may be sent again."""

NO_ANSWER = "no_answer"
"""What `last_error` says where nobody knows whether the money moved."""

_NOT_HEARD = frozenset({401, 403})


async def made_sure(
    payments: PaymentGateway, order: RefundOrder, no: Refused, *, tried_before: bool
) -> Answer:
    """After a definite no, look whether one of our earlier tries made it after all (step 3).

    As long as the provider does not let us look, nobody knows. Nor where it would not even hear us,
    after an earlier try that got no answer: that one may still be on its way.
    """
    try:
        refunds = await payments.find_refunds(order.payment_reference)
    except UnknownAtProvider:
        return no
    except (ProviderUnavailable, ProviderRefused) as error:
        return Unanswered(cause=f"refused, and the list not answered: {error}")
    found = next((one for one in refunds if _ours(one, order)), None)
    if found is not None:
        return _adopted(found)
    if tried_before and no.http_status in _NOT_HEARD:
        return Unanswered(
            cause=f"HTTP {no.http_status} after an unanswered try",
            http_status=no.http_status,
            may_be_saved=True,
        )
    return no


def _adopted(found: ProviderRefund) -> Accepted:
    return Accepted(
        provider_refund_id=found.id, status=found.status, failure_reason=found.failure_reason
    )


def _ours(found: ProviderRefund, order: RefundOrder) -> bool:
    """Say whether the provider's refund carries our id and generation, and is what we asked for."""
    if (found.amount, found.currency) != (order.amount, order.currency):
        return False
    return all(
        found.metadata.get(name) == order.metadata[name] for name in ("refund_id", "generation")
    )


def as_told(answer: Accepted, order: RefundOrder, now: datetime) -> ProviderRefund:
    """Return the refund that an answer tells of, as if it had been read."""
    return ProviderRefund(
        id=answer.provider_refund_id,
        status=answer.status,
        amount=order.amount,
        currency=order.currency,
        metadata=order.metadata,
        failure_reason=answer.failure_reason,
        payment_reference=order.payment_reference,
        created_at=now,
    )


def meaning_of(answer: Answer) -> tuple[RefundState, dict[str, Any], str | None]:
    """Return the state an answer leads to, the columns it fills, and the reason on record."""
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
            # What came instead stands on the attempt.
            return RefundState.UNKNOWN, {"last_error": NO_ANSWER}, NO_ANSWER


async def note_outcome(attempt: int, answer: Answer, now: datetime) -> None:
    """Write down what came of an attempt, once."""
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
