"""Messages of a case: the log of mails, sending one again, and notes among colleagues."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from returns_engine.queries.messages import (
    found_message,
    list_messages,
    messages_for_customer,
    read_messages,
    read_messages_for_customer,
)
from returns_engine.rules.words import Scope
from returns_engine.web.answers import address_of, json_answer
from returns_engine.web.api.bodies import MessageBody, NoteBody, Nothing
from returns_engine.web.api.call import Call
from returns_engine.web.api.endpoint import does, reads
from returns_engine.web.api.for_blind_eyes import messages_without_words, reads_blind
from returns_engine.web.api.shapes.messages import Message, MessageList
from returns_engine.web.api.shapes.returns import Return
from returns_engine.web.api.visible import message_id_of, require_return, return_answer
from returns_engine.web.resend_limit import resend_counted
from returns_engine.web.who import Caller, customer_or, needs
from returns_engine.workflow.refusals import NotFound
from returns_engine.workflow.write_message import write_message
from returns_engine.workflow.write_note import write_note

MaybeLimit = Annotated[int | None, QueryParameter(ge=1, le=200)]
_COLLEAGUES = needs(
    Scope.RETURNS_WRITE,
    Scope.RETURNS_REVIEW,
    Scope.RECEIVING_WRITE,
    Scope.INSPECTIONS_WRITE,
    Scope.REFUNDS_APPROVE,
)


@does(
    "/returns/{number:str}/messages",
    customer_or(Scope.RETURNS_WRITE),
    takes=MessageBody,
    answers=Return,
)
async def write(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Write to the other side."""
    await require_return(number, call.caller)
    version = call.expected_version()
    body = await call.read(MessageBody)
    await write_message(
        number, message=body.message, actor=call.actor, now=call.now, expected_version=version
    )
    return await return_answer(number, call.caller)


@reads("/returns/{number:str}/messages", customer_or(Scope.RETURNS_READ), answers=MessageList)
async def get_messages(
    call: NamedDependency[Call],
    number: FromPath[str],
    *,
    limit: MaybeLimit = None,
    cursor: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Show the mails and messages of a return with what became of them, oldest first.

    All of them where no limit is given.
    """
    await require_return(number, call.caller)
    cursors = call.cursors("messages", number=number)
    page = await list_messages(number, limit=limit, cursor=cursors.read(cursor))
    shown = page.items
    if call.caller.is_customer:
        shown = messages_for_customer(shown)
    elif await reads_blind(number, call.caller):
        shown = messages_without_words(shown)
    return json_answer({"items": shown, "next_cursor": cursors.write(page.next_place)})


@does(
    "/returns/{number:str}/messages/{message_id:str}/resend",
    customer_or(Scope.RETURNS_WRITE),
    takes=Nothing,
    status=201,
    answers=Message,
    refuses=("too_many_requests", "still_waiting", "no_mail_address"),
    versioned=False,
)
async def resend(
    call: NamedDependency[Call], number: FromPath[str], message_id: FromPath[str]
) -> Response[bytes]:
    """Send the same letter again, to the address on file; answers with the new message."""
    await require_return(number, call.caller)
    known = message_id_of(message_id)
    call.refuse_version()
    await call.read(Nothing)
    again = await resend_counted(
        number, known, actor=call.actor, settings=call.services.settings, now=call.now
    )
    return await _message_answer(number, again, call.caller)


@does("/returns/{number:str}/notes", _COLLEAGUES, takes=NoteBody, answers=Return)
async def note(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Write a note that customers never see."""
    await require_return(number, call.caller)
    version = call.expected_version()
    body = await call.read(NoteBody)
    await write_note(
        number, note=body.note, actor=call.actor, now=call.now, expected_version=version
    )
    return await return_answer(number, call.caller)


async def _visible(number: str, caller: Caller) -> list[dict[str, Any]]:
    if caller.is_customer:
        return await read_messages_for_customer(number)
    return await read_messages(number)


async def _message_answer(number: str, message_id: UUID, caller: Caller) -> Response[bytes]:
    found = found_message(await _visible(number, caller), message_id)
    if found is None:
        raise NotFound("mail")
    return json_answer(found, made_at=address_of("returns", number, "messages"))


MESSAGES = [write, get_messages, resend, note]
