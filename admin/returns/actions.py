"""What support can do to a return from its page."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from admin.forms import sent_form, whole_number
from admin.overrides import overrides_in
from admin.returns.doing import by_whom, done, needed
from admin.returns.page import MAY_GIVE_UP
from admin.signed_in import AnyRequest, staff_with
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.who import services_of
from returns_engine.workflow.ask_carrier import ask_carrier
from returns_engine.workflow.close_outstanding import close_outstanding
from returns_engine.workflow.refusals import refuse_field
from returns_engine.workflow.renew_label import renew_label
from returns_engine.workflow.review_return import (
    approve_return,
    decline_return,
    request_info,
)
from returns_engine.workflow.send_back import SentUnits, send_back
from returns_engine.workflow.set_rules_aside import override_rules
from returns_engine.workflow.void_label import void_label
from returns_engine.workflow.write_message import write_message

_REVIEWS, _WRITES = staff_with(Scope.RETURNS_REVIEW), staff_with(Scope.RETURNS_WRITE)
_RECEIVES = staff_with(Scope.RECEIVING_WRITE)
_GIVES_UP = staff_with(*MAY_GIVE_UP)


@post("/admin/returns/{number:str}/approve", guards=[_REVIEWS], status_code=303)
async def approve(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Approve a return that waits for review."""
    form = await sent_form(request)
    policy = services_of(request).policy
    act = approve_return(number, policy=policy, **by_whom(request, form))
    return await done(request, number, form, act)


@post("/admin/returns/{number:str}/decline", guards=[_REVIEWS], status_code=303)
async def decline(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Decline a return, in words the customer reads."""
    form = await sent_form(request)

    async def act() -> None:
        reason = needed(form, "reason")
        await decline_return(number, reason=reason, **by_whom(request, form))

    return await done(request, number, form, act())


@post("/admin/returns/{number:str}/request-info", guards=[_REVIEWS], status_code=303)
async def ask(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Ask the customer something before deciding."""
    form = await sent_form(request)

    async def act() -> None:
        question = needed(form, "question")
        await request_info(number, message=question, **by_whom(request, form))

    return await done(request, number, form, act())


@post("/admin/returns/{number:str}/override", guards=[_REVIEWS], status_code=303)
async def override(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Set the rules aside that a reason was given for."""
    form = await sent_form(request)

    async def act() -> None:
        overrides = overrides_in(form, all_of_them=False)
        await override_rules(number, overrides=overrides, **by_whom(request, form))

    return await done(request, number, form, act())


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
            number,
            lines=lines,
            carrier=needed(form, "carrier"),
            tracking_number=needed(form, "tracking_number"),
            **by_whom(request, form),
        )

    return await done(request, number, form, act())


@post("/admin/returns/{number:str}/carrier-inquiry", guards=[_REVIEWS], status_code=303)
async def inquire(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Note that the carrier was asked, in words the customer reads."""
    form = await sent_form(request)

    async def act() -> None:
        note = needed(form, "carrier_note")
        await ask_carrier(number, note=note, **by_whom(request, form))

    return await done(request, number, form, act())


@post("/admin/returns/{number:str}/void-label", guards=[_REVIEWS], status_code=303)
async def void(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Make the label void and let another be made, for a reason that colleagues read."""
    form = await sent_form(request)

    async def act() -> None:
        reason = needed(form, "void_reason")
        await void_label(number, reason=reason, **by_whom(request, form))

    return await done(request, number, form, act())


@post("/admin/returns/{number:str}/renew-label", guards=[_WRITES], status_code=303)
async def renew(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Make a new label where the last one was not used in time."""
    form = await sent_form(request)

    async def act() -> None:
        await renew_label(number, **by_whom(request, form))

    return await done(request, number, form, act())


@post("/admin/returns/{number:str}/close-outstanding", guards=[_GIVES_UP], status_code=303)
async def give_up(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Give up what never came, for a reason that colleagues read."""
    form = await sent_form(request)

    async def act() -> None:
        reason = needed(form, "missing_reason")
        await close_outstanding(number, reason=reason, **by_whom(request, form))

    return await done(request, number, form, act())


@post("/admin/returns/{number:str}/messages", guards=[_WRITES], status_code=303)
async def write(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Write to the customer."""
    form = await sent_form(request)

    async def act() -> None:
        message = needed(form, "message")
        await write_message(number, message=message, **by_whom(request, form))

    return await done(request, number, form, act())
