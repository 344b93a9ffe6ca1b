"""What is answered of orders."""

from datetime import date
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from returns_engine.documents.order import VehicleDocument
from returns_engine.rules.words import Evidence, ItemKind, OrderStatus
from returns_engine.web.api.shapes.words import (
    Amount,
    Count,
    Currency,
    Difference,
    EvidenceSource,
    LineId,
    Moment,
    Name,
    OrderNumber,
    PaymentProvider,
    Version,
)


class Customer(Struct, kw_only=True):
    """Who ordered."""

    email: str | None
    phone: str | None
    name: str | None
    account_id: str | None


class Address(Struct, kw_only=True):
    """Where it was sent."""

    name: str | None
    line1: str | None
    line2: str | None
    city: str | None
    region: str | None
    postal_code: str | None
    country: str | None


class OrderLine(Struct, kw_only=True):
    """One order line, and what may still become of it."""

    line_id: LineId
    sku: str
    title: str
    category: str
    kind: ItemKind
    quantity: Count
    unit_price: Amount
    tax: Annotated[Amount, Meta(description="The line's total, in minor units.")]
    tax_included: bool
    vehicle: VehicleDocument | None
    image_url: str | None
    net: Annotated[Amount, Meta(description="The line less its part of the discount.")]
    refunded: Count
    returnable: Annotated[int, Meta(ge=0, description="Units that may still be returned.")]
    returnable_until: Annotated[
        date | None, Meta(description="The last day for at least one of them.")
    ]
    cancellable: Annotated[int, Meta(ge=0, description="Units that were not shipped yet.")]
    in_parcels: Annotated[
        int, Meta(ge=0, description="Units that are in a parcel to the customer.")
    ]


class OrderPayment(Struct, kw_only=True):
    """One payment; customers do not see the provider's `reference`."""

    payment_id: str
    provider: PaymentProvider
    reference: str | UnsetType = UNSET
    method: str
    captured: Amount
    refundable_until: Moment | None


class DeliveryWord(Struct, kw_only=True):
    """What somebody said about a delivery; `stands` where the date rests on it."""

    id: int
    delivered_at: Moment
    evidence: Evidence
    source: EvidenceSource
    recorded_at: Moment
    recorded_by: Name | None
    reason: str | None
    stands: bool


class UnitsInParcel(Struct, kw_only=True):
    """How many units of a line are in a parcel."""

    line_id: LineId
    quantity: Count


class OrderShipment(Struct, kw_only=True):
    """One parcel to the customer; staff alone sees the `evidence` behind its date."""

    shipment_id: str
    carrier: str | None
    tracking_number: str | None
    tracking_url: str | None
    shipped_at: Moment | None
    delivered_at: Moment | None
    delivery_evidence: Evidence | None
    evidence: list[DeliveryWord] | UnsetType = UNSET
    lines: list[UnitsInParcel]


class Order(Struct, kw_only=True):
    """An order as it was sent in, and per line what may still come back and until when."""

    order_number: OrderNumber
    channel: str
    status: OrderStatus
    placed_at: Moment
    paid_at: Moment | None
    confirmed_at: Moment | None
    production_started_at: Moment | None
    currency: Currency
    discount: Amount
    shipping: Amount
    shipping_tax: Amount
    rounding: Annotated[
        Difference, Meta(description="What was captured less what the order comes to.")
    ]
    customer: Annotated[Customer | None, Meta(description="Null once it was erased.")]
    shipping_address: Annotated[Address | None, Meta(description="Null once it was erased.")]
    lines: list[OrderLine]
    payments: list[OrderPayment]
    shipments: list[OrderShipment]
    version: Version


class StatedDelivery(Struct, kw_only=True):
    """A delivery as the customer states it, and whether it counts."""

    evidence_id: int
    stands: Annotated[bool, Meta(description="Whether the date now rests on it.")]
    says: str
    order: Order


class LookupAccepted(Struct, kw_only=True):
    """Always the same, whether the order exists or not."""

    status: str


class OrderAccess(Struct, kw_only=True):
    """A token for one order, to be sent as a bearer's."""

    token: str
    expires_at: Moment
    order: Order
