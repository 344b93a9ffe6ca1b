"""Pay a failed refund in another way: by a person's hand, never while a try may live after all."""

from datetime import datetime
from uuid import UUID

import structlog

from returns_engine.gateways.clock import Clock
from returns_engine.gateways.payments.gateway import PaymentGateway, ProviderRefused
from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.lifecycle.refund_states import RefundEvent, next_refund
from returns_engine.rules.policy import Policy
from returns_engine.rules.way_back import EXTERNAL, ManualReason
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.tables.refunds import Refund
from returns_engine.workflow.hear_payment import hear_payment
from returns_engine.workflow.pay_by_hand import hand_over, is_to_clear, take_from_provider
from returns_engine.workflow.refund_file import load_refund, save_refund
from returns_engine.workflow.retry_refund import next_generation, refuse_unpayable
from returns_engine.workflow.return_case import save_case

log = structlog.get_logger()

# Of a refund that waits for the provider's word before a person may pay it.
_ASKED = """
SELECT p.reference FROM refunds r JOIN payments p ON p.id = r.payment
WHERE r.id = $1 AND r.state = 'approved' AND r.manual_reason IS NOT NULL AND r.manual_since IS NULL
"""


async def pay_otherwise(
    refund_id: UUID,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Take a failed refund from its provider for good; its money is reserved anew.

    Who does so is kept: where it takes two people, another one records the payment.

    It may be paid, and its reference recorded, once the provider has confirmed that no try of it
    lives (payments.md 2.8, step 6): a job asks at once. Raises TransitionNotAllowed for what did
    not fail, and what `refuse_unpayable` does.
    """
    async with transaction():
        refund = await load_refund(refund_id, actor=actor, expected_version=expected_version)
        state = next_refund(refund.state, RefundEvent.PAY_OTHERWISE)
        refuse_unpayable(refund)
        # Why it failed stays on it: finance reads it.
        values = next_generation(refund) | {
            "last_error": refund.row["last_error"],
            "otherwise_by": actor.person,
        }
        data: dict[str, object] = {"amount": refund.row["amount"]}
        refund.move(state, kind="refund.pay_otherwise", data=data, text=reason)
        if refund.payment["provider"] == EXTERNAL:
            # It came back. There is no provider to ask: a person may pay it at once.
            await save_refund(refund, values, now=now)
        else:
            await take_from_provider(refund, ManualReason.PAID_OTHERWISE, values, now=now)
        await save_case(refund.case, actor=actor, now=now)


async def clear_payout(
    refund_id: UUID, *, payments: PaymentGateway, policy: Policy, clock: Clock
) -> None:
    """Ask the provider about a refund that a person is to pay; let it be paid if nothing lives.

    A try that lives after all is taken in instead. As long as the provider does not tell, has the
    payment otherwise than our books, or a dispute of it is open, it waits, and the sweep asks
    again. Raises ProviderUnavailable.
    """
    asked = await the_engine().fetch_row(_ASKED, refund_id)
    if asked is None:
        return
    heard = await _heard(refund_id, asked["reference"], payments, policy=policy, now=clock())
    now = clock()
    if heard is None:
        # Not blocked by what it found, for it found nothing: the sweep goes on to others.
        await Refund.update({Refund.checked_at: now}).where(Refund.id == refund_id)
        return
    async with transaction():
        refund = await load_refund(refund_id)
        if not is_to_clear(refund):
            return
        agrees = heard and refund.payment["mismatch"] is None and not refund.contested
        if agrees and refund.room >= refund.row["amount"]:
            await hand_over(refund, now=now)
            await save_case(refund.case, actor=SYSTEM, now=now)
            return
        # Asked, whatever was heard: the sweep goes on to others, and comes back less and less.
        since = refund.row["blocked_since"] or now
        await Refund.update({Refund.checked_at: now, Refund.blocked_since: since}).where(
            Refund.id == refund_id
        )


async def _heard(
    refund_id: UUID, reference: str, payments: PaymentGateway, *, policy: Policy, now: datetime
) -> bool | None:
    """Say whether the provider told all of a payment; None where it refused to say anything."""
    try:
        return await hear_payment(reference, payments, policy=policy, now=now)
    except ProviderRefused as error:
        cause = str(error)
    log.error("payment_not_readable", refund=str(refund_id), cause=cause)
    return None
