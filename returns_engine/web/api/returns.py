"""Returns: asked for, listed, shown."""

from typing import Annotated, Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from returns_engine.documents.request import RequestDocument
from returns_engine.queries.certificates import read_certificate_pdf, why_no_certificate
from returns_engine.queries.label import read_label_pdf
from returns_engine.queries.return_list import list_returns
from returns_engine.queries.timeline import list_events
from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.words import Scope
from returns_engine.web.answers import json_answer, pdf_answer
from returns_engine.web.api.call import Call
from returns_engine.web.api.description.problem_codes import REFUSALS
from returns_engine.web.api.endpoint import PDF, does, reads
from returns_engine.web.api.for_blind_eyes import events_without_words, reads_blind
from returns_engine.web.api.for_customers import events_for_customer
from returns_engine.web.api.shapes.returns import EventList, Return, ReturnList
from returns_engine.web.api.visible import require_return, return_answer
from returns_engine.web.problems import problem
from returns_engine.web.who import customer_or
from returns_engine.workflow.refusals import Conflict, NotFound
from returns_engine.workflow.request_return import Declined, request_return

# Litestar keeps the name `state` for itself.
State = Annotated[Headline | None, QueryParameter(name="state")]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
MaybeLimit = Annotated[int | None, QueryParameter(ge=1, le=200)]
Search = Annotated[str | None, QueryParameter(max_length=200)]
_LIST = "returns"


@does(
    "/returns",
    customer_or(Scope.RETURNS_WRITE),
    takes=RequestDocument,
    status=201,
    answers=Return,
    refuses=(
        "not_found",
        "transition_not_allowed",
        "request_not_judged",
        "resolution_not_offered",
        "nothing_to_set_aside",
        "unknown_line",
        "unknown_photo",
        "too_many_photos",
        "shipped_meanwhile",
        *REFUSALS,
    ),
    versioned=False,
)
async def post_return(call: NamedDependency[Call]) -> Response[bytes]:
    """Ask for a return: opened, or refused with the decision that says why."""
    call.refuse_version()
    document = await call.read(RequestDocument)
    if document.override is not None:
        call.caller.require(Scope.RETURNS_REVIEW)
    outcome = await request_return(
        document, actor=call.actor, policy=call.services.policy, now=call.now
    )
    if isinstance(outcome, Declined):
        # Answered, not raised: the decision and its facts stay on record.
        return _declined(call.request, outcome)
    return await return_answer(outcome.number, call.caller, made=True)


def _declined(request: Request[Any, Any, Any], declined: Declined) -> Response[bytes]:
    return problem(
        request,
        status=422,
        code=declined.code,
        detail=declined.says,
        more={"decision": declined.decision, "decision_id": str(declined.decision_id)},
    )


@reads("/returns", customer_or(Scope.RETURNS_READ), answers=ReturnList, refuses=("not_found",))
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
    if order_number is not None and not call.caller.sees_order(order_number):
        raise NotFound("order")
    orders = call.actor.order or order_number
    cursors = call.cursors(_LIST, state=in_state, order_number=orders, q=q)
    page = await list_returns(
        state=None if in_state is None else str(in_state),
        order_number=orders,
        q=q,
        limit=limit,
        cursor=cursors.read(cursor),
        for_staff=not call.caller.is_customer,
        written=True,
    )
    return json_answer({"items": page.items, "next_cursor": cursors.write(page.next_place)})


@reads("/returns/{number:str}", customer_or(Scope.RETURNS_READ), answers=Return)
async def get_return(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Show a return."""
    await require_return(number, call.caller)
    return await return_answer(number, call.caller)


@reads("/returns/{number:str}/events", customer_or(Scope.RETURNS_READ), answers=EventList)
async def get_events(
    call: NamedDependency[Call],
    number: FromPath[str],
    *,
    limit: MaybeLimit = None,
    cursor: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Show what happened to a return, oldest first; all of it where no limit is given."""
    await require_return(number, call.caller)
    cursors = call.cursors("events", number=number)
    page = await list_events(number, limit=limit, cursor=cursors.read(cursor))
    shown = page.items
    if call.caller.is_customer:
        shown = events_for_customer(shown)
    elif await reads_blind(number, call.caller):
        shown = events_without_words(shown)
    return json_answer({"items": shown, "next_cursor": cursors.write(page.next_place)})


@reads(
    "/returns/{number:str}/label.pdf",
    customer_or(Scope.RETURNS_READ),
    answers=PDF,
    refuses=("label_not_ready",),
)
async def get_label(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Give out the label with its instructions."""
    await require_return(number, call.caller)
    pdf = await read_label_pdf(number)
    if pdf is None:
        raise Conflict("label_not_ready", "This return has no label yet.")
    return pdf_answer(pdf, f"{number}.pdf")


@reads(
    "/returns/{number:str}/certificate.pdf",
    customer_or(Scope.RETURNS_READ),
    answers=PDF,
    refuses=("certificate_not_ready",),
)
async def get_certificate(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Give out the certificate of the refunds that were sent."""
    await require_return(number, call.caller)
    pdf = await read_certificate_pdf(number)
    if pdf is None:
        raise Conflict("certificate_not_ready", await why_no_certificate(number))
    return pdf_answer(pdf, f"{number}-refund.pdf")


RETURNS = [post_return, get_returns, get_return, get_events, get_label, get_certificate]
