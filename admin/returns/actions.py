"""What support can do to a return from its page."""

from collections.abc import Awaitable
from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from admin.forms import SentForm, known_version, sent_form, whole_number
from admin.returns.page import show_return
from admin.sent_draft import back_to
from admin.signed_in import AnyRequest, caller_on, staff_with
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.rma_number import normalize_rma_number
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.who import services_of
from returns_engine.workflow.ask_carrier import ask_carrier
from returns_engine.workflow.refusals import NotFound, Refusal, refuse_field
from returns_engine.workflow.review_return import (
    approve_return,
    decline_return,
    override_rule,
    request_info,
)
from returns_engine.workflow.send_back import SentUnits, send_back
from returns_engine.workflow.void_label import void_label
from returns_engine.workflow.write_message import write_message

_REVIEWS, _WRITES = staff_with(Scope.RETURNS_REVIEW), staff_with(Scope.RETURNS_WRITE)
_RECEIVES = staff_with(Scope.RECEIVING_WRITE)


@post("/admin/returns/{number:str}/approve", guards=[_REVIEWS], status_code=303)
async def approve(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Approve a return that waits for review."""
    form = await sent_form(request)
    policy = services_of(request).policy
    act = approve_return(_known(number), policy=policy, **_by(request, form))
    return await _done(request, number, form, act)


@post("/admin/returns/{number:str}/decline", guards=[_REVIEWS], status_code=303)
async def decline(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Decline a return, in words the customer reads."""
    form = await sent_form(request)

    async def act() -> None:
        reason = _needed(form, "reason")
        await decline_return(_known(number), reason=reason, **_by(request, form))

    return await _done(request, number, form, act())


@post("/admin/returns/{number:str}/request-info", guards=[_REVIEWS], status_code=303)
async def ask(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Ask the customer something before deciding."""
    form = await sent_form(request)

    async def act() -> None:
        question = _needed(form, "question")
        await request_info(_known(number), message=question, **_by(request, form))

    return await _done(request, number, form, act())


@post("/admin/returns/{number:str}/override", guards=[_REVIEWS], status_code=303)
async def override(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Set a rule aside for one line, with a reason."""
    form = await sent_form(request)

    async def act() -> None:
        line_id, _, rule = _needed(form, "rule").rpartition("/")
        await override_rule(
            _known(number),
            line_id=line_id,
            rule=rule,
            reason=_needed(form, "override_reason"),
            **_by(request, form),
        )

    return await _done(request, number, form, act())


@post("/admin/returns/{number:str}/send-back", guards=[_RECEIVES], status_code=303)
async def send_home(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Record that rejected units left for the customer, whose goods they are."""
    form = await sent_form(request)

    async def act() -> None:
        lines = [
            SentUnits(line_id=name.removeprefix("units."), quantity=units)
            for name in form.fields
            if name.startswith("units.") and (units := whole_number(form.text(name)))
        ]
        if not lines:
            raise refuse_field("missing", mark("Say how many leave."), "/units")
        await send_back(
            _known(number),
            lines=lines,
            carrier=_needed(form, "carrier"),
            tracking_number=_needed(form, "tracking_number"),
            **_by(request, form),
        )

    return await _done(request, number, form, act())


@post("/admin/returns/{number:str}/carrier-inquiry", guards=[_REVIEWS], status_code=303)
async def inquire(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Note that the carrier was asked, in words the customer reads."""
    form = await sent_form(request)

    async def act() -> None:
        note = _needed(form, "carrier_note")
        await ask_carrier(_known(number), note=note, **_by(request, form))

    return await _done(request, number, form, act())


@post("/admin/returns/{number:str}/void-label", guards=[_REVIEWS], status_code=303)
async def void(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Make the label void and let another be made, for a reason that colleagues read."""
    form = await sent_form(request)

    async def act() -> None:
        reason = _needed(form, "void_reason")
        await void_label(_known(number), reason=reason, **_by(request, form))

    return await _done(request, number, form, act())


@post("/admin/returns/{number:str}/messages", guards=[_WRITES], status_code=303)
async def write(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Write to the customer."""
    form = await sent_form(request)

    async def act() -> None:
        message = _needed(form, "message")
        await write_message(_known(number), message=message, **_by(request, form))

    return await _done(request, number, form, act())


def _known(number: str) -> str:
    known = normalize_rma_number(number)
    if known is None:
        raise NotFound("return")
    return known


def _needed(form: SentForm, name: str) -> str:
    text = form.text(name)
    if not text:
        raise refuse_field("missing", mark("This field needs a few words."), f"/{name}")
    return text


def _by(request: AnyRequest, form: SentForm) -> dict[str, Any]:
    return {
        "actor": caller_on(request).actor,
        "now": services_of(request).clock(),
        "expected_version": known_version(form),
    }


async def _done(
    request: AnyRequest, number: str, form: SentForm, act: Awaitable[None]
) -> Response[Any]:
    """Do it and show the case: changed, or with what stood in the way."""
    try:
        await act
    except NotFound:
        raise
    except (Refusal, TransitionNotAllowed) as error:
        return await show_return(request, number, form=form, error=error)
    return back_to(f"/admin/returns/{_known(number)}", form)
