"""Choices: put to a customer by the staff, chosen by the customer, carried out by the staff."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from returns_engine.queries.choice_view import list_choices, order_of_choice, read_choice
from returns_engine.rules.choice import StockNews
from returns_engine.rules.lifecycle.choice_states import ChoiceState
from returns_engine.rules.words import Scope
from returns_engine.tables.orders import Order
from returns_engine.web.answers import address_of, json_answer, resource
from returns_engine.web.api.bodies import ReasonBody
from returns_engine.web.api.call import Call
from returns_engine.web.api.choice_bodies import ChooseBody, DoneBody, OfferBody
from returns_engine.web.api.description.problem_codes import REFUSALS
from returns_engine.web.api.endpoint import does, reads
from returns_engine.web.api.shapes.replacements import Choice, ChoiceList
from returns_engine.web.api.visible import refuse_bad_units
from returns_engine.web.who import customer_or, customers_only, needs
from returns_engine.workflow.choose_option import choose_option
from returns_engine.workflow.handle_choice import carry_out_choice, withdraw_choice
from returns_engine.workflow.offer_choice import Offer, offer_choice
from returns_engine.workflow.refusals import NotFound

# Litestar keeps the name `state` for itself.
State = Annotated[ChoiceState | None, QueryParameter(name="state")]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
_REVIEW = needs(Scope.RETURNS_REVIEW)
_READ = customer_or(Scope.RETURNS_READ)
_LIST = "choices"


@does(
    "/orders/{order_number:str}/choices",
    _REVIEW,
    takes=OfferBody,
    status=201,
    answers=Choice,
    refuses=(
        "request_not_judged",
        "no_lines",
        "quantity_below_1",
        "too_many_units",
        "in_the_past",
        "restock_reversed",
        "not_for_this_kind",
        "line_named_twice",
        "choice_open",
        *REFUSALS,
    ),
    versioned=False,
)
async def offer(call: NamedDependency[Call], order_number: FromPath[str]) -> Response[bytes]:
    """Put a choice to the customer of an order; its link goes out by mail at once."""
    if not await Order.exists().where(Order.number == order_number):
        raise NotFound("order")
    call.refuse_version()
    body = await call.read(OfferBody)
    refuse_bad_units(body.lines)
    choice_id = await offer_choice(
        order_number,
        Offer(
            kind=body.kind,
            units=[(line.line_id, line.quantity) for line in body.lines],
            news=StockNews(restock_on=body.restock_on, restock_until=body.restock_until),
            swap_skus=body.swap_skus,
        ),
        actor=call.actor,
        policy=call.services.policy,
        now=call.now,
    )
    return await _answer(choice_id, made=True)


@reads("/choices", _READ, answers=ChoiceList, refuses=("not_found",))
async def get_choices(
    call: NamedDependency[Call],
    *,
    in_state: State = None,
    order_number: FromQuery[str | None] = None,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Response[bytes]:
    """List choices, newest first; a customer's own alone."""
    if order_number is not None and not call.caller.sees_order(order_number):
        raise NotFound("order")
    orders = call.actor.order or order_number
    cursors = call.cursors(_LIST, state=in_state, order_number=orders)
    page = await list_choices(
        state=None if in_state is None else str(in_state),
        order_number=orders,
        limit=limit,
        cursor=cursors.read(cursor),
    )
    return json_answer({"items": page.items, "next_cursor": cursors.write(page.next_place)})


@reads("/choices/{choice_id:str}", _READ, answers=Choice)
async def get_choice(call: NamedDependency[Call], choice_id: FromPath[str]) -> Response[bytes]:
    """Show a choice."""
    return await _answer(await _visible(choice_id, call))


@does(
    "/choices/{choice_id:str}/choose",
    customers_only(),
    takes=ChooseBody,
    answers=Choice,
    refuses=(
        "transition_not_allowed",
        "request_not_judged",
        "shipped_meanwhile",
        "choice_overtaken",
        "option_not_offered",
        "unknown_sku",
    ),
)
async def choose(call: NamedDependency[Call], choice_id: FromPath[str]) -> Response[bytes]:
    """Choose, once; what was chosen is done in the same transaction."""
    known = await _visible(choice_id, call)
    version = call.expected_version()
    body = await call.read(ChooseBody)
    await choose_option(
        known,
        option=body.option,
        sku=body.sku,
        actor=call.actor,
        policy=call.services.policy,
        now=call.now,
        expected_version=version,
    )
    return await _answer(known)


@does(
    "/choices/{choice_id:str}/withdraw",
    _REVIEW,
    takes=ReasonBody,
    answers=Choice,
    refuses=("transition_not_allowed",),
)
async def withdraw(call: NamedDependency[Call], choice_id: FromPath[str]) -> Response[bytes]:
    """Take an open choice back, for a reason the customer reads."""
    known = await _visible(choice_id, call)
    version = call.expected_version()
    body = await call.read(ReasonBody)
    await withdraw_choice(
        known, reason=body.reason, actor=call.actor, now=call.now, expected_version=version
    )
    return await _answer(known)


@does(
    "/choices/{choice_id:str}/done",
    _REVIEW,
    takes=DoneBody,
    answers=Choice,
    refuses=("transition_not_allowed",),
)
async def done(call: NamedDependency[Call], choice_id: FromPath[str]) -> Response[bytes]:
    """Mark that a wait or a swap was carried out."""
    known = await _visible(choice_id, call)
    version = call.expected_version()
    body = await call.read(DoneBody)
    await carry_out_choice(
        known, reference=body.reference, actor=call.actor, now=call.now, expected_version=version
    )
    return await _answer(known)


async def _visible(text: str, call: Call) -> UUID:
    """Return the id; raises NotFound for a choice that is not there, or not the customer's."""
    try:
        choice_id = UUID(text)
    except ValueError:
        raise NotFound("choice") from None
    order_number = await order_of_choice(choice_id)
    if order_number is None or not call.caller.sees_order(order_number):
        raise NotFound("choice")
    return choice_id


async def _answer(choice_id: UUID, *, made: bool = False) -> Response[bytes]:
    found = await read_choice(choice_id)
    if found is None:
        raise NotFound("choice")
    return resource(found, made_at=address_of("choices", str(choice_id)) if made else None)


CHOICES = [offer, get_choices, get_choice, choose, withdraw, done]
