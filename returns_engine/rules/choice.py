"""What a customer may choose when we cannot deliver as promised, and what silence means.

Out of stock: wait, take something else, or cancel (28, 33 to 35). Undeliverable: all the money
back, or the parcel once more with a gift (76). Silence has a safe default (B-31).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from returns_engine.rules.eligibility.calendar_days import days_later, local_day
from returns_engine.rules.eligibility.parcels import unshipped_pool
from returns_engine.rules.facts import GivenBefore, History, OrderFacts
from returns_engine.rules.policy import ChoiceTerms
from returns_engine.rules.words import OrderStatus


class ChoiceKind(StrEnum):
    """Why the customer is asked."""

    OUT_OF_STOCK = "out_of_stock"
    UNDELIVERABLE = "undeliverable"


class ChoiceOption(StrEnum):
    """What the customer may choose."""

    WAIT = "wait"
    SWAP = "swap"
    CANCEL = "cancel"
    REFUND = "refund"
    RESHIP = "reship"


OPTIONS: Mapping[ChoiceKind, tuple[ChoiceOption, ...]] = {
    ChoiceKind.OUT_OF_STOCK: (ChoiceOption.WAIT, ChoiceOption.SWAP, ChoiceOption.CANCEL),
    ChoiceKind.UNDELIVERABLE: (ChoiceOption.REFUND, ChoiceOption.RESHIP),
}
"""What each kind offers, in the order in which it is read."""

CLAUSES: Mapping[ChoiceKind, str] = {
    ChoiceKind.OUT_OF_STOCK: "stock.choice",
    ChoiceKind.UNDELIVERABLE: "delivery.choice",
}
"""The sentence of the policy that each kind rests on."""

BY_HAND = frozenset({ChoiceOption.WAIT, ChoiceOption.SWAP})
"""Options that the staff has to carry out: nothing in the engine ends them by itself."""

DELAYS = BY_HAND
"""Options after which the units are still owed: a further notice about them is a repeated delay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockNews:
    """What is known about goods coming in: on a day, by a day, within a span, or nothing."""

    restock_on: date | None = None
    restock_until: date | None = None

    @property
    def expected_by(self) -> date | None:
        """Return the day by which the goods are there at the latest; None where nobody knows."""
        return self.restock_until or self.restock_on


NOTHING_KNOWN = StockNews()


def safe_default(
    kind: ChoiceKind, news: StockNews, *, repeated: bool, today: date, terms: ChoiceTerms
) -> ChoiceOption:
    """Say what silence means (B-31).

    Undeliverable: the money goes back. Out of stock: a first notice with a definite day that is at
    most `terms.wait_days` off means waiting; later, unknown or repeated means cancelled and paid
    back.
    """
    if kind is ChoiceKind.UNDELIVERABLE:
        return ChoiceOption.REFUND
    expected = news.expected_by
    if not repeated and expected is not None and expected <= days_later(today, terms.wait_days):
        return ChoiceOption.WAIT
    return ChoiceOption.CANCEL


def deadline(kind: ChoiceKind, *, now: datetime, terms: ChoiceTerms, zone: ZoneInfo) -> datetime:
    """Return until when there is to choose: the end of a whole day in the policy's zone, in UTC."""
    days = terms.out_of_stock_days if kind is ChoiceKind.OUT_OF_STOCK else terms.undeliverable_days
    last_day = days_later(local_day(now, zone), days)
    return datetime.combine(last_day, time(23, 59, 59), zone).astimezone(UTC)


def still_waiting(order: OrderFacts, history: History, wanted: Mapping[str, int]) -> dict[str, int]:
    """Return how many of the units `wanted` (by line id) are neither shipped nor cancelled yet.

    Lines of which nothing is left are left out; an order that was canceled or never paid for has
    nothing left at all.
    """
    if order.status is OrderStatus.CANCELED or order.paid_at is None:
        return {}
    left = {}
    for line in order.lines:
        given = history.get(line.line_id, GivenBefore())
        units = min(wanted.get(line.line_id, 0), unshipped_pool(order, line, given).size)
        if units > 0:
            left[line.line_id] = units
    return left
