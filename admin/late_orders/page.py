"""Orders that are late, by kind, and looked at or not: the longest under way first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from admin.forms import sent_form
from admin.lists.download import AT_ONCE, download
from admin.lists.frame import ListFrame, set_ones
from admin.orders.page import show_order, the_order
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.queries.late_orders import LateKind, LateLimits, list_late
from returns_engine.queries.page import Page
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
    *("customer", "note", "looked_at"),
)
KINDS: Mapping[LateKind, str] = {
    LateKind.PARCEL: mark("Should have arrived"),
    LateKind.ABROAD: mark("Long under way abroad"),
    LateKind.LINE: mark("Should have left us"),
    LateKind.PAYMENT: mark("Not paid"),
}
"""What is late, in words, in the order of the filter."""
_PATH = "/admin/late-orders"
_REVIEWS = staff_with(Scope.RETURNS_REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The filters of the list; nonsense is none."""

    kind: LateKind | None
    looked: bool

    @property
    def kinds(self) -> Sequence[LateKind]:
        """Return what is listed."""
        return list(LateKind) if self.kind is None else [self.kind]

    @property
    def kept(self) -> dict[str, str]:
        """Return the filters that are set, as the address has them."""
        return set_ones(kind=self.kind, looked="1" if self.looked else None)

    async def page(self, limits: LateLimits, *, limit: int, cursor: str | None) -> Page:
        """Return a page of what is asked for."""
        return await list_late(
            limits, kinds=self.kinds, looked_at=self.looked, limit=limit, cursor=cursor
        )


def _asked(request: AnyRequest) -> Asked:
    kind = request.query_params.get("kind", "")
    return Asked(
        kind=LateKind(kind) if kind in set(LateKind) else None,
        looked=request.query_params.get("looked") == "1",
    )


@get(_PATH, guards=[_REVIEWS])
async def late_orders(request: AnyRequest) -> Response[str]:
    """List what is late."""
    services = services_of(request)
    now = services.clock()
    asked = _asked(request)
    cursors = Cursors(of="staff late orders", filters=asked.kept, key=services.settings.secret_key)
    place = cursors.read_or_begin(request.query_params.get("cursor"))
    page = await asked.page(late_limits(services.policy, now), limit=PAGE, cursor=place)
    frame = ListFrame(
        path=_PATH,
        kept=asked.kept,
        place=cursors.write(place),
        next_place=cursors.write(page.next_place),
    )
    return staff_page(
        request,
        "late_orders.html",
        late=[(one, lateness(one, services.policy, now), _followed(one)) for one in page.items],
        frame=frame,
        asked=asked,
        kinds=KINDS,
        window=WINDOW.days,
        unpaid_window=UNPAID_WINDOW.days,
        now=now,
        looked=LOOKED.days,
    )


@get(f"{_PATH}.csv", guards=[_REVIEWS])
async def late_orders_file(request: AnyRequest) -> Stream:
    """Hand out the whole list under its filters."""
    services = services_of(request)
    now = services.clock()
    asked = _asked(request)

    async def read(place: str | None) -> tuple[Sequence[Mapping[str, Any]], str | None]:
        page = await asked.page(late_limits(services.policy, now), limit=AT_ONCE, cursor=place)
        return page.items, page.next_place

    def cells(one: Mapping[str, Any]) -> list[object]:
        late = lateness(one, services.policy, now)
        return [
            *(one["number"], one["late"], one["titles"], one["begun"]),
            *(late.due, late.days, one["carrier"], one["tracking_number"]),
            *(one["customer"], one["note"], one["looked_at"]),
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
