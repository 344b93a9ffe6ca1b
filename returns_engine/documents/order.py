"""An order as it comes in: the body of PUT /orders/{order_number}, and the file `decide` reads."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from returns_engine.rules.facts import LineFacts, OrderFacts, ShipmentFacts, ShippedUnits
from returns_engine.rules.words import Evidence, ItemKind, OrderStatus

Id = Annotated[str, Meta(min_length=1, max_length=100)]
Word = Annotated[str, Meta(min_length=1, max_length=100)]
Text = Annotated[str, Meta(max_length=500)]
Moment = Annotated[datetime, Meta(tz=True)]
# Blanks by name where Python and JSON Schema do not agree which signs are blank.
_BLANKS = r"\s\x1c-\x1f\x85\ufeff"
_NO_BLANK = rf"[^@{_BLANKS}]+"
Email = Annotated[
    str,
    Meta(
        max_length=254,
        pattern=rf"^{_NO_BLANK}@{_NO_BLANK}\Z",
        description="An e-mail address, such as dana@example.com.",
    ),
]
Phone = Annotated[
    str,
    Meta(
        max_length=40,
        pattern=r"^\+?[0-9][0-9 ()./-]{3,}\Z",
        description="A phone number, such as +13125550123: digits, blanks and ()./- between.",
    ),
]
# Orders that were taken in before hold any text here, and are answered with it.
ImageUrl = Annotated[
    str,
    Meta(
        max_length=2000,
        pattern=rf"^https?://[^/?#{_BLANKS}]+[^{_BLANKS}]*\Z",
        description="An absolute http or https address, such as https://shop.example/seat.jpg.",
    ),
]
Country = Annotated[
    str, Meta(pattern=r"^[A-Z]{2}\Z", description="Two capital letters (ISO 3166-1), such as US.")
]


class CustomerDocument(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Who ordered; `account_id` only where the order was placed while signed in (3, 4)."""

    name: Text
    email: Email | None = None
    phone: Phone | None = None
    account_id: Id | None = None


class AddressDocument(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Where it was sent; `country` as two capital letters."""

    name: Text
    line1: Text
    city: Text
    country: Country
    line2: Text | None = None
    region: Text | None = None
    postal_code: Text | None = None


class VehicleDocument(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The car a cover is made for (13, 14)."""

    make: Text
    model: Text
    year: Annotated[int, Meta(ge=1850, le=2200)]


class LineDocument(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One order line; `tax` is the line's total, amounts are minor units."""

    line_id: Id
    sku: Text
    title: Text
    category: Word
    kind: ItemKind
    quantity: int
    unit_price: int
    tax: int
    tax_included: bool
    vehicle: VehicleDocument | None = None
    image_url: ImageUrl | None = None

    def facts(self) -> LineFacts:
        """Return the line as the rules need it."""
        return LineFacts(
            line_id=self.line_id,
            sku=self.sku,
            title=self.title,
            category=self.category,
            kind=self.kind,
            quantity=self.quantity,
            unit_price=self.unit_price,
            tax=self.tax,
            tax_included=self.tax_included,
        )


class PaymentDocument(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One payment; `external` ones are recorded, never called (29, B-23)."""

    payment_id: Id
    provider: Literal["stripe", "external"]
    reference: Annotated[str, Meta(min_length=1, max_length=255)]
    method: Word
    captured: int
    refundable_until: Moment | None = None


class ShippedDocument(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """How many units of a line are in a parcel."""

    line_id: Id
    quantity: int


class ShipmentDocument(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One parcel to the customer."""

    shipment_id: Id
    lines: list[ShippedDocument]
    carrier: Word | None = None
    tracking_number: Word | None = None
    shipped_at: Moment | None = None
    delivered_at: Moment | None = None
    delivery_evidence: Evidence | None = None

    def facts(self) -> ShipmentFacts:
        """Return the parcel as the rules need it."""
        return ShipmentFacts(
            shipment_id=self.shipment_id,
            delivered_at=self.delivered_at,
            delivery_evidence=self.delivery_evidence,
            lines=tuple(
                ShippedUnits(line_id=row.line_id, quantity=row.quantity) for row in self.lines
            ),
        )


class OrderDocument(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A whole order; `order_number` is only for files, over HTTP the address says it.

    What can be null may be left out. A document that was read may still be inconsistent: see
    `order_problems`.
    """

    channel: Word
    status: OrderStatus
    placed_at: Moment
    currency: str
    customer: CustomerDocument
    shipping_address: AddressDocument
    lines: list[LineDocument]
    discount: int
    shipping: int
    shipping_tax: int
    payments: list[PaymentDocument]
    shipments: list[ShipmentDocument]
    order_number: Id | None = None
    paid_at: Moment | None = None
    confirmed_at: Moment | None = None
    production_started_at: Moment | None = None

    def facts(self, order_number: str) -> OrderFacts:
        """Return the order as the rules need it, without the people in it."""
        return OrderFacts(
            order_number=order_number,
            status=self.status,
            placed_at=self.placed_at,
            paid_at=self.paid_at,
            production_started_at=self.production_started_at,
            currency=self.currency,
            discount=self.discount,
            shipping=self.shipping,
            shipping_tax=self.shipping_tax,
            country=self.shipping_address.country,
            lines=tuple(line.facts() for line in self.lines),
            shipments=tuple(shipment.facts() for shipment in self.shipments),
        )
