"""Orders that are late and that nobody looked at yet: the longest under way first."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from admin.forms import sent_form
from admin.lists.download import AT_ONCE, download
from admin.lists.frame import ListFrame
from admin.orders.page import show_order, the_order
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.queries.late_orders import list_late
from returns_engine.queries.tracking_links import tracking_url
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.api.cursors import Cursors
from returns_engine.web.who import services_of
from returns_engine.workflow.late_orders import LOOKED, UNPAID_WINDOW, WINDOW, late_limits, lateness
from returns_engine.workflow.look_at_late import look_at_late
from returns_engine.workflow.refusals import Refusal, refuse_field

PAGE = 50
COLUMNS = (
    *("order_number", "late", "items", "began", "due", "days_late", "carrier", "tracking_number"),
    *("customer", "note"),
)
_PATH = "/admin/late-orders"
_REVIEWS = staff_with(Scope.RETURNS_REVIEW)


@get(_PATH, guards=[_REVIEWS])
async def late_orders(request: AnyRequest) -> Response[str]:
    """List what is late."""
    services = services_of(request)
    now = services.clock()
    cursors = Cursors(of="staff late orders", filters={}, key=services.settings.secret_key)
    place = cursors.read_or_begin(request.query_params.get("cursor"))
    page = await list_late(late_limits(services.policy, now), limit=PAGE, cursor=place)
    frame = ListFrame(
        path=_PATH,
        kept={},
        place=cursors.write(place),
        next_place=cursors.write(page.next_place),
    )
    return staff_page(
        request,
        "late_orders.html",
        late=[(one, lateness(one, services.policy, now), _followed(one)) for one in page.items],
        frame=frame,
        window=WINDOW.days,
        unpaid_window=UNPAID_WINDOW.days,
        now=now,
        looked=LOOKED.days,
    )


@get(f"{_PATH}.csv", guards=[_REVIEWS])
async def late_orders_file(request: AnyRequest) -> Stream:
    """Hand out the whole list."""
    services = services_of(request)
    now = services.clock()

    async def read(place: str | None) -> tuple[Sequence[Mapping[str, Any]], str | None]:
        page = await list_late(late_limits(services.policy, now), limit=AT_ONCE, cursor=place)
        return page.items, page.next_place

    def cells(one: Mapping[str, Any]) -> list[object]:
        late = lateness(one, services.policy, now)
        return [
            *(one["number"], one["late"], one["titles"], one["begun"]),
            *(late.due, late.days, one["carrier"], one["tracking_number"]),
            *(one["customer"], one["note"]),
        ]

    return download("late-orders", COLUMNS, read, cells)


@post("/admin/orders/{number:str}/late", guards=[_REVIEWS], status_code=303)
async def looked_at(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Note that somebody looked, and what they did."""
    form = await sent_form(request)
    await the_order(request, number)
    services = services_of(request)
    try:
        note = form.text("late_note")
        if not note:
            raise refuse_field("missing", mark("Say what you found or did."), "/late_note")
        late = await look_at_late(
            number,
            note=note,
            actor=caller_on(request).actor,
            policy=services.policy,
            now=services.clock(),
        )
    except Refusal as error:
        return await show_order(request, number, typed=form.typed(), error=error)
    said = "looked" if late else "not_late"
    return Redirect(f"/admin/orders/{quote(number, safe='')}?said={said}", status_code=303)


def _followed(one: Mapping[str, Any]) -> str | None:
    return tracking_url(one["carrier"], one["tracking_number"])
