"""Which parcels the units of a request come from: each parcel has a window of its own.

Units are taken first where the window closes last and is still open, then where the delivery is
unknown, then where it is late. A unit that an estimate makes late may still be saved by a person,
so it goes before one that is late for certain.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import IntEnum
from zoneinfo import ZoneInfo

from returns_engine.rules.decision import ParcelUnits
from returns_engine.rules.eligibility.calendar_days import local_day
from returns_engine.rules.facts import GivenBefore, LineFacts, OrderFacts, ShipmentFacts
from returns_engine.rules.words import Evidence


class Standing(IntEnum):
    """How units stand towards their window, in the order in which they are taken."""

    OPEN = 0
    UNKNOWN = 1
    LATE_BY_ESTIMATE = 2
    LATE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """When a parcel arrived, by the policy's calendar, and until when its window is open."""

    day: date
    evidence: Evidence
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Units of one line in one parcel; `delivery` None where it is unknown or not yet."""

    shipment_id: str | None
    quantity: int
    delivery: Delivery | None
    standing: Standing
    announced_for: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The moment of a decision, the zone its days are counted in, and the length of the window."""

    as_of: datetime
    zone: ZoneInfo
    last_day: Callable[[date], date]

    @property
    def today(self) -> date:
        """Return the local date of the decision."""
        return local_day(self.as_of, self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The units of a line that are free, in the order in which they are taken."""

    units: tuple[Units, ...]

    @property
    def size(self) -> int:
        """Return how many units are left."""
        return sum(units.quantity for units in self.units)

    def take(self, quantity: int) -> tuple[tuple[Units, ...], "Pool"]:
        """Return up to `quantity` units, as many as there are, and the pool without them."""
        taken: list[Units] = []
        rest: list[Units] = []
        wanted = quantity
        for units in self.units:
            now = min(wanted, units.quantity)
            wanted -= now
            if now:
                taken.append(replace(units, quantity=now))
            if now < units.quantity:
                rest.append(replace(units, quantity=units.quantity - now))
        return tuple(taken), Pool(units=tuple(rest))


def shipped_units(order: OrderFacts, line_id: str) -> int:
    """Return how many units of a line are in parcels."""
    return sum(_in_parcel(shipment, line_id) for shipment in order.shipments)


def shipped_pool(
    order: OrderFacts, line: LineFacts, clock: Clock, given: GivenBefore, *, unknown_first: bool
) -> Pool:
    """Return the shipped units of a line that no open or settled return holds.

    `unknown_first` is for parcels that are missed: those are asked for which nobody saw arrive.
    """
    held = dict(given.by_shipment)
    free: list[Units] = []
    for shipment in order.shipments:
        inside = _in_parcel(shipment, line.line_id)
        gone = min(inside, held.get(shipment.shipment_id, 0))
        held[shipment.shipment_id] = held.get(shipment.shipment_id, 0) - gone
        if inside > gone:
            free.append(_units(shipment, inside - gone, clock))
    free.sort(key=_unknown_first if unknown_first else _taking_order)
    # A cancelled unit that was shipped all the same still cannot be given back twice.
    kept, _ = Pool(units=tuple(free)).take(max(0, line.quantity - given.units))
    return Pool(units=kept)


def unshipped_pool(order: OrderFacts, line: LineFacts, given: GivenBefore) -> Pool:
    """Return the units of a line that were neither shipped nor cancelled."""
    left = line.quantity - max(
        shipped_units(order, line.line_id) + given.cancelled,
        given.units,
    )
    if left <= 0:
        return Pool(units=())
    waiting = Units(shipment_id=None, quantity=left, delivery=None, standing=Standing.UNKNOWN)
    return Pool(units=(waiting,))


def as_taken(units: Iterable[Units]) -> tuple[ParcelUnits, ...]:
    """Return what our books keep of the units taken."""
    return tuple(ParcelUnits(shipment_id=one.shipment_id, quantity=one.quantity) for one in units)


def _in_parcel(shipment: ShipmentFacts, line_id: str) -> int:
    return sum(max(0, row.quantity) for row in shipment.lines if row.line_id == line_id)


def _units(shipment: ShipmentFacts, quantity: int, clock: Clock) -> Units:
    arrived = shipment.delivered_at
    # A delivery that is still to come has not happened: nothing is known about it yet.
    if arrived is None or arrived > clock.as_of:
        return Units(
            shipment_id=shipment.shipment_id,
            quantity=quantity,
            delivery=None,
            standing=Standing.UNKNOWN,
            announced_for=arrived,
        )
    day = local_day(arrived, clock.zone)
    evidence = shipment.delivery_evidence or Evidence.ESTIMATE
    delivery = Delivery(day=day, evidence=evidence, last_day=clock.last_day(day))
    return Units(
        shipment_id=shipment.shipment_id,
        quantity=quantity,
        delivery=delivery,
        standing=_standing(delivery, clock.today),
    )


def _standing(delivery: Delivery, today: date) -> Standing:
    if today <= delivery.last_day:
        return Standing.OPEN
    if delivery.evidence is Evidence.ESTIMATE:
        return Standing.LATE_BY_ESTIMATE
    return Standing.LATE


def _taking_order(units: Units) -> tuple[int, int]:
    return units.standing, -units.delivery.last_day.toordinal() if units.delivery else 0


def _unknown_first(units: Units) -> tuple[bool, int, int]:
    return units.delivery is not None, *_taking_order(units)
