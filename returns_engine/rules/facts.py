"""What a decision is made from: an order as it stands, a request, and what was given before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from returns_engine.rules.words import (
    Cause,
    Evidence,
    ItemKind,
    OrderStatus,
    Reason,
    Resolution,
    ReturnKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """One order line. Amounts in minor units; `unit_price` is after the line's own discount.

    `warranty_until` is the last day of the warranty of what this line replaces, where it is a
    replacement that a shop has booked as an order of its own (47, B-6).
    """

    line_id: str
    sku: str
    title: str
    category: str
    kind: ItemKind
    quantity: int
    unit_price: int
    tax: int
    tax_included: bool
    warranty_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedUnits:
    """How many units of a line are in a parcel."""

    line_id: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentFacts:
    """One parcel to the customer; `delivered_at` without evidence counts as an estimate."""

    shipment_id: str
    delivered_at: datetime | None
    delivery_evidence: Evidence | None
    lines: tuple[ShippedUnits, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """An order as far as a decision needs it: no names, no addresses but the country."""

    order_number: str
    status: OrderStatus
    placed_at: datetime
    paid_at: datetime | None
    production_started_at: datetime | None
    currency: str
    discount: int
    shipping: int
    shipping_tax: int
    country: str
    lines: tuple[LineFacts, ...]
    shipments: tuple[ShipmentFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredCondition:
    """What the customer says of the item; None where nothing was said."""

    unused: bool | None = None
    tags_attached: bool | None = None
    original_packaging: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRequest:
    """What is asked for one order line; `cause` stands instead of `reason` in a warranty claim."""

    line_id: str
    quantity: int
    reason: Reason | None = None
    cause: Cause | None = None
    declared_condition: DeclaredCondition = DeclaredCondition()
    photos: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRequest:
    """A customer's request; `resolution` None leaves the choice to what the lines offer."""

    order_number: str
    kind: ReturnKind
    lines: tuple[LineRequest, ...]
    resolution: Resolution | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBefore:
    """What open or settled returns already hold of one order line, in units.

    `by_shipment` counts the shipped units by the parcel they were taken from; `cancelled` those
    given back before they were shipped; `with_shipping` those for which the outbound shipping went
    back too (the merchant's fault, and cancellations); `kept` those that were not to be sent back.
    """

    by_shipment: Mapping[str, int] = field(default_factory=dict)
    cancelled: int = 0
    with_shipping: int = 0
    kept: int = 0

    @property
    def units(self) -> int:
        """Return all units that are spoken for."""
        return sum(self.by_shipment.values()) + self.cancelled


History = Mapping[str, GivenBefore]
"""By line id; a line that is absent has nothing given."""
