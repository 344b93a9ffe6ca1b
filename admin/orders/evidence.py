"""Write down when a customer says that a parcel arrived."""

from datetime import date, datetime, time
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
from returns_engine.workflow.refusals import Refusal, refuse_field
from returns_engine.workflow.state_delivery import state_delivery


@post(
    "/admin/orders/{number:str}/delivery-evidence",
    guards=[staff_with(Scope.RETURNS_REVIEW)],
    status_code=303,
)
async def add_statement(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Keep a customer's statement with its reason, and say whether it counts."""
    form = await sent_form(request)
    await the_order(request, number)
    try:
        kept = await state_delivery(
            number,
            shipment_id=form.text("shipment_id"),
            delivered_at=_moment(request, form),
            reason=_reason(form),
            actor=caller_on(request).actor,
            now=services_of(request).clock(),
            expected_version=known_version(form),
        )
    except Refusal as error:
        return await show_order(request, number, typed=form.typed(), error=error)
    said = "stands" if kept.stands else "kept"
    return Redirect(f"/admin/orders/{quote(number, safe='')}?said={said}", status_code=303)


def _moment(request: AnyRequest, form: SentForm) -> datetime:
    """Return the end of the day that was stated, by the policy's calendar; not later than now."""
    services = services_of(request)
    now = services.clock()
    try:
        day = date.fromisoformat(form.text("delivered_on"))
    except ValueError:
        says = mark("Enter the day on which the customer says it arrived.")
        raise refuse_field("missing", says, "/delivered_on") from None
    if day > now.astimezone(services.policy.zone).date():
        says = mark("A delivery that is still to come cannot be stated.")
        raise refuse_field("delivered_in_the_future", says, "/delivered_on")
    last_second = datetime.combine(day, time(23, 59, 59), tzinfo=services.policy.zone)
    return min(last_second, now)


def _reason(form: SentForm) -> str:
    reason = form.text("reason")
    if not reason:
        raise refuse_field("missing", mark("Say how we come to know."), "/reason")
    return reason
