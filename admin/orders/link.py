"""Give a guest's order to the account that its customer made later."""

from typing import Any
from urllib.parse import quote

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from admin.forms import SentForm, known_version, sent_form
from admin.orders.page import show_order, the_order
from admin.signed_in import AnyRequest, caller_on, staff_with
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.who import services_of
from returns_engine.workflow.link_order import link_order
from returns_engine.workflow.refusals import Refusal, refuse_field


@post("/admin/orders/{number:str}/link", guards=[staff_with(Scope.RETURNS_REVIEW)], status_code=303)
async def link(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Link the order, and show to which account; or say what does not fit."""
    form = await sent_form(request)
    await the_order(request, number)
    try:
        await link_order(
            number,
            account_id=_needed(form, "account_id", mark("Enter the account's id in the shop.")),
            contact=_needed(form, "contact", mark("Enter what the customer named.")),
            reason=_needed(form, "link_reason", mark("Say how you checked who it is.")),
            actor=caller_on(request).actor,
            now=services_of(request).clock(),
            expected_version=known_version(form),
        )
    except Refusal as error:
        return await show_order(request, number, typed=form.typed(), error=error)
    return Redirect(f"/admin/orders/{quote(number, safe='')}?said=linked", status_code=303)


def _needed(form: SentForm, name: str, says: str) -> str:
    text = form.text(name)
    if not text:
        raise refuse_field("missing", says, f"/{name}")
    return text
