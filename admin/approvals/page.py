"""Approvals: the queue, one screen a case, and what can be decided there."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from admin.approvals.amounts import read_amount
from admin.approvals.batch import read_groups
from admin.approvals.case import read_refund_case
from admin.approvals.queue import TABS, count_tabs, neighbours, read_queue
from admin.forms import SentForm, faults_of, id_of, known_version, sent_form
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.queries.refunds import read_refund
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.money.money import decimal_text
from returns_engine.rules.way_back import too_late_for_provider
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.problems import log_guard, status_of
from returns_engine.web.trace import trace_id_of
from returns_engine.web.who import services_of
from returns_engine.workflow.approve_refund import approve_refund
from returns_engine.workflow.guard_refusals import guard_refusal
from returns_engine.workflow.hold_refund import hold_refund, release_refund
from returns_engine.workflow.pay_otherwise import pay_otherwise
from returns_engine.workflow.record_refund import record_refund
from returns_engine.workflow.refusals import NotFound, Refusal, SamePerson, refuse_field
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.retry_refund import retry_refund

_READS, _DECIDES = staff_with(Scope.REFUNDS_READ), staff_with(Scope.REFUNDS_APPROVE)


@get("/admin/approvals", guards=[_READS])
async def approvals(request: AnyRequest) -> Response[str]:
    """List the refunds that wait, or another tab of them."""
    asked = request.query_params.get("show", "to_approve")
    tab = asked if asked in TABS else "to_approve"
    after = request.query_params.get("after")
    caller, policy = caller_on(request), services_of(request).policy
    person = caller.actor.person
    together = tab == "to_approve" and after is None and caller.may(Scope.REFUNDS_APPROVE)
    page = await read_queue(
        tab,
        person=person,
        after=id_of(after, "refund") if after else None,
    )
    return staff_page(
        request,
        "approvals.html",
        tab=tab,
        page=page,
        groups=await read_groups(person=person, policy=policy) if together else [],
        counts=await count_tabs(),
        now=services_of(request).clock(),
    )


@get("/admin/approvals/{refund_id:uuid}", guards=[_READS])
async def approval(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[str]:
    """Show one refund with all that it rests on."""
    return await _show(request, refund_id)


@get("/admin/approvals/{refund_id:uuid}/state", guards=[_READS])
async def approval_state(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[str]:
    """Return where the refund stands now: what the open page asks for again and again."""
    refund = await read_refund(refund_id)
    if refund is None:
        raise NotFound("refund")
    return staff_page(request, "_refund_state.html", refund=refund)


@post("/admin/approvals/{refund_id:uuid}/approve", guards=[_DECIDES], status_code=303)
async def approve(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Approve what is typed; less than proposed needs a note and a clause."""

    async def decide(known: UUID, form: SentForm) -> None:
        services = services_of(request)
        refund = await read_refund(known)
        if refund is None:
            raise NotFound("refund")
        amount = read_amount(form.text("amount"), refund["currency"])
        if refund["state"] == "proposed" and amount > refund["maximum"]:
            most = decimal_text(refund["maximum"], refund["currency"])
            says = f"At most {most} {refund['currency']} can go back to this payment."
            raise refuse_field("exceeds_refundable", says, "/amount")
        await approve_refund(
            known,
            amount=amount,
            note=form.text("note") or None,
            clause=form.text("clause") or None,
            external_reference=form.text("external_reference") or None,
            policy=services.policy,
            actor=caller_on(request).actor,
            now=services.clock(),
            expected_version=known_version(form),
        )

    return await _decide(request, refund_id, decide)


