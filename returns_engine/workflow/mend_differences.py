"""Ask the provider about what does not agree: most of it is news that did not reach us yet."""

from datetime import datetime

import asyncpg

from returns_engine.gateways.payments.gateway import PaymentGateway, UnknownAtProvider
from returns_engine.queries.compared_refunds import Period, ToAsk, to_ask
from returns_engine.rules.policy import Policy
from returns_engine.workflow.hear_payment import hear_payment
from returns_engine.workflow.provider_listing import keep

MOST_ASKED = 1000
"""How many differences are asked about in one run; more are named, and asked about by the next."""


async def mend_differences(
    desk: asyncpg.Connection,
    period: Period,
    *,
    payments: PaymentGateway,
    policy: Policy,
    now: datetime,
) -> set[str]:
    """Hear every payment whose refunds differ, and list these anew; return their ids.

    A refund with our mark is adopted, one without it is booked as made outside, a state is brought
    up to date. Each payment is heard once. Raises ProviderUnavailable and ProviderRefused; what was
    heard until then stays.
    """
    differing = await to_ask(desk, period, most=MOST_ASKED)
    heard: set[str] = set()
    for one in differing:
        if one.payment_reference not in heard:
            heard.add(one.payment_reference)
            await _hear(desk, one.payment_reference, payments, policy, now)
        if one.kind == "not_at_provider":
            await _look_again(desk, one, payments)
    return {one.provider_refund_id for one in differing}


async def _hear(
    desk: asyncpg.Connection,
    reference: str,
    payments: PaymentGateway,
    policy: Policy,
    now: datetime,
) -> None:
    await hear_payment(reference, payments, policy=policy, now=now)
    try:
        await keep(desk, await payments.find_refunds(reference))
    except UnknownAtProvider:
        # The payment itself is not there: what we have of it stays a difference.
        return


async def _look_again(desk: asyncpg.Connection, one: ToAsk, payments: PaymentGateway) -> None:
    """Read a refund that was not listed: it may have been made just outside of the period."""
    try:
        await keep(desk, [await payments.read_refund(one.provider_refund_id)])
    except UnknownAtProvider:
        return
