"""What the warehouse does with a parcel in quarantine, from its page."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from admin.forms import SentForm, known_version, sent_form
from admin.parcels.page import show_parcel
from admin.signed_in import AnyRequest, caller_on, staff_with
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.rma_number import normalize_rma_number
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.who import services_of
from returns_engine.workflow.ask_for_return import ask_for_return
from returns_engine.workflow.match_parcel import match_parcel, release_parcel
from returns_engine.workflow.refusals import NotFound, Refusal, refuse_field
from returns_engine.workflow.send_parcel_back import send_parcel_back

_RECEIVES = staff_with(Scope.RECEIVING_WRITE)
LONGEST_CARRIER, LONGEST_CODE, LONGEST_ORDER = 64, 128, 100


@post("/admin/parcels/{parcel_id:uuid}/match", guards=[_RECEIVES], status_code=303)
async def match(request: AnyRequest, parcel_id: FromPath[UUID]) -> Response[Any]:
    """Match it to a return; the bench counts it in next."""
    form = await sent_form(request)

    async def act() -> str:
        number = _return_number(form)
        try:
            await match_parcel(parcel_id, return_number=number, **_by(request, form))
        except NotFound:
            raise _no_such_return() from None
        return f"/admin/parcels/{parcel_id}"

    return await _done(request, parcel_id, form, act)


@post("/admin/parcels/{parcel_id:uuid}/release", guards=[_RECEIVES], status_code=303)
async def release(request: AnyRequest, parcel_id: FromPath[UUID]) -> Response[Any]:
    """Take a wrong match back."""
    form = await sent_form(request)

    async def act() -> str:
        await release_parcel(parcel_id, **_by(request, form))
        return f"/admin/parcels/{parcel_id}"

    return await _done(request, parcel_id, form, act)


@post("/admin/parcels/{parcel_id:uuid}/ask", guards=[_RECEIVES], status_code=303)
async def ask(request: AnyRequest, parcel_id: FromPath[UUID]) -> Response[Any]:
    """Ask the customer of an order to request a return."""
    form = await sent_form(request)

    async def act() -> str:
        order = _short(form, "order_number", LONGEST_ORDER)
        try:
            await ask_for_return(parcel_id, order_number=order, **_by(request, form))
        except NotFound:
            raise _no_such_order("/order_number") from None
        return f"/admin/parcels/{parcel_id}"

    return await _done(request, parcel_id, form, act)


@post("/admin/parcels/{parcel_id:uuid}/send-back", guards=[_RECEIVES], status_code=303)
async def send_back(request: AnyRequest, parcel_id: FromPath[UUID]) -> Response[Any]:
    """Record that it was sent back."""
    form = await sent_form(request)

    async def act() -> str:
        carrier = _short(form, "carrier", LONGEST_CARRIER)
        code = _short(form, "tracking_number", LONGEST_CODE)
        whose = form.text("whose") or None
        try:
            await send_parcel_back(
                parcel_id,
                carrier=carrier,
                tracking_number=code,
                order_number=whose,
                **_by(request, form),
            )
        except NotFound:
            raise _no_such_order("/whose") from None
        return f"/admin/parcels/{parcel_id}"

    return await _done(request, parcel_id, form, act)


async def _done(
    request: AnyRequest, parcel_id: UUID, form: SentForm, act: Callable[[], Awaitable[str]]
) -> Response[Any]:
    try:
        where = await act()
    except (Refusal, TransitionNotAllowed) as error:
        return await show_parcel(request, parcel_id, typed=form.typed(), error=error)
    return Redirect(where, status_code=303)


def _by(request: AnyRequest, form: SentForm) -> dict[str, Any]:
    return {
        "actor": caller_on(request).actor,
        "now": services_of(request).clock(),
        "expected_version": known_version(form),
    }


def _return_number(form: SentForm) -> str:
    number = normalize_rma_number(form.text("return_number"))
    if number is None:
        raise _no_such_return()
    return number


def _no_such_return() -> Refusal:
    says = mark("There is no return with this number; it looks like RMA-7K3M9QXC.")
    return refuse_field("unknown_return", says, "/return_number")


def _no_such_order(pointer: str) -> Refusal:
    return refuse_field("unknown_order", mark("There is no order with this number."), pointer)


def _short(form: SentForm, name: str, longest: int) -> str:
    text = form.text(name)
    if not text:
        raise refuse_field("missing_field", mark("Please fill this in."), f"/{name}")
    if len(text) > longest:
        raise refuse_field("too_long", mark("This is too long."), f"/{name}")
    return text
