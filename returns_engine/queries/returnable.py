"""How many units of each line may still be asked back, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from returns_engine.rules.eligibility.calendar_days import days_later
from returns_engine.rules.eligibility.parcels import (
    Clock,
    Pool,
    Standing,
    shipped_pool,
    unshipped_pool,
)
from returns_engine.rules.facts import GivenBefore, History, OrderFacts
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import ItemKind, OrderStatus

_NOTHING = GivenBefore()


@dataclass(frozen=True, slots=True, kw_only=True)
class LateUnits:
    """Units whose window is closed for certain, by the day on which they arrived."""

    units: int
    arrived: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Returnable:
    """Units that may be asked back; `until` the day on which the first of their windows closes.

    `until` is null where the delivery of one of them is unknown. `cancellable` counts units that
    were neither shipped nor cancelled, `in_parcels` those shipped, late or not, that no open or
    settled return holds; `late` are those of them that are late for certain.
    """

    units: int
    until: date | None
    cancellable: int
    in_parcels: int
    late: tuple[LateUnits, ...] = ()


def returnable(
    order: OrderFacts, history: History, *, policy: Policy, now: datetime
) -> Mapping[str, Returnable]:
    """Say by line id what may be asked back now: shipped, not given yet, and not late for certain.

    What a rule makes depend on the reason, such as a custom item, counts here.
    """
    policy = policy.in_force_at(order.placed_at)
    clock = Clock(
        as_of=now,
        zone=policy.zone,
        last_day=lambda delivered: days_later(delivered, policy.return_window_days),
    )
    open_order = order.status is not OrderStatus.CANCELED and order.paid_at is not None
    found = {}
    for line in order.lines:
        given = history.get(line.line_id, _NOTHING)
        pool = shipped_pool(order, line, clock, given, unknown_first=False)
        free = [units for units in pool.units if units.standing is not Standing.LATE]
        if not open_order or line.kind is ItemKind.GIFT_CARD:
            free = []
        days = [units.delivery.last_day for units in free if units.delivery is not None]
        known = len(days) == len(free)
        found[line.line_id] = Returnable(
            units=sum(units.quantity for units in free),
            until=min(days, default=None) if known else None,
            cancellable=unshipped_pool(order, line, given).size if open_order else 0,
            in_parcels=pool.size if open_order else 0,
            late=_late(pool) if open_order else (),
        )
    return found


def _late(pool: Pool) -> tuple[LateUnits, ...]:
    return tuple(
        LateUnits(units=units.quantity, arrived=units.delivery.day)
        for units in pool.units
        if units.standing is Standing.LATE and units.delivery is not None
    )
