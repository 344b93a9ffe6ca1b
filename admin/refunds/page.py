"""The refund desk: what failed or is stuck, what it means, and what to do; and all refunds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from admin.forms import sent_form
from admin.lists.download import download
from admin.lists.frame import ListFrame, set_ones
from admin.local_path import local_path
from admin.refunds.queue import (
    PAGE,
    DeskPage,
    Place,
    count_troubles,
    place_of,
    read_all,
    read_troubled,
)
from admin.refunds.troubles import OVERDRAWN, TROUBLES
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.queries.payments_to_look_at import list_payments_to_look_at
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.money.money import decimal_text
from returns_engine.rules.words import Scope
from returns_engine.web.who import services_of
from returns_engine.workflow.ask_now import ask_now
from returns_engine.workflow.refusals import Conflict

_READS, _DECIDES = staff_with(Scope.REFUNDS_READ), staff_with(Scope.REFUNDS_APPROVE)
_DESK = "/admin/refunds"
OLDEST = "oldest"
COLUMNS = (
    *("refund_id", "return_number", "order_number", "customer", "state", "amount", "currency"),
    *("provider", "method", "proposed_at", "trouble", "in_trouble_since"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The filters of the desk; nonsense is none."""

    every: bool
    trouble: str | None
    state: str | None
    oldest: bool

    @property
    def kept(self) -> dict[str, str]:
        """Return the filters as the address spells them."""
        return set_ones(
            show="all" if self.every else None,
            trouble=self.trouble,
            state=self.state,
            sort=OLDEST if self.oldest else None,
        )

    async def page(self, now: datetime, *, person: int | None, after: Place | None) -> DeskPage:
        """Return a page of what is asked for."""
        if self.every:
            oldest = self.oldest
            return await read_all(person=person, state=self.state, after=after, oldest_first=oldest)
        return await read_troubled(now, person=person, trouble=self.trouble, after=after)


@get(_DESK, guards=[_READS])
async def refund_desk(request: AnyRequest) -> Response[str]:
    """List the refunds that need somebody, or all of them by state."""
    asked, now = _asked(request), services_of(request).clock()
    place = request.query_params.get("after", "")
    after = place_of(place)
    page = await asked.page(now, person=caller_on(request).actor.person, after=after)
    frame = ListFrame(
        path=_DESK,
        kept=asked.kept,
        place=place if after else None,
        next_place=page.after,
        cursor="after",
    )
    first = not (asked.every or asked.trouble or after)
    return staff_page(
        request,
        "refund_desk.html",
        every=asked.every,
        trouble=asked.trouble,
        state=asked.state,
        oldest=asked.oldest,
        states=list(RefundState),
        troubles=TROUBLES,
        counts=await count_troubles(now),
        page=page,
        payments=await list_payments_to_look_at(limit=PAGE) if first else [],
        overdrawn=OVERDRAWN,
        frame=frame,
        here=frame.here,
        said=request.query_params.get("said"),
        now=now,
    )


@get(f"{_DESK}.csv", guards=[_READS])
async def refunds_file(request: AnyRequest) -> Stream:
    """Hand out the whole list under its filters."""
    asked, now = _asked(request), services_of(request).clock()
    person = caller_on(request).actor.person

    async def read(place: str | None) -> tuple[Sequence[Mapping[str, Any]], str | None]:
        page = await asked.page(now, person=person, after=place_of(place) if place else None)
        return page.refunds, page.after

    return download("refunds" if asked.every else "refunds-to-see-to", COLUMNS, read, _cells)


@post(_DESK + "/{refund_id:uuid}/ask", guards=[_DECIDES], status_code=303)
async def ask(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Have the provider asked now, and show the list again."""
    form = await sent_form(request)
    asked = local_path(form.text("back"))
    back = asked if asked.startswith(_DESK) else _DESK
    said = "asked"
    try:
        await ask_now(refund_id)
    except Conflict:
        said = "nothing"
    return Redirect(f"{back}{'&' if '?' in back else '?'}said={said}", status_code=303)


def _asked(request: AnyRequest) -> _Asked:
    asked = request.query_params
    every = asked.get("show") == "all"
    trouble, state = asked.get("trouble"), asked.get("state")
    return _Asked(
        every=every,
        trouble=trouble if trouble in TROUBLES and not every else None,
        state=state if state in set(RefundState) and every else None,
        oldest=every and asked.get("sort") == OLDEST,
    )


def _cells(one: Mapping[str, Any]) -> list[object]:
    amount = one["proposed"] if one["amount"] is None else one["amount"]
    return [
        *(one["id"], one["number"], one["order_number"], one["customer"], one["state"]),
        *(decimal_text(amount, one["currency"]), one["currency"], one["provider"], one["method"]),
        *(one["proposed_at"], one["trouble"], one["at"] if one["trouble"] else None),
    ]
