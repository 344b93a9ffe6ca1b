"""Returns: asked for, listed, shown."""

from typing import Annotated, Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from returns_engine.documents.request import RequestDocument
from returns_engine.queries.certificates import read_certificate_pdf
from returns_engine.queries.label import read_label_pdf
from returns_engine.queries.return_list import list_returns
from returns_engine.queries.timeline import read_events
from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.words import Scope
from returns_engine.web.answers import json_answer, pdf_answer
from returns_engine.web.api.call import Call
from returns_engine.web.api.cursors import read_cursor, write_cursor
from returns_engine.web.api.endpoint import does, reads
from returns_engine.web.api.for_customers import events_for_customer
from returns_engine.web.api.visible import require_return, return_answer, sees_order
from returns_engine.web.problems import NotAllowed, problem
from returns_engine.web.who import customer_or
from returns_engine.workflow.refusals import Conflict, NotFound
from returns_engine.workflow.request_return import Declined, request_return

# Litestar keeps the name `state` for itself.
State = Annotated[Headline | None, QueryParameter(name="state")]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
Search = Annotated[str | None, QueryParameter(max_length=200)]
_LIST = "returns"


@does("/returns", customer_or(Scope.RETURNS_WRITE), takes=RequestDocument, status=201)
async def post_return(call: NamedDependency[Call]) -> Response[bytes]:
    """Ask for a return: opened, or refused with the decision that says why."""
    document = await call.read(RequestDocument)
    if document.override is not None and Scope.RETURNS_REVIEW not in call.caller.scopes:
        raise NotAllowed("missing_scope", f"An override needs {Scope.RETURNS_REVIEW}.")
    outcome = await request_return(
        document, actor=call.actor, policy=call.services.policy, now=call.now
    )
    if isinstance(outcome, Declined):
        # Answered, not raised: the decision and its facts stay on record.
        return _declined(call.request, outcome)
    return await return_answer(outcome.number, status=201)


def _declined(request: Request[Any, Any, Any], declined: Declined) -> Response[bytes]:
    return problem(
        request,
        status=422,
        code=declined.code,
        detail=declined.says,
        more={"decision": declined.decision, "decision_id": str(declined.decision_id)},
    )


@reads("/returns", customer_or(Scope.RETURNS_READ))
async def get_returns(
    call: NamedDependency[Call],
    *,
    in_state: State = None,
    order_number: FromQuery[str | None] = None,
    q: Search = None,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Response[bytes]:
    """List returns, newest first; a customer's own alone."""
    call.refuse_unknown_filters("state", "order_number", "q", "limit", "cursor")
    if order_number is not None and not sees_order(call.caller, order_number):
        raise NotFound("order")
    key = call.services.settings.secret_key
    page = await list_returns(
        state=None if in_state is None else str(in_state),
        order_number=call.actor.order or order_number,
        q=q,
        limit=limit,
        cursor=read_cursor(cursor, of=_LIST, key=key),
    )
    next_cursor = write_cursor(page.next_place, of=_LIST, key=key)
    return json_answer({"items": page.items, "next_cursor": next_cursor})


@reads("/returns/{number:str}", customer_or(Scope.RETURNS_READ))
async def get_return(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Show a return."""
    await require_return(number, call.caller)
    return await return_answer(number)


@reads("/returns/{number:str}/events", customer_or(Scope.RETURNS_READ))
async def get_events(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Show what happened to a return, oldest first."""
    await require_return(number, call.caller)
    events = await read_events(number)
    shown = events_for_customer(events) if call.caller.is_customer else events
    return json_answer({"items": shown, "next_cursor": None})


@reads("/returns/{number:str}/label.pdf", customer_or(Scope.RETURNS_READ))
async def get_label(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Give out the label with its instructions."""
    await require_return(number, call.caller)
    pdf = await read_label_pdf(number)
    if pdf is None:
        raise Conflict("label_not_ready", "This return has no label yet.")
    return pdf_answer(pdf, f"{number}.pdf")


@reads("/returns/{number:str}/certificate.pdf", customer_or(Scope.RETURNS_READ))
async def get_certificate(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Give out the certificate of the refunds that were sent."""
    await require_return(number, call.caller)
    pdf = await read_certificate_pdf(number)
    if pdf is None:
        raise Conflict("certificate_not_ready", "No refund of this return was sent yet.")
    return pdf_answer(pdf, f"{number}-refund.pdf")


RETURNS = [post_return, get_returns, get_return, get_events, get_label, get_certificate]
