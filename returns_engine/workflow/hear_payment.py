"""Hear all that a provider says of one payment: disputes, refunds, and whether they add up."""

from datetime import datetime

import structlog

from returns_engine.gateways.payments.gateway import (
    PaymentGateway,
    ProviderPayment,
    UnknownAtProvider,
)
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.check_payment import check_payment
from returns_engine.workflow.provider_readings import next_reading
from returns_engine.workflow.take_in_refund import take_in_refund

log = structlog.get_logger()

# What a charge counts as given back are its refunds that succeeded, and no others.
_GIVEN_BACK = """
SELECT p.id, p.payment_id, p.reference, o.number AS order_number,
       (SELECT COALESCE(sum(r.amount), 0)::bigint FROM refunds r
        WHERE r.payment = p.id AND r.state = 'succeeded' AND r.manual_reason IS NULL) +
       (SELECT COALESCE(sum(s.amount), 0)::bigint FROM outside_refunds s
        WHERE s.payment = p.id AND s.status = 'succeeded'
          AND NOT EXISTS (SELECT FROM refunds r WHERE r.provider_refund_id = s.provider_refund_id
                          AND r.state = 'succeeded')) AS given_back
FROM payments p JOIN orders o ON o.id = p."order"
WHERE p.provider = 'stripe' AND p.reference = ANY($1) ORDER BY p.id LIMIT 1
"""
_TIMES_AT_MOST = 5
_DIFFERENCE = "UPDATE payments SET difference = $1 WHERE id = $2 AND difference <> $1"


async def hear_payment(
    reference: str, payments: PaymentGateway, *, policy: Policy, now: datetime
) -> bool:
    """Read a payment and all its refunds; return whether the provider told them all.

    A payment that is none of ours, or that the provider does not know, tells nothing. Raises
    ProviderUnavailable and ProviderRefused.
    """
    told = await check_payment(reference, payments, now=now)
    if told is None:
        return False
    ours = await the_engine().fetch_row(_GIVEN_BACK, _names(reference, told))
    if ours is None:
        return False
    number = await next_reading()
    try:
        refunds = await payments.find_refunds(ours["reference"])
    except UnknownAtProvider:
        return False
    for one in refunds:
        await take_in_refund(one, reading=number, policy=policy, now=now)
    await _compare(told, ours["reference"], payments, now=now)
    return True


async def given_back_differs(told: ProviderPayment, reference: str) -> bool:
    """Say whether the provider has given back another amount of this payment than we know of."""
    ours = await the_engine().fetch_row(_GIVEN_BACK, _names(reference, told))
    return ours is not None and bool(told.amount_refunded != ours["given_back"])


async def _compare(
    told: ProviderPayment, reference: str, payments: PaymentGateway, *, now: datetime
) -> None:
    """Compare what the provider gave back with our books; a difference calls for a person.

    Both are read once more before that, until our books stood still around the provider's answer:
    a refund may have been booked between the two questions.
    """
    ours = await the_engine().fetch_row(_GIVEN_BACK, _names(reference, told))
    again: ProviderPayment | None = told
    for _ in range(_TIMES_AT_MOST):
        if again is None or ours is None:
            return
        if again.amount_refunded == ours["given_back"]:
            break
        before = ours["given_back"]
        again = await check_payment(reference, payments, now=now)
        ours = await the_engine().fetch_row(_GIVEN_BACK, _names(reference, told))
        if ours is not None and ours["given_back"] == before:
            break
    if again is None or ours is None:
        return
    difference = again.amount_refunded - ours["given_back"]
    await the_engine().fetch_rows(_DIFFERENCE, difference, ours["id"])
    if difference:
        log.error(
            "payment_difference",
            order=ours["order_number"],
            payment=ours["payment_id"],
            difference=difference,
        )


def _names(reference: str, told: ProviderPayment) -> list[str]:
    return [reference, *([told.charge] if told.charge else [])]
