"""The refund desk: what failed or is stuck, what it means, and what to do; and all refunds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

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
    count_troubles,
    read_all,
    read_sent,
    read_troubled,
)
from admin.refunds.troubles import OVERDRAWN, TROUBLES
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.queries.payments_to_look_at import list_payments_to_look_at, list_seen_payments
from returns_engine.queries.place import Place, place_of
from returns_engine.rules.lifecycle.refund_states import OPEN, RefundState
from returns_engine.rules.money.money import decimal_text
from returns_engine.rules.words import Scope
from returns_engine.web.who import services_of
from returns_engine.workflow.ask_now import ask_now
from returns_engine.workflow.look_at_payment import look_at_payment
from returns_engine.workflow.refusals import Conflict

_READS, _DECIDES = staff_with(Scope.REFUNDS_READ), staff_with(Scope.REFUNDS_APPROVE)
_DESK = "/admin/refunds"
_DIGITS = 18
_A_DAY = timedelta(days=1)
OLDEST = "oldest"
ALL, OWED, SENT, PAYMENTS = "all", "owed", "sent", "payments"
SHOWN = frozenset({ALL, OWED, SENT, PAYMENTS})
"""What the desk shows beside what needs somebody, by the word in its address."""
COLUMNS = (
    *("refund_id", "return_number", "order_number", "customer", "state", "amount", "currency"),
    *("provider", "method", "proposed_at", "trouble", "in_trouble_since"),
    *("sent_at", "credit_note", "provider_refund_id", "external_reference"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The filters of the desk; nonsense is none."""

    show: str | None
    trouble: str | None
    state: str | None
    since: date
    until: date
    oldest: bool

    @property
    def kept(self) -> dict[str, str]:
        """Return the filters as the address spells them."""
        return set_ones(
            show=self.show,
            trouble=self.trouble,
            state=self.state,
            since=self.since.isoformat() if self.show == SENT else None,
            until=self.until.isoformat() if self.show == SENT else None,
            sort=OLDEST if self.oldest else None,
        )

    async def page(
        self, now: datetime, *, zone: ZoneInfo, person: int | None, after: Place | None
    ) -> DeskPage:
        """Return a page of what is asked for; a day begins at midnight in `zone`."""
        if self.show is None:
            return await read_troubled(now, person=person, trouble=self.trouble, after=after)
        if self.show == SENT:
            since = datetime.combine(self.since, time(), zone)
            before = datetime.combine(self.until, time(), zone) + _A_DAY
            return await read_sent(person=person, since=since, before=before, after=after)
        states = [self.state] if self.state else list(OPEN) if self.show == OWED else None
        oldest = self.oldest or self.show == OWED
        return await read_all(person=person, states=states, after=after, oldest_first=oldest)


@get(_DESK, guards=[_READS])
async def refund_desk(request: AnyRequest) -> Response[str]:
    """List the refunds that need somebody, or others: those owed, those sent, or all by state."""
    services = services_of(request)
    asked, now = _asked(request), services.clock()
    place = request.query_params.get("after", "")
    if asked.show == PAYMENTS:
        return await _payments(request, place)
    after = place_of(place)
    person = caller_on(request).actor.person
    page = await asked.page(now, zone=services.policy.zone, person=person, after=after)
    frame = ListFrame(
        path=_DESK,
        kept=asked.kept,
        place=place if after else None,
        next_place=page.after,
        cursor="after",
    )
    first = not (asked.show or asked.trouble or after)
    return staff_page(
        request,
        "refund_desk.html",
        show=asked.show,
        since=asked.since,
        until=asked.until,
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


async def _payments(request: AnyRequest, place: str) -> Response[str]:
    """List the payments that need somebody, on pages of their own."""
    known = place.isascii() and place.isdigit() and len(place) <= _DIGITS
    after = int(place) if known else 0
    payments = await list_payments_to_look_at(limit=PAGE + 1, after=after)
    beyond = str(payments[PAGE - 1].place) if len(payments) > PAGE else None
    return staff_page(
        request,
        "payments_to_look_at.html",
        said=request.query_params.get("said"),
        seen=[] if after else await list_seen_payments(limit=PAGE),
        payments=payments[:PAGE],
        overdrawn=OVERDRAWN,
        frame=ListFrame(
            path=_DESK,
            kept={"show": PAYMENTS},
            place=place if after else None,
            next_place=beyond,
            cursor="after",
        ),
    )


@get(f"{_DESK}.csv", guards=[_READS])
async def refunds_file(request: AnyRequest) -> Stream:
    """Hand out the whole list under its filters."""
    services = services_of(request)
    asked, now, zone = _asked(request), services.clock(), services.policy.zone
    person = caller_on(request).actor.person

    async def read(place: str | None) -> tuple[Sequence[Mapping[str, Any]], str | None]:
        after = place_of(place) if place else None
        page = await asked.page(now, zone=zone, person=person, after=after)
        return page.refunds, page.after

    return download("refunds" if asked.show else "refunds-to-see-to", COLUMNS, read, _cells)


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


@post(_DESK + "/payments/{payment_place:int}/seen", guards=[_DECIDES], status_code=303)
async def payment_seen(request: AnyRequest, payment_place: FromPath[int]) -> Redirect:
    """Note that somebody has seen to a payment, and what they did."""
    form = await sent_form(request)
    note, balance = form.text("note"), form.text("balance")
    said = "changed"
    if note and balance.removeprefix("-").isdecimal() and len(balance) <= _DIGITS:
        done = await look_at_payment(
            payment_place,
            balance=int(balance),
            note=note,
            actor=caller_on(request).actor,
            now=services_of(request).clock(),
        )
        said = "seen" if done else "changed"
    return Redirect(f"{_DESK}?show={PAYMENTS}&said={said}", status_code=303)


def _asked(request: AnyRequest) -> _Asked:
    asked, services = request.query_params, services_of(request)
    show = asked.get("show") if asked.get("show") in SHOWN else None
    trouble, state, every = asked.get("trouble"), asked.get("state"), show == ALL
    today = services.clock().astimezone(services.policy.zone).date()
    return _Asked(
        show=show,
        trouble=trouble if trouble in TROUBLES and not show else None,
        state=state if state in set(RefundState) and every else None,
        since=_day(asked.get("since", ""), otherwise=today.replace(day=1)),
        until=_day(asked.get("until", ""), otherwise=today),
        oldest=every and asked.get("sort") == OLDEST,
    )


def _day(text: str, *, otherwise: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return otherwise
    # The first and the last day there are have none beside them.
    return day if date.min < day < date.max else otherwise


def _cells(one: Mapping[str, Any]) -> list[object]:
    amount = one["proposed"] if one["amount"] is None else one["amount"]
    return [
        *(one["id"], one["number"], one["order_number"], one["customer"], one["state"]),
        *(decimal_text(amount, one["currency"]), one["currency"], one["provider"], one["method"]),
        *(one["proposed_at"], one["trouble"], one["at"] if one["trouble"] else None),
        *(one["succeeded_at"], one["credit_note"], one["provider_refund_id"]),
        one["external_reference"],
    ]
