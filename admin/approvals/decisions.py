"""What finance decides on one refund: each answer leads back to the case."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
from litestar import Response, post
from litestar.params import FromPath

from admin.approvals.amounts import read_amount
from admin.approvals.page import show_case
from admin.forms import SentForm, known_version, sent_form
from admin.sent_draft import back_to
from admin.signed_in import AnyRequest, caller_on, staff_with
from returns_engine.queries.refunds import read_refund
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.money.money import decimal_text
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.problems import log_guard
from returns_engine.web.trace import trace_id_of
from returns_engine.web.who import services_of
from returns_engine.workflow.approve_refund import approve_refund
from returns_engine.workflow.guard_refusals import guard_refusal
from returns_engine.workflow.hold_refund import hold_refund, release_refund
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


@post("/admin/approvals/{refund_id:uuid}/back-to-bench", guards=[_DECIDES], status_code=303)
async def back_to_bench(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Have the units of a proposal inspected again, for a reason that staff alone reads."""

    async def decide(known: UUID, form: SentForm) -> None:
        reason = form.text("bench_reason")
        if not reason:
            says = mark("Say what to look at: whoever inspects it again reads it.")
            raise refuse_field("reason_missing", says, "/bench_reason")
        await send_to_bench(
            known,
            reason=reason,
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
        return await show_case(request, refund_id, form=form, error=error)
    except asyncpg.CheckViolationError as error:
        refusal = guard_refusal(error)
        if refusal is None:
            raise
        log_guard(error, trace_id_of(request.scope))
        return await show_case(request, refund_id, form=form, error=refusal)
    return back_to(f"/admin/approvals/{refund_id}", form)
