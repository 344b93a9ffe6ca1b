"""What support does with a replacement from its page."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from admin.forms import SentForm, known_version, sent_form
from admin.replacements.page import REVIEWS, show_replacement
from admin.signed_in import AnyRequest, caller_on
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.texts.words import mark
from returns_engine.web.who import services_of
from returns_engine.workflow.cancel_replacement import cancel_replacement
from returns_engine.workflow.refusals import NotFound, Refusal, refuse_field
from returns_engine.workflow.replace_item import (
    await_stock,
    deliver_replacement,
    order_replacement,
    ship_replacement,
)

_PATH = "/admin/replacements/{replacement_id:uuid}"
_LONGEST_ORDER = 100
_LONGEST_CARRIER = 64
_NO_DAY = mark("Choose a day, or leave it empty.")
_NO_ORDER = mark("Type the number of the order that the shop sends it under.")
_NO_CARRIER = mark("Type who carries it.")
_NO_NUMBER = mark("Type the tracking number; it stands on the receipt.")
_NO_REASON = mark("Say why: the customer reads it.")
_NOT_SURE = mark("Tick this first: what was canceled does not come back.")
_TOO_LONG = mark("This is too long.")


@post(_PATH + "/await-stock", guards=[REVIEWS], status_code=303)
async def wait(request: AnyRequest, replacement_id: FromPath[UUID]) -> Response[Any]:
    """Say that it is out of stock, and until when if that is known."""

    async def act(form: SentForm, by: dict[str, Any]) -> None:
        day = _day(form.text("expected_on"))
        policy = services_of(request).policy
        await await_stock(replacement_id, expected_on=day, policy=policy, **by)

    return await _done(request, replacement_id, act)


@post(_PATH + "/order", guards=[REVIEWS], status_code=303)
async def order(request: AnyRequest, replacement_id: FromPath[UUID]) -> Response[Any]:
    """Write down the shop's order."""

    async def act(form: SentForm, by: dict[str, Any]) -> None:
        number = _needed(form, "external_order", _NO_ORDER, _LONGEST_ORDER)
        policy = services_of(request).policy
        await order_replacement(replacement_id, external_order=number, policy=policy, **by)

    return await _done(request, replacement_id, act)


@post(_PATH + "/ship", guards=[REVIEWS], status_code=303)
async def ship(request: AnyRequest, replacement_id: FromPath[UUID]) -> Response[Any]:
    """Say who carries it, and under which number."""

    async def act(form: SentForm, by: dict[str, Any]) -> None:
        carrier = _needed(form, "carrier", _NO_CARRIER, _LONGEST_CARRIER)
        number = _needed(form, "tracking_number", _NO_NUMBER)
        await ship_replacement(replacement_id, carrier=carrier, tracking_number=number, **by)

    return await _done(request, replacement_id, act)


@post(_PATH + "/deliver", guards=[REVIEWS], status_code=303)
async def deliver(request: AnyRequest, replacement_id: FromPath[UUID]) -> Response[Any]:
    """Say that it has arrived."""

    async def act(_: SentForm, by: dict[str, Any]) -> None:
        await deliver_replacement(replacement_id, **by)

    return await _done(request, replacement_id, act)


@post(_PATH + "/cancel", guards=[REVIEWS], status_code=303)
async def cancel(request: AnyRequest, replacement_id: FromPath[UUID]) -> Response[Any]:
    """Give it up for money, once somebody has said that they are sure."""

    async def act(form: SentForm, by: dict[str, Any]) -> None:
        reason = _needed(form, "reason", _NO_REASON)
        if not form.text("sure"):
            raise refuse_field("not_sure", _NOT_SURE, "/sure")
        policy = services_of(request).policy
        await cancel_replacement(replacement_id, reason=reason, policy=policy, **by)

    return await _done(request, replacement_id, act)


MOVES = [wait, order, ship, deliver, cancel]


def _needed(form: SentForm, name: str, says: str, longest: int | None = None) -> str:
    text = form.text(name)
    if not text:
        raise refuse_field("missing", says, f"/{name}")
    if longest is not None and len(text) > longest:
        raise refuse_field("too_long", _TOO_LONG, f"/{name}")
    return text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise refuse_field("not_a_day", _NO_DAY, "/expected_on") from None


async def _done(
    request: AnyRequest,
    replacement_id: UUID,
    act: Callable[[SentForm, dict[str, Any]], Awaitable[None]],
) -> Response[Any]:
    """Do it and show the page: changed, or with what stood in the way."""
    form = await sent_form(request)
    try:
        by = {
            "actor": caller_on(request).actor,
            "now": services_of(request).clock(),
            "expected_version": known_version(form),
        }
        await act(form, by)
    except NotFound:
        raise
    except (Refusal, TransitionNotAllowed) as error:
        return await show_replacement(request, replacement_id, typed=form.typed(), error=error)
    return Redirect(f"/admin/replacements/{replacement_id}", status_code=303)
