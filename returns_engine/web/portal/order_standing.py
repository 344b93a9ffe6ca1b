"""Where an order stands, in the same words on each page that tells of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from returns_engine.queries.money_back import NOTHING_BACK, MoneyBack, money_back
from returns_engine.queries.order_troubles import troubles_of_orders
from returns_engine.rules.choice import ChoiceKind, ChoiceOption
from returns_engine.rules.lifecycle.choice_states import ChoiceState
from returns_engine.rules.words import OrderStatus
from returns_engine.web.portal.choosing import choices_about_orders
from returns_engine.web.portal.order_headline import (
    OrderHeadline,
    headline_of,
    headline_of_canceled,
    status_of,
)
from returns_engine.web.portal.order_news import OrderNews, news_of
from returns_engine.web.portal.session import AnyRequest
from returns_engine.web.who import services_of
from returns_engine.workflow.late_orders import late_parts
from returns_engine.workflow.order_progress import OrderProgress, progress_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStanding:
    """The headline, with what it was made from."""

    headline: OrderHeadline
    status: str
    progress: OrderProgress
    noticed: frozenset[str]
    news: tuple[OrderNews, ...]
    choices: Sequence[Mapping[str, Any]]

    @property
    def told_parcels(self) -> Mapping[str, OrderNews]:
        """Return the news by the ids of the parcels they are about."""
        return {parcel: one for one in reversed(self.news) for parcel in one.parcels}

    @property
    def told_lines(self) -> Mapping[str, OrderNews]:
        """Return the news by the ids of the lines that still wait."""
        return {line: one for one in reversed(self.news) for line in one.waiting}


async def standing_of(request: AnyRequest, order: Mapping[str, Any]) -> OrderStanding:
    """Return where the customer's order stands now, by three statements at most."""
    return (await standings_of(request, [order]))[order["order_number"]]


async def standings_of(
    request: AnyRequest, orders: Sequence[Mapping[str, Any]]
) -> dict[str, OrderStanding]:
    """Return where each of the customer's orders stands, by its number.

    However many they are, the database is asked three things at most.
    """
    numbers = [order["order_number"] for order in orders]
    canceled = [one["order_number"] for one in orders if one["status"] == OrderStatus.CANCELED]
    choices = _by_order(await choices_about_orders(request, numbers))
    troubles = _by_order(await troubles_of_orders(numbers))
    given = await money_back(canceled)
    return {
        number: _standing(
            request,
            order,
            choices=choices.get(number, ()),
            troubles=troubles.get(number, ()),
            given=given.get(number, NOTHING_BACK),
        )
        for number, order in zip(numbers, orders, strict=True)
    }


def _by_order(found: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    parts: dict[str, list[Mapping[str, Any]]] = {}
    for one in found:
        parts.setdefault(one["order_number"], []).append(one)
    return parts


def of_units_left(
    choices: Iterable[Mapping[str, Any]], order: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """Return choices about the units that still wait: some may have gone or been cancelled since.

    What money was chosen for is a return's; an open one of which nothing waits is left out.
    """
    waiting = {line["line_id"]: line["cancellable"] for line in order["lines"]}
    found = [_of_units_left(one, waiting) for one in choices]
    return [one for one in found if one["lines"] or one["state"] != ChoiceState.OPEN]


def _of_units_left(choice: Mapping[str, Any], waiting: Mapping[str, int]) -> Mapping[str, Any]:
    chosen = (choice["chosen"] or {}).get("option")
    if choice["kind"] != ChoiceKind.OUT_OF_STOCK or chosen == ChoiceOption.CANCEL:
        return choice
    lines = [
        line | {"quantity": min(line["quantity"], waiting.get(line["line_id"], 0))}
        for line in choice["lines"]
    ]
    return {**choice, "lines": [line for line in lines if line["quantity"]]}


def _standing(
    request: AnyRequest,
    order: Mapping[str, Any],
    *,
    choices: Sequence[Mapping[str, Any]],
    troubles: Sequence[Mapping[str, Any]],
    given: MoneyBack,
) -> OrderStanding:
    services = services_of(request)
    now = services.clock()
    progress = progress_of(order, services.policy, now)
    today = now.astimezone(services.policy.zone).date()
    choices = of_units_left(choices, order)
    news = news_of(choices, troubles, progress, today)
    told = {parcel for one in troubles for parcel in one["parcels"]}
    noticed = frozenset(late_parts(order, services.policy, now, told=told))
    if order["status"] == OrderStatus.CANCELED:
        headline = headline_of_canceled(order, given)
    else:
        headline = headline_of(order, progress, noticed=noticed, news=news)
    return OrderStanding(
        headline=headline,
        status=status_of(order, progress),
        progress=progress,
        noticed=noticed,
        news=news,
        choices=choices,
    )