@post("/admin/approvals/{refund_id:uuid}/refuse", guards=[_DECIDES], status_code=303)
async def refuse(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Refuse, in words the customer reads."""

    async def decide(known: UUID, form: SentForm) -> None:
        reason = form.text("reason")
        if not reason:
            raise refuse_field("reason_missing", mark("Say why: the customer reads it."), "/reason")
        await refuse_refund(
            known,
            reason=reason,
            actor=caller_on(request).actor,
            now=services_of(request).clock(),
            expected_version=known_version(form),
        )

    return await _decide(request, refund_id, decide)


@post("/admin/approvals/{refund_id:uuid}/hold", guards=[_DECIDES], status_code=303)
async def hold(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Put a proposal on hold, in words that staff alone reads."""

    async def decide(known: UUID, form: SentForm) -> None:
        reason = form.text("hold_reason")
        if not reason:
            says = mark("Say why: colleagues read it, the customer does not.")
            raise refuse_field("reason_missing", says, "/hold_reason")
        await hold_refund(
            known,
            reason=reason,
            actor=caller_on(request).actor,
            now=services_of(request).clock(),
            expected_version=known_version(form),
        )

    return await _decide(request, refund_id, decide)


@post("/admin/approvals/{refund_id:uuid}/release", guards=[_DECIDES], status_code=303)
async def release(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Let a proposal on hold go on."""

    async def decide(known: UUID, form: SentForm) -> None:
        await release_refund(
            known,
            actor=caller_on(request).actor,
            now=services_of(request).clock(),
            expected_version=known_version(form),
        )

    return await _decide(request, refund_id, decide)


@post("/admin/approvals/{refund_id:uuid}/record", guards=[_DECIDES], status_code=303)
async def record(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Record where an external payment was paid back."""

    async def decide(known: UUID, form: SentForm) -> None:
        reference = form.text("external_reference")
        if not reference:
            says = mark("Type the reference of the payment that was made.")
            raise refuse_field("reference_missing", says, "/external_reference")
        await record_refund(
            known,
            external_reference=reference,
            policy=services_of(request).policy,
            actor=caller_on(request).actor,
            now=services_of(request).clock(),
            expected_version=known_version(form),
        )

    return await _decide(request, refund_id, decide)


@post("/admin/approvals/{refund_id:uuid}/retry", guards=[_DECIDES], status_code=303)
async def retry(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Try a failed refund once more."""

    async def decide(known: UUID, form: SentForm) -> None:
        await retry_refund(
            known,
            actor=caller_on(request).actor,
            now=services_of(request).clock(),
            expected_version=known_version(form),
        )

    return await _decide(request, refund_id, decide)


@post("/admin/approvals/{refund_id:uuid}/pay-otherwise", guards=[_DECIDES], status_code=303)
async def otherwise(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Take a failed refund from its provider, to be paid in another way."""

    async def decide(known: UUID, form: SentForm) -> None:
        reason = form.text("otherwise")
        if not reason:
            says = mark("Say why, and how it is to be paid: your colleagues read it.")
            raise refuse_field("reason_missing", says, "/otherwise")
        await pay_otherwise(
            known,
            reason=reason,
            actor=caller_on(request).actor,
            now=services_of(request).clock(),
            expected_version=known_version(form),
        )

    return await _decide(request, refund_id, decide)


async def _decide(
    request: AnyRequest, refund_id: UUID, decide: Callable[[UUID, SentForm], Awaitable[None]]
) -> Response[Any]:
    """Make a decision and show the case again: decided, or with what stood in the way."""
    form = await sent_form(request)
    try:
        await decide(refund_id, form)
    except NotFound:
        raise
    except (Refusal, TransitionNotAllowed) as error:
        return await _show(request, refund_id, form=form, error=error)
    except asyncpg.CheckViolationError as error:
        refusal = guard_refusal(error)
        if refusal is None:
            raise
        log_guard(error, trace_id_of(request.scope))
        return await _show(request, refund_id, form=form, error=refusal)
    return Redirect(f"/admin/approvals/{refund_id}", status_code=303)


async def _show(
    request: AnyRequest,
    refund_id: UUID,
    *,
    form: SentForm | None = None,
    error: Refusal | TransitionNotAllowed | None = None,
) -> Response[str]:
    person = caller_on(request).actor.person
    policy = services_of(request).policy
    shown = await read_refund_case(refund_id, person=person, policy=policy)
    refund = shown.refund
    typed = dict(form.typed()) if form else {}
    first = shown.first["amount"] if shown.first else refund["maximum"]
    typed.setdefault("amount", decimal_text(first, refund["currency"]))
    not_theirs = isinstance(error, SamePerson) and not shown.approving.approved_first
    return staff_page(
        request,
        "approval.html",
        status=status_of(error) if error else 200,
        shown=shown,
        refund=refund,
        too_late=_too_late(refund, services_of(request).clock()),
        line_titles={line["line_id"]: line["title"] for line in shown.case["lines"]},
        near=await neighbours(refund_id),
        clauses=policy.clauses.values(),
        typed=typed,
        says=str(error) if error else "",
        same_person=shown.mine or shown.barred or not_theirs,
        faults=faults_of(error),
    )


def _too_late(refund: Mapping[str, Any], now: datetime) -> bool:
    """Say whether the provider takes nothing back of the payment any more."""
    until = refund["refundable_until"]
    return too_late_for_provider(
        provider=refund["provider"],
        refundable_until=None if until is None else datetime.fromisoformat(until),
        now=now,
    )
