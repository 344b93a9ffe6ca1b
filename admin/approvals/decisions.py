"""What finance decides on one refund: each answer leads back to the case."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
from litestar import Response, post
from litestar.params import FromPath

from admin.approvals.amounts import read_amount
from admin.approvals.page import order_asked, show_case
from admin.approvals.queue import QueueOrder
from admin.forms import SentForm, known_version, sent_form
from admin.sent_draft import back_to
from admin.signed_in import AnyRequest, caller_on, staff_with
from returns_engine.queries.refunds import read_refund
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.words import Scope
from returns_engine.texts.catalogue import DEFAULT_LOCALE
from returns_engine.texts.localized import texts_in
from returns_engine.texts.words import mark
from returns_engine.web.problems import log_guard
from returns_engine.web.trace import trace_id_of
from returns_engine.web.who import services_of
from returns_engine.workflow.approve_refund import approve_refund
from returns_engine.workflow.guard_refusals import guard_refusal
from returns_engine.workflow.hold_refund import hold_refund, release_refund
from returns_engine.workflow.note_payout_back import note_payout_back
from returns_engine.workflow.pay_otherwise import pay_otherwise
from returns_engine.workflow.record_refund import record_refund
from returns_engine.workflow.refusals import NotFound, Refusal, refuse_field
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.retry_refund import retry_refund
from returns_engine.workflow.send_to_bench import send_to_bench

_DECIDES = staff_with(Scope.REFUNDS_APPROVE)


@post("/admin/approvals/{refund_id:uuid}/approve", guards=[_DECIDES], status_code=303)
async def approve(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Approve what is typed; less than proposed needs a note and a clause."""

    async def decide(known: UUID, form: SentForm) -> None:
        refund = await read_refund(known)
        if refund is None:
            raise NotFound("refund")
        amount = read_amount(form.text("amount"), refund["currency"])
        if refund["state"] == "proposed" and amount > refund["maximum"]:
            most = texts_in(DEFAULT_LOCALE).money(refund["maximum"], refund["currency"])
            says = f"At most {most} can go back to this payment."
            raise refuse_field("exceeds_refundable", says, "/amount")
        await approve_refund(
            known,
            amount=amount,
            note=form.text("note") or None,
            clause=form.text("clause") or None,
            external_reference=form.text("external_reference") or None,
            for_several=bool(form.text("for_several")),
            policy=services_of(request).policy,
            **_by(request, form),
        )

    return await _decide(request, refund_id, decide)


@post("/admin/approvals/{refund_id:uuid}/refuse", guards=[_DECIDES], status_code=303)
async def refuse(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Refuse, in words the customer reads."""
    says = mark("Say why: the customer reads it.")
    return await _decide(
        request,
        refund_id,
        lambda known, form: refuse_refund(
            known, reason=_said(form, "reason", says), **_by(request, form)
        ),
    )


@post("/admin/approvals/{refund_id:uuid}/hold", guards=[_DECIDES], status_code=303)
async def hold(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Put a proposal on hold, in words that staff alone reads."""
    says = mark("Say why: colleagues read it, the customer does not.")
    return await _decide(
        request,
        refund_id,
        lambda known, form: hold_refund(
            known,
            reason=_said(form, "hold_reason", says),
            until_dispute_ends=bool(form.text("until_dispute_ends")),
            **_by(request, form),
        ),
    )


@post("/admin/approvals/{refund_id:uuid}/release", guards=[_DECIDES], status_code=303)
async def release(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Let a proposal on hold go on, or send what was kept since a dispute was lost."""
    return await _decide(
        request, refund_id, lambda known, form: release_refund(known, **_by(request, form))
    )


@post("/admin/approvals/{refund_id:uuid}/back-to-bench", guards=[_DECIDES], status_code=303)
async def back_to_bench(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Have the units of a proposal inspected again, for a reason that staff alone reads."""
    says = mark("Say what to look at: whoever inspects it again reads it.")
    return await _decide(
        request,
        refund_id,
        lambda known, form: send_to_bench(
            known, reason=_said(form, "bench_reason", says), **_by(request, form)
        ),
    )


@post("/admin/approvals/{refund_id:uuid}/record", guards=[_DECIDES], status_code=303)
async def record(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Record where an external payment was paid back."""
    says = mark("Type the reference of the payment that was made.")
    return await _decide(
        request,
        refund_id,
        lambda known, form: record_refund(
            known,
            external_reference=_said(form, "external_reference", says, code="reference_missing"),
            for_several=bool(form.text("for_several")),
            policy=services_of(request).policy,
            **_by(request, form),
        ),
    )


@post("/admin/approvals/{refund_id:uuid}/came-back", guards=[_DECIDES], status_code=303)
async def came_back(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Say that what was paid by hand came back."""
    says = mark("Say what became of it: your colleagues read it.")
    return await _decide(
        request,
        refund_id,
        lambda known, form: note_payout_back(
            known,
            reason=_said(form, "came_back", says),
            policy=services_of(request).policy,
            **_by(request, form),
        ),
    )


@post("/admin/approvals/{refund_id:uuid}/retry", guards=[_DECIDES], status_code=303)
async def retry(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Try a failed refund once more."""
    return await _decide(
        request, refund_id, lambda known, form: retry_refund(known, **_by(request, form))
    )


@post("/admin/approvals/{refund_id:uuid}/pay-otherwise", guards=[_DECIDES], status_code=303)
async def otherwise(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Take a failed refund from its provider, to be paid in another way."""
    says = mark("Say why, and how it is to be paid: your colleagues read it.")
    return await _decide(
        request,
        refund_id,
        lambda known, form: pay_otherwise(
            known, reason=_said(form, "otherwise", says), **_by(request, form)
        ),
    )


def _said(form: SentForm, field: str, says: str, *, code: str = "reason_missing") -> str:
    """Return what a field says; raises a refusal that names it where it is empty."""
    text = form.text(field)
    if not text:
        raise refuse_field(code, says, f"/{field}")
    return text


def _by(request: AnyRequest, form: SentForm) -> dict[str, Any]:
    return {
        "actor": caller_on(request).actor,
        "now": services_of(request).clock(),
        "expected_version": known_version(form),
    }


async def _decide(
    request: AnyRequest, refund_id: UUID, decide: Callable[[UUID, SentForm], Awaitable[None]]
) -> Response[Any]:
    """Make a decision and show the case again: decided, or with what stood in the way."""
    form = await sent_form(request)
    order = order_asked(form.text("sort"))
    try:
        await decide(refund_id, form)
    except NotFound:
        raise
    except (Refusal, TransitionNotAllowed) as error:
        return await show_case(request, refund_id, order=order, form=form, error=error)
    except asyncpg.CheckViolationError as error:
        refusal = guard_refusal(error)
        if refusal is None:
            raise
        log_guard(error, trace_id_of(request.scope))
        return await show_case(request, refund_id, order=order, form=form, error=refusal)
    kept = "" if order is QueueOrder.LONGEST else f"?sort={order}"
    return back_to(f"/admin/approvals/{refund_id}{kept}", form)
