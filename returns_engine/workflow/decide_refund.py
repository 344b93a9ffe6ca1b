"""Finance decides: approve, refuse, record what was paid elsewhere, or try again."""

from datetime import datetime
from uuid import UUID

from returns_engine.gateways.job_queue.jobs import Job
from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.refund_states import RefundEvent, next_refund
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import transaction
from returns_engine.workflow.count_settled import count_settled
from returns_engine.workflow.decide_compensation import lapse_compensations
from returns_engine.workflow.hold_cancellation import free_shipped
from returns_engine.workflow.refund_file import RefundFile, load_refund, save_refund
from returns_engine.workflow.refusals import Unprocessable, refuse_field
from returns_engine.workflow.require_unshipped import refuse_shipped
from returns_engine.workflow.return_case import save_case
from returns_engine.workflow.settle_refund import tell_sent

EXTERNAL = "external"


async def approve_refund(
    refund_id: UUID,
    *,
    amount: int,
    note: str | None,
    clause: str | None,
    external_reference: str | None,
    policy: Policy,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Approve a refund and, in the same transaction, order its execution.

    Raises SamePerson, TransitionNotAllowed where it was decided already, Conflict
    `shipped_meanwhile` where units of a cancellation are in a parcel, and Unprocessable
    `amount_too_small`, `exceeds_refundable`, `clause_required`, `not_external`. An external payment
    is never called: it waits for its reference, or takes it at once.
    """
    async with transaction():
        refund = await load_refund(refund_id, actor=actor, expected_version=expected_version)
        state = next_refund(refund.state, RefundEvent.APPROVE)
        await refuse_shipped(refund.case)
        _refuse_amount(refund, amount)
        _refuse_unexplained(refund, amount, note, clause, policy)
        if external_reference is not None:
            _require_external(refund, "/external_reference")
        data: dict[str, object] = {"amount": amount, "proposed": refund.row["proposed"]}
        if clause is not None:
            data["clause"] = clause
        refund.move(state, kind="refund.approved", data=data, text=note)
        values = {
            "amount": amount,
            "note": note,
            "clause": clause,
            "decided_at": now,
            "decided_by": actor.person,
            "inspectors": refund.row["inspectors"],
        }
        await save_refund(refund, values, now=now)
        await _pay(refund, external_reference, policy=policy, now=now)
        await save_case(refund.case, actor=actor, now=now)


async def refuse_refund(
    refund_id: UUID,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Refuse a proposed refund, in words the customer reads."""
    async with transaction():
        refund = await load_refund(refund_id, actor=actor, expected_version=expected_version)
        state = next_refund(refund.state, RefundEvent.REFUSE)
        refund.move(state, kind="refund.refused", reason="refused", text=reason)
        values = {"note": reason, "decided_at": now, "decided_by": actor.person}
        await save_refund(refund, values, now=now)
        await free_shipped(refund.case)
        # What another payment gave back already may have waited for this one alone.
        await count_settled(refund.case)
        await lapse_compensations(refund.case, now=now)
        refund.case.tell("refund_refused", {"reason": reason}, now)
        await save_case(refund.case, actor=actor, now=now)


async def record_refund(
    refund_id: UUID,
    *,
    external_reference: str,
    policy: Policy,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Record where an approved refund to an external payment was paid (B-23)."""
    async with transaction():
        refund = await load_refund(refund_id, actor=actor, expected_version=expected_version)
        _require_external(refund, "/external_reference")
        await _record(refund, external_reference, policy, now)
        await save_case(refund.case, actor=actor, now=now)


async def retry_refund(
    refund_id: UUID, *, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Try a failed refund once more, with a new generation of its key.

    Only after the provider said that it failed: the state machine has no other way into `failed`.
    """
    async with transaction():
        refund = await load_refund(refund_id, actor=actor, expected_version=expected_version)
        state = next_refund(refund.state, RefundEvent.RETRY)
        if refund.left < refund.row["amount"]:
            raise Unprocessable("exceeds_refundable", "The payment has not enough left for this.")
        generation = refund.row["generation"] + 1
        refund.move(state, kind="refund.retried", data={"generation": generation})
        values = {
            "generation": generation,
            "idempotency_key": f"refund:{refund.id}:{generation}",
            "parameters": None,
            "provider_refund_id": None,
            "provider_status": None,
            "first_sent_at": None,
            "last_error": None,
        }
        await save_refund(refund, values, now=now)
        refund.case.jobs.append(execution_job(refund))
        await save_case(refund.case, actor=actor, now=now)


def execution_job(refund: RefundFile, *, delay: int | None = None) -> Job:
    """Return the job that sends this refund; those of one payment run one after the other."""
    return Job(
        task="execute_refund", args={"refund_id": str(refund.id)}, lock=refund.lock, delay=delay
    )


def asking_job(refund: RefundFile, *, delay: int | None = None) -> Job:
    """Return the job that asks what became of this refund."""
    return Job(task="ask_about", args={"refund_id": str(refund.id)}, lock=refund.lock, delay=delay)


def _refuse_amount(refund: RefundFile, amount: int) -> None:
    if amount < 1:
        detail = "At least 1 goes back; to give nothing, refuse the refund."
        raise refuse_field("amount_too_small", detail, "/amount")
    if amount > refund.maximum:
        detail = f"At most {refund.maximum} can go back to this payment."
        raise refuse_field("exceeds_refundable", detail, "/amount")


def _refuse_unexplained(
    refund: RefundFile, amount: int, note: str | None, clause: str | None, policy: Policy
) -> None:
    """Refuse less than was proposed without a note and the clause it rests on."""
    if clause is not None and clause not in policy.clauses:
        raise refuse_field("clause_required", f"The policy has no clause {clause}.", "/clause")
    if amount == refund.row["proposed"]:
        return
    if clause is None:
        detail = "Less than proposed needs the clause of the policy it rests on."
        raise refuse_field("clause_required", detail, "/clause")
    if not note or not note.strip():
        detail = "Less than proposed needs a note that the customer reads, beside its clause."
        raise refuse_field("clause_required", detail, "/note")


def _require_external(refund: RefundFile, pointer: str) -> None:
    if refund.payment["provider"] != EXTERNAL:
        detail = "This payment is refunded by its provider; there is nothing to record."
        raise refuse_field("not_external", detail, pointer)


async def _pay(
    refund: RefundFile, external_reference: str | None, *, policy: Policy, now: datetime
) -> None:
    if refund.payment["provider"] != EXTERNAL:
        refund.case.jobs.append(execution_job(refund))
    elif external_reference is not None:
        await _record(refund, external_reference, policy, now)


async def _record(
    refund: RefundFile, external_reference: str, policy: Policy, now: datetime
) -> None:
    state = next_refund(refund.state, RefundEvent.RECORD)
    data = {"amount": refund.row["amount"]}
    refund.move(state, kind="refund.recorded", data=data)
    values = {"external_reference": external_reference, "succeeded_at": now}
    await save_refund(refund, values, now=now)
    await count_settled(refund.case)
    await tell_sent(refund, policy=policy, now=now)
