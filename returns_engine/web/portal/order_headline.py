"""What happens next with an order, in one sentence, who has the ball, and the steps it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from returns_engine.queries.money_back import MoneyBack
from returns_engine.rules.lifecycle.next_step import Who
from returns_engine.rules.words import OrderStatus
from returns_engine.texts.words import mark
from returns_engine.web.portal.order_news import OrderNews, without_told
from returns_engine.web.portal.timeline import Step
from returns_engine.workflow.order_progress import OrderProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHeadline:
    """The sentence on top; `by` is the day until which it should have happened.

    `noticed` says that we look into it without being asked, `news` what the sentence is about.
    Of a canceled order there is what was `paid`, and how much of it is `missing`: neither went back
    nor is on its way.
    """

    says: str
    who: Who | None
    by: date | None = None
    noticed: bool = False
    news: OrderNews | None = None
    paid: int | None = None
    missing: int = 0


_CANCELED = OrderHeadline(says=mark("This order was canceled; nothing more is sent."), who=None)
_UNPAID = OrderHeadline(says=mark("We wait for your payment; then we begin."), who=Who.CUSTOMER)
_UNPAID_LATE = OrderHeadline(
    says=mark("No payment for this order has reached us."), who=Who.CUSTOMER
)
_UNPAID_NOTICED = OrderHeadline(
    says=mark("Your payment has not reached us yet."), who=Who.MERCHANT, noticed=True
)
_NOTHING_LEFT = OrderHeadline(says=mark("Nothing of this order is left to be sent."), who=None)
_NO_NUMBER = OrderHeadline(
    says=mark("Your order was shipped; we do not have its tracking number yet."),
    who=Who.CARRIER,
)
_LATE_TO_LEAVE = OrderHeadline(
    says=mark("This takes longer than usual. Ask us, and a person looks into it."), who=Who.MERCHANT
)
_LATE_TO_LEAVE_NOTICED = OrderHeadline(
    says=mark("This takes longer than usual."), who=Who.MERCHANT, noticed=True
)
_LATE_TO_COME = OrderHeadline(
    says=mark("Your parcel takes longer than usual. Most still come; if yours does not, tell us."),
    who=Who.CARRIER,
)
_LATE_TO_COME_NOTICED = OrderHeadline(
    says=mark("Your parcel takes longer than usual. Most still come."),
    who=Who.MERCHANT,
    noticed=True,
)
_PRESUMED = OrderHeadline(
    says=mark("Your parcel should be there by now. If it is not, tell us."), who=Who.CARRIER
)
_ARRIVED = OrderHeadline(says=mark("Your order has arrived."), who=None)
_BEING_MADE = mark("We are making your order for you.")
_BEING_PREPARED = mark("We are getting your order ready to be sent.")
_THE_REST = mark("A part of your order was sent; we are getting the rest ready.")
_COMING = mark("Your order is on its way to you.")

STEPS = (mark("Ordered"), mark("Paid"), mark("Got ready"), mark("Shipped"), mark("Delivered"))
_MADE = mark("Made for you")
_READY = 2
_THERE = frozenset({"delivered"})


def status_of(order: Mapping[str, Any], progress: OrderProgress) -> str:
    """Return the merchant's word for an order; what is shipped may also be `delivered` (12)."""
    stands = {parcel.stands for parcel in progress.parcels}
    arrived = order["status"] == OrderStatus.COMPLETED and stands == _THERE
    return "delivered" if arrived else str(order["status"])


def headline_of(
    order: Mapping[str, Any],
    progress: OrderProgress,
    *,
    noticed: frozenset[str],
    news: Sequence[OrderNews] = (),
) -> OrderHeadline:
    """Return the sentence that needs somebody most; what is `noticed` need not be asked about.

    `noticed` is what `late_parts` returns. What there is `news` of is told by it alone.
    """
    if order["status"] == OrderStatus.CANCELED:
        return _CANCELED
    if progress.unpaid:
        return _not_paid(progress, noticed)
    if news and news[0].who == Who.CUSTOMER:
        return _told(news[0])
    rest = without_told(progress, news)
    late = _late(rest, noticed)
    if late is not None:
        return late
    if news and (not news[0].over or not (rest.waiting or rest.parcels)):
        return _told(news[0])
    return _as_planned(order, rest)


