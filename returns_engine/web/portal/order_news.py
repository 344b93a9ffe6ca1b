"""What became of what is out of stock, was not delivered or was cancelled: for the order's pages.

A choice tells what the customer was asked and what holds now (33, 76); a delivery problem or a
cancellation tells what came of it. Both outrank every estimate.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from returns_engine.rules.choice import ChoiceKind, ChoiceOption
from returns_engine.rules.lifecycle.choice_states import ChoiceState
from returns_engine.rules.lifecycle.next_step import Who
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.rules.words import Reason, ReturnKind
from returns_engine.texts.words import mark
from returns_engine.workflow.order_progress import OrderProgress

_OUT_OF_STOCK = mark("Something you ordered is out of stock.")
_NOT_DELIVERED = mark("We could not deliver your parcel.")
_TOLD_US = mark("You told us about your parcel.")
_CANCELLED = mark("You asked us to cancel.")

_YOU_CHOOSE = mark("You choose what we do.")
_WAIT = mark(
    "You wait for it: we send it as soon as it is there."
    " Until it is shipped you can still cancel it."
)
_SWAP = mark("You chose something else instead. We see to it.")
_SWAPPED = mark("You chose something else instead. We have seen to it.")
_LOOKED_AT = mark("A person is looking at your request and will answer you.")
_ASKED = mark("We need an answer from you before we can go on.")
_AGAIN = mark("We send the same items once more, free of charge.")
_SENT_AGAIN = mark("The same items were sent once more, free of charge.")
_IS_CANCELLED = mark("It is canceled.")
_SETTLED = mark("This is settled.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNews:
    """One piece of news: what is the matter, and `then` what is done about it, by whom.

    `amount` goes back, or `went_back`. Goods are expected on `first`, by `last`, or between them,
    where `waits`. `silent_until` is the moment by which nobody had chosen. It is about the
    `parcels` and `waiting` lines named, of which no other estimate holds any more; what is `over`
    needs nobody.
    """

    says: str
    then: str | None
    who: Who | None
    number: str | None = None
    items: tuple[str, ...] = ()
    by: str | None = None
    amount: int | None = None
    went_back: bool = False
    waits: bool = False
    first: date | None = None
    last: date | None = None
    silent_until: str | None = None
    parcels: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    over: bool = False


def news_of(
    choices: Iterable[Mapping[str, Any]],
    troubles: Iterable[Mapping[str, Any]],
    progress: OrderProgress,
    today: date,
) -> tuple[OrderNews, ...]:
    """Return an order's news: what is still to be done first, the newest first of each.

    `choices` are all of the order's, as `choices_of_orders` returns them, `troubles` those of
    `troubles_of_orders`.
    """
    asked = list(choices)
    waiting = frozenset(one.line_id for one in progress.waiting)
    about = {one["return_number"]: one for one in reversed(asked) if one["return_number"]}
    of_stock = [_of_stock(one, waiting, today) for one in asked]
    of_returns = [_of_return(one, about.get(one["number"])) for one in troubles]
    found = [*(one for one in of_stock if one is not None), *of_returns]
    return tuple(sorted(found, key=lambda one: (one.over, one.who != Who.CUSTOMER)))


def without_told(progress: OrderProgress, news: Iterable[OrderNews]) -> OrderProgress:
    """Return the progress of what no news is about: its estimates hold."""
    told = list(news)
    parcels = frozenset[str]().union(*(one.parcels for one in told))
    waiting = frozenset[str]().union(*(one.waiting for one in told))
    return replace(
        progress,
        parcels=tuple(
            one
            for one in progress.parcels
            if one.stands == "delivered" or one.shipment["shipment_id"] not in parcels
        ),
        waiting=tuple(one for one in progress.waiting if one.line_id not in waiting),
    )


def _of_stock(choice: Mapping[str, Any], waiting: frozenset[str], today: date) -> OrderNews | None:
    """Return the news of goods that are still waited for; what was cancelled is a return's."""
    lines = frozenset(line["line_id"] for line in choice["lines"]) & waiting
    if choice["kind"] != ChoiceKind.OUT_OF_STOCK or not lines:
        return None
    days = [day for day in (choice["restock_on"], choice["restock_until"]) if day]
    first, last = (date.fromisoformat(day) if day else None for day in _span(choice))
    news = OrderNews(
        says=_OUT_OF_STOCK,
        then=_YOU_CHOOSE,
        who=Who.CUSTOMER,
        items=_items(choice["lines"]),
        by=choice["deadline"],
        waiting=lines,
    )
    if choice["state"] == ChoiceState.OPEN:
        return news
    chosen = (choice["chosen"] or {}).get("option")
    settled = replace(news, who=Who.MERCHANT, by=None, silent_until=_silence(choice))
    if chosen == ChoiceOption.SWAP:
        done = choice["done"] is not None
        return replace(
            settled, then=_SWAPPED if done else _SWAP, who=None if done else settled.who, over=done
        )
    if chosen != ChoiceOption.WAIT or choice["done"]:
        return None
    if days and date.fromisoformat(days[-1]) < today:
        # The day went by: it is as late as anything else, and looked into.
        return None
    return replace(settled, then=_WAIT, waits=True, first=first, last=last)


def _span(choice: Mapping[str, Any]) -> tuple[str | None, str | None]:
    first, last = choice["restock_on"], choice["restock_until"]
    return (first, None) if first == last else (first, last)


def _of_return(trouble: Mapping[str, Any], choice: Mapping[str, Any] | None) -> OrderNews:
    """Return the news of a delivery problem, or of a cancellation."""
    news = OrderNews(
        says=_cause(trouble),
        then=_LOOKED_AT,
        who=Who.MERCHANT,
        number=trouble["number"],
        items=_items(trouble["lines"]),
        parcels=frozenset(trouble["parcels"]),
        silent_until=_silence(choice),
    )
    if trouble["permission"] != PermissionState.APPROVED:
        if choice is not None and choice["state"] == ChoiceState.OPEN:
            return replace(
                news, then=_YOU_CHOOSE, who=Who.CUSTOMER, by=choice["deadline"], number=None
            )
        if trouble["permission"] == PermissionState.NEEDS_INFO:
            return replace(news, then=_ASKED, who=Who.CUSTOMER)
        return news
    closed = trouble["state"] == "closed"
    then = _IS_CANCELLED if trouble["kind"] == ReturnKind.CANCELLATION else None
    if trouble["sent_again"]:
        then = _SENT_AGAIN if closed else _AGAIN
    elif then is None and trouble["amount"] is None:
        then = _SETTLED
    return replace(
        news,
        then=then,
        who=None if closed else Who.MERCHANT,
        amount=trouble["amount"],
        went_back=closed,
        over=True,
    )


def _silence(choice: Mapping[str, Any] | None) -> str | None:
    """Return until when the customer could have chosen, where they did not."""
    silent = choice is not None and choice["state"] == ChoiceState.DEFAULTED
    return choice["deadline"] if choice is not None and silent else None


def _cause(trouble: Mapping[str, Any]) -> str:
    if trouble["reason"] == Reason.OUT_OF_STOCK:
        return _OUT_OF_STOCK
    if trouble["kind"] == ReturnKind.CANCELLATION:
        return _CANCELLED
    return _NOT_DELIVERED if trouble["reason"] == Reason.UNDELIVERABLE else _TOLD_US


def _items(lines: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(f"{line['quantity']} × {line['title']}" for line in lines)
