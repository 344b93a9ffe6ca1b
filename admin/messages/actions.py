"""What is done about messages: notes, mails sent again, and mail that fits no case."""

from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from admin.forms import SentForm, sent_form
from admin.messages.case_called import NO_SUCH_CASE, case_called
from admin.messages.page import asked_in, show_messages
from admin.returns.page import show_return
from admin.sent_draft import back_to
from admin.signed_in import AnyRequest, caller_on, staff_with
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.who import services_of
from returns_engine.workflow.attach_mail import attach_mail
from returns_engine.workflow.refusals import NotFound, Refusal, refuse_field
from returns_engine.workflow.resend_message import resend_message
from returns_engine.workflow.settle_messages import set_mail_aside, settle_messages
from returns_engine.workflow.write_note import write_note

# Every role that reads a case works on it, and may leave a note for the others.
_NOTES, _WRITES = staff_with(Scope.RETURNS_READ), staff_with(Scope.RETURNS_WRITE)


@post("/admin/returns/{number:str}/notes", guards=[_NOTES], status_code=303)
async def note(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Leave a note for colleagues; never refused because somebody else wrote meanwhile."""
    form = await sent_form(request)

    async def act() -> None:
        words = form.text("note")
        if not words:
            raise refuse_field("missing", mark("Write the note first."), "/note")
        await write_note(number, note=words, **_by(request))

    return await _on_the_case(request, number, form, act())


@post("/admin/returns/{number:str}/messages/settle", guards=[_WRITES], status_code=303)
async def settle(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Say that nothing more is to be done about this case's messages."""
    form = await sent_form(request)
    return await _on_the_case(request, number, form, settle_messages(number, **_by(request)))


@post(
    "/admin/returns/{number:str}/messages/{message_id:uuid}/resend",
    guards=[_WRITES],
    status_code=303,
)
async def resend(
    request: AnyRequest, number: FromPath[str], message_id: FromPath[UUID]
) -> Response[Any]:
    """Send a mail again."""
    form = await sent_form(request)

    async def act() -> None:
        await resend_message(number, message_id, **_by(request))

    return await _on_the_case(request, number, form, act())


@post("/admin/messages/{mail_id:uuid}/attach", guards=[_WRITES], status_code=303)
async def attach(request: AnyRequest, mail_id: FromPath[UUID]) -> Response[Any]:
    """Put a mail to the case that is typed, by its own number or its order's."""
    form = await sent_form(request)
    asked, typed = asked_in(form.typed()), form.text("number")
    try:
        number = await case_called(typed)
        await attach_mail(mail_id, number, **_by(request))
    except NotFound:
        error = refuse_field("not_found", NO_SUCH_CASE, "/number")
        return await show_messages(request, asked, about=str(mail_id), typed=typed, error=error)
    except Refusal as error:
        return await show_messages(request, asked, about=str(mail_id), typed=typed, error=error)
    return Redirect(f"/admin/returns/{number}#messages", status_code=303)


@post("/admin/messages/{mail_id:uuid}/set-aside", guards=[_WRITES], status_code=303)
async def set_aside(request: AnyRequest, mail_id: FromPath[UUID]) -> Response[Any]:
    """Put a mail away that is about nothing of ours."""
    asked = asked_in((await sent_form(request)).typed())
    try:
        await set_mail_aside(mail_id, **_by(request))
    except Refusal as error:
        return await show_messages(request, asked, error=error)
    return Redirect(asked.frame().here, status_code=303)


def _by(request: AnyRequest) -> dict[str, Any]:
    return {"actor": caller_on(request).actor, "now": services_of(request).clock()}


async def _on_the_case(
    request: AnyRequest, number: str, form: SentForm, act: Awaitable[object]
) -> Response[Any]:
    """Do it and show the case: changed, or with what stood in the way."""
    try:
        await act
    except NotFound:
        raise
    except Refusal as error:
        return await show_return(request, number, form=form, error=error)
    return back_to(f"/admin/returns/{number}#messages", form)