def _late(progress: OrderProgress, noticed: frozenset[str]) -> OrderHeadline | None:
    kept = {f"line:{one.line_id}" for one in progress.waiting if one.stands == "late"}
    away = {f"parcel:{one.shipment['shipment_id']}" for one in progress.parcels if one.is_late}
    if kept:
        return _LATE_TO_LEAVE_NOTICED if kept <= noticed else _LATE_TO_LEAVE
    if away:
        return _LATE_TO_COME_NOTICED if away <= noticed else _LATE_TO_COME
    return None


def _as_planned(order: Mapping[str, Any], progress: OrderProgress) -> OrderHeadline:
    stands = {parcel.stands for parcel in progress.parcels}
    if progress.waiting or "preparing" in stands:
        return _still_here(progress, some_left=bool(stands - {"preparing"}))
    return _gone(order, progress, stands)


def headline_of_canceled(order: Mapping[str, Any], given: MoneyBack) -> OrderHeadline:
    """Return the sentence of a canceled order, with what becomes of the money (10)."""
    paid = sum(payment["captured"] for payment in order["payments"])
    back = OrderNews(
        says=_CANCELED.says, then=None, who=None, amount=given.amount, went_back=given.is_there
    )
    return replace(
        _CANCELED,
        news=back if given.amount else None,
        paid=paid,
        missing=max(0, paid - given.amount),
    )


def _told(news: OrderNews) -> OrderHeadline:
    return OrderHeadline(says=news.says, who=news.who, news=news)


def _not_paid(progress: OrderProgress, noticed: frozenset[str]) -> OrderHeadline:
    if progress.unpaid == "in_process":
        return _UNPAID
    return _UNPAID_NOTICED if "payment" in noticed else _UNPAID_LATE


def _gone(order: Mapping[str, Any], progress: OrderProgress, stands: set[str]) -> OrderHeadline:
    if stands & {"on_the_way", "abroad"}:
        days = [parcel.expected.last for parcel in progress.parcels if parcel.expected]
        known = bool(days) and "abroad" not in stands
        return OrderHeadline(says=_COMING, who=Who.CARRIER, by=max(days) if known else None)
    if stands:
        return _PRESUMED if "presumed" in stands else _ARRIVED
    return _NO_NUMBER if order["status"] == OrderStatus.COMPLETED else _NOTHING_LEFT


def _still_here(progress: OrderProgress, *, some_left: bool) -> OrderHeadline:
    days = [one.ships.last for one in progress.waiting if one.ships]
    made = any(one.stands == "made" for one in progress.waiting)
    says = _THE_REST if some_left else _BEING_MADE if made else _BEING_PREPARED
    return OrderHeadline(says=says, who=Who.MERCHANT, by=max(days, default=None))


def order_steps(
    order: Mapping[str, Any], progress: OrderProgress, *, news: Sequence[OrderNews] = ()
) -> list[Step]:
    """Return the five steps of an order; none where nothing of it goes that way any more."""
    if order["status"] == OrderStatus.CANCELED:
        return []
    goes = without_told(progress, [one for one in news if not one.waiting])
    stands = [parcel.stands for parcel in goes.parcels]
    if progress.unpaid:
        now = 1
    elif goes.waiting or "preparing" in stands:
        now = _READY
    elif not stands and (progress.parcels or order["status"] != OrderStatus.COMPLETED):
        return []
    else:
        now = len(STEPS) if stands and set(stands) <= _THERE else _READY + 2
    names = list(STEPS)
    if progress.made:
        names[_READY] = _MADE
    return [
        Step(says=says, stands="done" if place < now else "now" if place == now else "later")
        for place, says in enumerate(names)
    ]
