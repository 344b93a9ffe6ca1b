"""A canceled order with money left: somebody notes why nothing more is to be done."""

from typing import Any
from urllib.parse import quote

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from admin.forms import sent_form
from admin.orders.page import show_order, the_order
from admin.signed_in import AnyRequest, caller_on, staff_with
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.who import services_of
from returns_engine.workflow.look_at_canceled import look_at_canceled
from returns_engine.workflow.refusals import Refusal, refuse_field


@post(
    "/admin/orders/{number:str}/canceled",
    guards=[staff_with(Scope.RETURNS_REVIEW)],
    status_code=303,
)
async def looked_at_canceled(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Note that somebody looked, and what they found."""
    form = await sent_form(request)
    await the_order(request, number)
    try:
        note = form.text("canceled_note")
        if not note:
            raise refuse_field("missing", mark("Say what you found or did."), "/canceled_note")
        noted = await look_at_canceled(
            number, note=note, actor=caller_on(request).actor, now=services_of(request).clock()
        )
    except Refusal as error:
        return await show_order(request, number, typed=form.typed(), error=error)
    said = "seen_to" if noted else "settled"
    return Redirect(f"/admin/orders/{quote(number, safe='')}?said={said}", status_code=303)
