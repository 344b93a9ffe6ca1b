"""Note that what a person paid came back: the customer is owed it again, and hears of it."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.refund_states import RefundEvent, next_refund
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import transaction
from returns_engine.workflow.count_settled import count_settled
from returns_engine.workflow.refund_dates import success_values
from returns_engine.workflow.refund_file import RefundFile, load_refund, save_refund
from returns_engine.workflow.refund_paper_jobs import paper_jobs
from returns_engine.workflow.refusals import Unprocessable
from returns_engine.workflow.return_case import save_case

CAME_BACK = "came_back"
"""What `last_error` says of it."""


async def note_payout_back(
    refund_id: UUID,
    *,
    reason: str,
    policy: Policy,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Let a refund that was recorded as paid by hand fail after all; colleagues read the reason.

    The books and the credit note are reversed, its units taken back and the return opened again, as
    where a provider says so later (payments.md 2.8, step 6). It is paid otherwise next. Raises
    TransitionNotAllowed for what did not succeed, and Unprocessable `not_external` for what its
    provider sent, which tells by itself.
    """
    async with transaction():
        refund = await load_refund(refund_id, actor=actor, expected_version=expected_version)
        before, state = refund.state, next_refund(refund.state, RefundEvent.COME_BACK)
        reference = _reference(refund)
        # The row lets go of the reference: should a try at the provider turn out to live, it is
        # this refund and no second payment. The words and the books keep it.
        said = f"{reference}: {reason}"
        data: dict[str, object] = {"amount": refund.row["amount"]}
        refund.move(state, kind=f"refund.{state}", reason=CAME_BACK, data=data, text=said)
        gone = {"external_reference": None, "recorded_by": None, "last_error": CAME_BACK}
        await save_refund(refund, {**gone, **success_values(state, policy, now)}, now=now)
        await count_settled(refund.case)
        _tell(refund, now)
        refund.case.jobs.extend(paper_jobs(refund.id, before, state))
        await save_case(refund.case, actor=actor, now=now)


def _reference(refund: RefundFile) -> str:
    """Return the reference that was recorded; raises Unprocessable where there is none."""
    reference: str | None = refund.row["external_reference"]
    if reference is None:
        detail = "Its provider sent this; should the money come back, the provider says so."
        raise Unprocessable("not_external", detail)
    return reference


def _tell(refund: RefundFile, now: datetime) -> None:
    amount = {"amount": refund.row["amount"], "currency": refund.row["currency"]}
    by_hand = {"came_back": True, "disputed": False, "by_hand": True}
    refund.case.tell("refund_came_back", {**amount, **by_hand}, now)
