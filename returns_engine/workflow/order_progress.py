"""Where an order stands, in plain words: what is on its way, what is still to come, and until when.

The merchant's `completed` means shipped, never delivered (12). Days are estimates by the kind of
the items; the carrier's own word outranks them (18).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from returns_engine.rules.delivery_terms import Pace
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import Evidence, ItemKind, OrderStatus
from returns_engine.workflow.business_days import business_days_after

# What is made for the customer first; the others lie in a warehouse.
_MADE = frozenset({ItemKind.CUSTOM, ItemKind.PERSONALIZED, ItemKind.SPECIAL_ORDER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Between which days something is expected."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One parcel: `preparing`, `on_the_way`, `late`, `abroad`, `presumed` there, or `delivered`.

    Abroad nothing is expected; one that is under way longer than until `patient_until` is
    `late_abroad`.
    """

    shipment: Mapping[str, Any]
    contents: tuple[tuple[int, str], ...]
    stands: str
    expected: Span | None
    patient_until: date | None

    @property
    def is_late(self) -> bool:
        """Tell whether it takes longer than usual."""
        return self.stands in {"late", "late_abroad"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Units that are not shipped yet: `made` for the customer or `prepared`, or `late`."""

    line_id: str
    title: str
    units: int
    stands: str
    ships: Span | None
    arrives: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderProgress:
    """An order's parcels, and what is still to come.

    `unpaid` is None for what was paid or canceled, else `in_process`, or `late` (9).
    """

    parcels: tuple[Parcel, ...]
    waiting: tuple[Waiting, ...]
    abroad: bool
    made: bool
    unpaid: str | None


def progress_of(order: Mapping[str, Any], policy: Policy, now: datetime) -> OrderProgress:
    """Return where the parts of an order stand at `now`."""
    today = now.astimezone(policy.zone).date()
    abroad = is_abroad(order, policy)
    lines = {line["line_id"]: line for line in order["lines"]}
    parcels = tuple(_parcel(one, lines, policy, today, abroad=abroad) for one in order["shipments"])
    return OrderProgress(
        parcels=parcels,
        waiting=tuple(_waiting(order, policy, today, abroad=abroad)),
        abroad=abroad,
        made=any(line["kind"] in _MADE for line in order["lines"]),
        unpaid=_unpaid(order, policy, now),
    )


def _unpaid(order: Mapping[str, Any], policy: Policy, now: datetime) -> str | None:
    if order["paid_at"] is not None or order["status"] == OrderStatus.CANCELED:
        return None
    hours = policy.delivery.payment_hours
    pending = order["status"] == OrderStatus.PENDING and hours is not None
    waits = now - datetime.fromisoformat(order["placed_at"])
    return "late" if pending and waits > timedelta(hours=hours or 0) else "in_process"


def is_abroad(order: Mapping[str, Any], policy: Policy) -> bool:
    """Tell whether an order goes to another country; nobody knows of one that was erased."""
    address = order["shipping_address"]
    return address is not None and (address["country"] or "") not in {"", policy.home_country}


def _parcel(
    shipment: Mapping[str, Any],
    lines: Mapping[str, Mapping[str, Any]],
    policy: Policy,
    today: date,
    *,
    abroad: bool,
) -> Parcel:
    held = [(row["quantity"], lines[row["line_id"]]) for row in shipment["lines"]]
    kinds = {ItemKind(line["kind"]) for _, line in held}
    shipped = _day(shipment["shipped_at"], policy)
    expected = None if abroad or shipped is None else _arrival(shipped, shipped, kinds, policy)
    days = policy.delivery.abroad_days
    patient_until = shipped + timedelta(days=days) if abroad and shipped and days else None
    stands = _standing(shipment, expected, policy, today, abroad=abroad)
    if stands == "abroad" and patient_until and today > patient_until:
        stands = "late_abroad"
    return Parcel(
        shipment=shipment,
        contents=tuple((units, line["title"]) for units, line in held),
        stands=stands,
        expected=expected,
        patient_until=patient_until,
    )


def _standing(
    shipment: Mapping[str, Any],
    expected: Span | None,
    policy: Policy,
    today: date,
    *,
    abroad: bool,
) -> str:
    there = _day(shipment["delivered_at"], policy)
    if there is not None and there <= today:
        estimated = shipment["delivery_evidence"] in {None, Evidence.ESTIMATE}
        return "presumed" if estimated else "delivered"
    if shipment["shipped_at"] is None:
        return "preparing"
    if abroad:
        return "abroad"
    remote = policy.delivery.remote_business_days
    if expected and today > business_days_after(expected.last, remote, policy.home_country):
        return "late"
    return "on_the_way"


def _waiting(
    order: Mapping[str, Any], policy: Policy, today: date, *, abroad: bool
) -> Iterable[Waiting]:
    """Yield what is paid for and neither shipped nor cancelled; nothing of a shipped order."""
    begun = _begun(order, policy)
    if order["status"] != OrderStatus.PROCESSING or begun is None:
        return
    for line in order["lines"]:
        if not line["cancellable"] or line["kind"] == ItemKind.GIFT_CARD:
            continue
        kind = ItemKind(line["kind"])
        pace = policy.delivery.pace.get(kind)
        ships = None if pace is None else _ready(begun, pace)
        late = ships is not None and today > ships.last
        arrives = None
        if ships is not None and not abroad and not late:
            arrives = _arrival(ships.first, ships.last, {kind}, policy)
        yield Waiting(
            line_id=line["line_id"],
            title=line["title"],
            units=line["cancellable"],
            stands="late" if late else "made" if kind in _MADE else "prepared",
            ships=ships,
            arrives=arrives,
        )


def _begun(order: Mapping[str, Any], policy: Policy) -> date | None:
    """Return the day an order counts from: paid, and confirmed where it was (15)."""
    paid, confirmed = order["paid_at"], order["confirmed_at"]
    return None if paid is None else _day(max(paid, confirmed or paid), policy)


def _ready(begun: date, pace: Pace) -> Span:
    first, last = pace.ready_days
    return Span(first=begun + timedelta(days=first), last=begun + timedelta(days=last))


def _arrival(first: date, last: date, kinds: Iterable[ItemKind], policy: Policy) -> Span | None:
    """Return when a parcel arrives that leaves between two days; it is as slow as its slowest."""
    spans = [policy.delivery.pace[kind] for kind in kinds if kind in policy.delivery.pace]
    if not spans:
        return None
    soonest = max(pace.transit_business_days[0] for pace in spans)
    latest = max(pace.transit_business_days[1] for pace in spans)
    return Span(
        first=business_days_after(first, soonest, policy.home_country),
        last=business_days_after(last, latest, policy.home_country),
    )


def _day(moment: str | None, policy: Policy) -> date | None:
    if moment is None:
        return None
    return datetime.fromisoformat(moment).astimezone(policy.zone).date()
