"""Which parts of an order are late, for the customer's page and the staff's list alike (74, 95)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from returns_engine.queries.late_orders import LateKind, LateLimits
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import ItemKind, OrderStatus
from returns_engine.workflow.business_days import business_days_after
from returns_engine.workflow.order_progress import progress_of

WINDOW = timedelta(days=90)
"""Only what was paid, or left us, so lately is late: some shops never send a delivery date."""
UNPAID_WINDOW = timedelta(days=7)
"""An order nobody paid is late so long after it was placed: an older one was left, not lost."""
LOOKED = timedelta(days=3)
"""So long what somebody looked at stays off the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """The last day something was usual on, and how many days that is ago."""

    due: date
    days: int


def late_parts(
    order: Mapping[str, Any], policy: Policy, now: datetime, *, told: Collection[str]
) -> tuple[str, ...]:
    """Return what of an order is late and noticed: `parcel:<id>`, `line:<id>`, or `payment`.

    The parcels `told` of, by their ids, are not: a delivery problem says what becomes of them.
    """
    if order["status"] == OrderStatus.CANCELED:
        return ()
    progress = progress_of(order, policy, now)
    if order["paid_at"] is None:
        lately = datetime.fromisoformat(order["placed_at"]) >= now - UNPAID_WINDOW
        return ("payment",) if progress.unpaid == "late" and lately else ()
    parcels = tuple(
        f"parcel:{one.shipment['shipment_id']}"
        for one in progress.parcels
        if one.is_late
        and one.shipment["shipment_id"] not in told
        and _lately(one.shipment["shipped_at"], now)
    )
    lines = tuple(f"line:{one.line_id}" for one in progress.waiting if one.stands == "late")
    return parcels + (lines if _lately(order["paid_at"], now) else ())


def late_limits(policy: Policy, now: datetime) -> LateLimits:
    """Return what `late_parts` goes by as moments, so that the database finds the same."""
    today = now.astimezone(policy.zone).date()
    pace = policy.delivery.pace
    abroad, hours = policy.delivery.abroad_days, policy.delivery.payment_hours
    since, unpaid_since = now - WINDOW, now - UNPAID_WINDOW
    return LateLimits(
        ready={
            str(kind): _begins(today - timedelta(days=one.ready_days[1]), policy)
            for kind, one in pace.items()
        },
        left={
            str(kind): _begins(
                _late_before(
                    one.transit_business_days[1],
                    policy.delivery.remote_business_days,
                    policy.home_country,
                    today,
                ),
                policy,
            )
            for kind, one in pace.items()
        },
        # What is never late began before the window does.
        abroad=_begins(today - timedelta(days=abroad), policy) if abroad else since,
        unpaid=now - timedelta(hours=hours) if hours else unpaid_since,
        since=since,
        unpaid_since=unpaid_since,
        looked=now - LOOKED,
        tomorrow=_begins(today + timedelta(days=1), policy),
        home=policy.home_country,
    )


def lateness(row: Mapping[str, Any], policy: Policy, now: datetime) -> Lateness:
    """Return how late a row of `list_late` is."""
    due = _due(row, policy)
    return Lateness(due=due, days=(now.astimezone(policy.zone).date() - due).days)


def _due(row: Mapping[str, Any], policy: Policy) -> date:
    begun: datetime = row["begun"]
    began = begun.astimezone(policy.zone).date()
    if row["late"] == LateKind.PAYMENT:
        hours = timedelta(hours=policy.delivery.payment_hours or 0)
        return (begun + hours).astimezone(policy.zone).date()
    if row["late"] == LateKind.ABROAD:
        return began + timedelta(days=policy.delivery.abroad_days or 0)
    pace = [
        policy.delivery.pace[kind]
        for kind in map(ItemKind, row["kinds"])
        if kind in policy.delivery.pace
    ]
    if row["late"] == LateKind.LINE:
        return began + timedelta(days=max(one.ready_days[1] for one in pace))
    return _there(
        began,
        max(one.transit_business_days[1] for one in pace),
        policy.delivery.remote_business_days,
        policy.home_country,
    )


def _lately(moment: str, now: datetime) -> bool:
    return datetime.fromisoformat(moment) >= now - WINDOW


def _begins(day: date, policy: Policy) -> datetime:
    return datetime.combine(day, time(), policy.zone)


def _there(left: date, transit: int, remote: int, country: str) -> date:
    return business_days_after(business_days_after(left, transit, country), remote, country)


@lru_cache(maxsize=64)
def _late_before(transit: int, remote: int, country: str, today: date) -> date:
    """Return the first day on which a parcel may have left and is not late today."""
    day = today
    while _there(day - timedelta(days=1), transit, remote, country) >= today:
        day -= timedelta(days=1)
    return day
