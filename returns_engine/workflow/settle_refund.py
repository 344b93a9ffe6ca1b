"""Take in what is certain about a refund: its state, the units it settles, the customer's mail."""

from datetime import datetime
from typing import Any

from returns_engine.gateways.payments.gateway import ProviderRefundStatus
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.policy import Policy
from returns_engine.rules.way_back import way_back
from returns_engine.tables.refunds import Refund
from returns_engine.workflow.count_settled import count_settled
from returns_engine.workflow.refund_dates import refund_dates, success_values
from returns_engine.workflow.refund_file import RefundFile, save_refund
from returns_engine.workflow.refund_paper_jobs import paper_jobs
from returns_engine.workflow.retry_refund import DISPUTED
from returns_engine.workflow.return_case import save_case

TOLD = {
    ProviderRefundStatus.PENDING: RefundState.PENDING,
    ProviderRefundStatus.REQUIRES_ACTION: RefundState.REQUIRES_ACTION,
    ProviderRefundStatus.SUCCEEDED: RefundState.SUCCEEDED,
    ProviderRefundStatus.FAILED: RefundState.FAILED,
    # Nothing moved, and the customer is still owed: another way must be found (2.8, step 6).
    ProviderRefundStatus.CANCELED: RefundState.FAILED,
}
"""The provider's word for a refund, and ours."""


async def settle_refund(
    refund: RefundFile,
    state: RefundState,
    values: dict[str, Any],
    *,
    policy: Policy,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Move a loaded refund to `state`, which the table allowed, and save it with its case.

    Mails go out on a confirmed state, never on the answer to a call alone. A succeeded refund that
    fails later takes its units back and opens the return again (payments.md 2.8, step 6).
    """
    before = refund.state
    # That something was read again is no news.
    news = {name: value for name, value in values.items() if name != "reading"}
    if state is before and all(refund.row.get(name) == value for name, value in news.items()):
        reading = values.get("reading", refund.row["reading"])
        quiet: dict[Any, Any] = {"checked_at": now, "reading": reading}
        await Refund.update(quiet).where(Refund.id == refund.id)
        return
    traced = values.get("trace_number") is not None and refund.row["trace_number"] is None
    if state is not before:
        data: dict[str, object] = {"amount": refund.row["amount"]}
        if values.get("provider_refund_id"):
            data["provider_refund_id"] = values["provider_refund_id"]
        refund.move(state, kind=f"refund.{state}", reason=reason, data=data)
    if RefundState.SUCCEEDED in {state, before} and state is not before:
        values = {**values, **success_values(state, policy, now)}
    await save_refund(refund, values, now=now)
    if RefundState.SUCCEEDED in {state, before} and state is not before:
        await count_settled(refund.case)
        if state is RefundState.SUCCEEDED:
            await tell_sent(refund, policy=policy, now=now)
    if state is not before:
        _tell_trouble(refund, before, state, now)
    elif state is RefundState.SUCCEEDED and traced:
        _tell_trace_number(refund, policy, now)
    refund.case.jobs.extend(paper_jobs(refund.id, before, state))
    await save_case(refund.case, actor=SYSTEM, now=now)


def _tell_trouble(
    refund: RefundFile, before: RefundState, state: RefundState, now: datetime
) -> None:
    """Tell the customer where a refund they were told of came back, or needs something of them."""
    context = {
        "amount": refund.row["amount"],
        "currency": refund.row["currency"],
        "came_back": before is RefundState.SUCCEEDED,
    }
    if state is RefundState.REQUIRES_ACTION:
        refund.case.tell("refund_needs_customer", context, now)
    elif state is RefundState.FAILED and before is RefundState.SUCCEEDED:
        disputed = refund.row["last_error"] in DISPUTED
        refund.case.tell("refund_came_back", {**context, "disputed": disputed}, now)


def _tell_trace_number(refund: RefundFile, policy: Policy, now: datetime) -> None:
    """Tell the customer what the bank finds the money by, where the mail before had it not yet."""
    # One that was sent before the dates were kept has none on record.
    bank_by = refund.row["bank_by"] or refund_dates(refund.row["succeeded_at"], policy).bank_by
    context = {
        "amount": refund.row["amount"],
        "currency": refund.row["currency"],
        "trace_number": refund.row["trace_number"],
        "bank_by": bank_by.isoformat(),
    }
    refund.case.tell("refund_traced", context, now)


async def tell_sent(refund: RefundFile, *, policy: Policy, now: datetime) -> None:
    """Tell the customer both dates, sent by us and in their account; the trace number if known."""
    dates = refund_dates(now, policy)
    context = {
        "amount": refund.row["amount"],
        "currency": refund.row["currency"],
        "method": refund.payment["method"],
        "way": str(
            way_back(
                provider=refund.payment["provider"],
                method=refund.payment["method"],
                manual_reason=refund.row["manual_reason"],
            )
        ),
        "sent_on": dates.sent_on.isoformat(),
        "bank_from": dates.bank_from.isoformat(),
        "bank_by": dates.bank_by.isoformat(),
        "trace_number": refund.row["trace_number"],
    }
    if refund.row["clause"] is not None and refund.row["amount"] < refund.row["proposed"]:
        # Less than proposed: the customer reads why, and on which clause it rests.
        clause = policy.clauses.get(refund.row["clause"])
        context["note"] = refund.row["note"]
        context["clause_says"] = clause.says if clause else None
    refund.case.tell("refund_sent", context, now)
