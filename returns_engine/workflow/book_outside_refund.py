"""Book what went back of a payment without a refund of ours: money that moved is always booked.

Made in the provider's dashboard, marked as one of ours without being it, or a second payment of
the same refund. It counts as spent while it is alive, and every change of its state is followed.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import structlog

from returns_engine.gateways.payments.gateway import ProviderRefund, ProviderRefundStatus
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.event_body import order_chain
from returns_engine.tables.engine import connection
from returns_engine.tables.refunds import OutsideRefund
from returns_engine.workflow.carry_on_refunds import carry_on_refunds
from returns_engine.workflow.check_payment import say_if_overdrawn
from returns_engine.workflow.payment_balance import payment_balance
from returns_engine.workflow.post_ledger import post_outside_refund
from returns_engine.workflow.record_events import NewEvent, record_in_chain

log = structlog.get_logger()


ALIVE = frozenset(
    {
        ProviderRefundStatus.PENDING,
        ProviderRefundStatus.REQUIRES_ACTION,
        ProviderRefundStatus.SUCCEEDED,
    }
)
"""What a refund is at the provider while its money is gone, or on its way."""


class Cause(StrEnum):
    """Why a refund at the provider is none of ours."""

    DASHBOARD = "dashboard"
    MARK_DISAGREES = "mark_disagrees"
    PAID_AGAIN = "paid_again"


_PAYMENT = """
SELECT p.id, p.payment_id, p."order", p.reference, o.number AS order_number
FROM payments p JOIN orders o ON o.id = p."order"
WHERE p.provider = 'stripe' AND p.reference = ANY($1)
ORDER BY p.id LIMIT 1 FOR NO KEY UPDATE OF p
"""
_REASON_LENGTH = 48


async def book_outside_refund(
    told: ProviderRefund,
    *,
    cause: Cause,
    marked: UUID | None,
    reading: int,
    now: datetime,
) -> bool:
    """Keep the refund, or what became of it; return whether it concerns a payment of ours.

    Must run inside a transaction. Whoever holds a return or a refund may call it: it locks the
    payment alone. A reading older than what is kept changes nothing.
    """
    names = [name for name in (told.payment_reference, told.charge) if name is not None]
    payment = await connection().fetchrow(_PAYMENT, names)
    if payment is None:
        return False
    before = (await payment_balance(payment["id"])).balance
    held = await OutsideRefund.select().where(OutsideRefund.provider_refund_id == told.id).first()
    if held is None:
        about: dict[str, Any] = {"payment": payment["id"], "cause": str(cause), "marked": marked}
        await _insert(told, now=now, reading=reading, **about)
        log.error(
            "refund_made_outside",
            order=payment["order_number"],
            payment=payment["payment_id"],
            provider_refund=told.id,
            cause=str(cause),
        )
    elif held["reading"] < reading:
        await OutsideRefund.update(
            {
                "status": str(told.status),
                "failure_reason": _short(told.failure_reason),
                "checked_at": now,
                "reading": reading,
            }
        ).where(OutsideRefund.id == held["id"])
    # Also where nothing is new: it may have turned out to be ours.
    await post_outside_refund(told.id, now=now)
    if held is not None and held["reading"] >= reading:
        return True
    if held is None or held["status"] != told.status:
        await _record(payment, told, cause, marked, now)
    after = (await payment_balance(payment["id"])).balance
    say_if_overdrawn(payment["order_number"], payment["payment_id"], before=before, after=after)
    if after >= 0 and after > before:
        await carry_on_refunds([payment["id"]])
    return True


async def is_booked_outside(provider_refund_id: str) -> bool:
    """Say whether a refund of the provider was booked as none of ours."""
    return await OutsideRefund.exists().where(
        OutsideRefund.provider_refund_id == provider_refund_id
    )


async def _insert(
    told: ProviderRefund,
    *,
    now: datetime,
    **values: Any,  # noqa: ANN401 - the columns that the caller knows
) -> None:
    row = OutsideRefund(
        provider_refund_id=told.id,
        amount=told.amount,
        currency=told.currency,
        status=str(told.status),
        failure_reason=_short(told.failure_reason),
        created_at=told.created_at,
        first_seen_at=now,
        checked_at=now,
        **values,
    )
    await row.save()


def _short(reason: str | None) -> str | None:
    return reason[:_REASON_LENGTH] if reason else None


async def _record(
    payment: Mapping[str, Any],
    told: ProviderRefund,
    cause: Cause,
    marked: UUID | None,
    now: datetime,
) -> None:
    data: dict[str, object] = {
        "payment_id": payment["payment_id"],
        "provider_refund_id": told.id,
        "amount": told.amount,
        "currency": told.currency,
        "status": str(told.status),
    }
    if marked is not None:
        data["refund_id"] = str(marked)
    event = NewEvent(type="payment.refunded_outside", reason=str(cause), data=data)
    await record_in_chain(order_chain(payment["order_number"]), event, actor=SYSTEM, now=now)
