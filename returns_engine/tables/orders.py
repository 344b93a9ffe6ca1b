"""Orders as the shop sent them: frozen amounts, and the customer's data in rows that can go."""

from piccolo.columns import (
    JSONB,
    BigInt,
    Boolean,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class Order(Table, tablename="orders", help_text="What a customer bought"):
    """An order. Amounts in minor units of `currency`; times in UTC."""

    id: Serial
    number = Varchar(length=100, unique=True, help_text="The shop's order number")
    channel = Varchar(length=100, help_text="Where it was sold")
    status = Varchar(length=16, help_text="The merchant's word; completed means shipped")
    placed_at = Timestamptz(default=None)
    paid_at = Timestamptz(default=None, null=True)
    confirmed_at = Timestamptz(default=None, null=True)
    production_started_at = Timestamptz(default=None, null=True)
    currency = Varchar(length=3)
    discount = BigInt(default=0)
    shipping = BigInt(default=0)
    shipping_tax = BigInt(default=0)
    rounding = BigInt(
        default=0, help_text="Captured less the sum of the parts; never refunded with lines"
    )
    country = Varchar(length=2, help_text="Of the shipping address")
    language = Varchar(
        length=16, null=True, default=None, help_text="Which the customer reads; chosen, or asked"
    )
    version = Integer(default=1)
    imported_at = Timestamptz(default=None)
    erased_at = Timestamptz(
        default=None, null=True, help_text="When whose it was, and their words, were erased"
    )

    orders_ck_status = Check("status IN ('pending', 'processing', 'completed', 'canceled')")
    orders_ck_amounts = Check("discount >= 0 AND shipping >= 0 AND shipping_tax >= 0")
    orders_ck_version = Check("version >= 1")


class OrderContact(
    Table, tablename="order_contacts", help_text="Whose order it is; erased on request"
):
    """Personal data of one order: removing this row leaves the order itself whole."""

    id: Serial
    order = ForeignKey(Order, on_delete=OnDelete.restrict, null=False, unique=True)
    name = Text(default="")
    email = Varchar(length=320, null=True, default=None, index=True, help_text="Normalized")
    phone = Varchar(length=40, null=True, default=None, index=True, help_text="E.164")
    account_id = Varchar(length=128, null=True, default=None)
    ship_to_name = Text(default="")
    plain_name = Text(null=True, default=None, help_text="The name as it is looked for")
    plain_ship_to_name = Text(null=True, default=None, help_text="Likewise")
    line1 = Text(default="")
    line2 = Text(null=True, default=None)
    city = Text(default="")
    region = Text(null=True, default=None)
    postal_code = Text(null=True, default=None)


class OrderLine(Table, tablename="order_lines", help_text="One kind of thing in an order"):
    """One line of an order; `net` is its price after its share of the order's discount."""

    id: Serial
    order = ForeignKey(Order, on_delete=OnDelete.restrict, null=False)
    line_id = Varchar(length=100)
    position = Integer(default=0)
    sku = Text(index=True)
    title = Text()
    category = Varchar(length=100)
    kind = Varchar(length=16)
    quantity = Integer(default=1)
    unit_price = BigInt(default=0, help_text="After the line's own discount, minor units")
    tax = BigInt(default=0, help_text="The line's total")
    tax_included = Boolean(default=False)
    net = BigInt(default=0)
    vehicle = JSONB(null=True, default=None)
    image_url = Text(null=True, default=None)

    order_lines_uq_line = Unique([order, line_id])
    order_lines_ck_kind = Check(
        "kind IN ('stock', 'custom', 'personalized', 'special_order', 'gift_card')"
    )
    order_lines_ck_amounts = Check(
        "quantity >= 1 AND unit_price >= 0 AND tax >= 0 AND net >= 0"
        " AND net <= unit_price * quantity"
    )


class Payment(Table, tablename="payments", help_text="How an order was paid"):
    """One payment of an order; refunds go back to it and never beyond it."""

    id: Serial
    order = ForeignKey(Order, on_delete=OnDelete.restrict, null=False)
    payment_id = Varchar(length=100)
    position = Integer(default=0)
    provider = Varchar(length=16)
    reference = Varchar(length=255)
    method = Varchar(length=100)
    captured = BigInt(default=0)
    disputed = BigInt(default=0)
    disputed_lost = BigInt(default=0, help_text="What of it was lost: the bank has given it back")
    refundable_until = Timestamptz(default=None, null=True)
    checked_at = Timestamptz(
        default=None, null=True, help_text="When it was last read at the provider"
    )
    verified_at = Timestamptz(
        default=None, null=True, help_text="When the provider last confirmed amount and currency"
    )
    mismatch = Varchar(
        length=24, null=True, default=None, help_text="What differs at the provider; nothing goes"
    )
    told_captured = BigInt(null=True, default=None, help_text="What the provider says it captured")
    told_refunded = BigInt(null=True, default=None, help_text="What it says it gave back")
    told_currency = Varchar(length=3, null=True, default=None)
    difference = BigInt(default=0, help_text="Given back at the provider less given back here")
    reading = BigInt(default=0, help_text="The number of the last reading; an older one is late")
    strained = Boolean(default=False, help_text="Our own refunds can have taken it below zero")

    payments_uq_payment = Unique([order, payment_id])
    payments_uq_reference = Unique([provider, reference])
    payments_ck_provider = Check("provider IN ('stripe', 'external')")
    payments_ck_amounts = Check("captured >= 0 AND disputed >= 0")
    payments_ck_mismatch = Check(
        "mismatch IN ('amount', 'currency', 'not_captured', 'unknown_at_provider')"
    )


class Shipment(Table, tablename="shipments", help_text="A parcel to the customer"):
    """One parcel that left for the customer, and how we know when it arrived."""

    id: Serial
    order = ForeignKey(Order, on_delete=OnDelete.restrict, null=False)
    shipment_id = Varchar(length=100)
    position = Integer(default=0)
    carrier = Varchar(length=100, null=True, default=None)
    tracking_number = Varchar(length=128, null=True, default=None, index=True)
    shipped_at = Timestamptz(default=None, null=True)
    delivered_at = Timestamptz(default=None, null=True)
    delivery_evidence = Varchar(length=24, null=True, default=None)

    shipments_uq_shipment = Unique([order, shipment_id])
    shipments_ck_evidence = Check(
        "delivery_evidence IN ('carrier_scan', 'customer_statement', 'estimate')"
    )


class ShipmentLine(Table, tablename="shipment_lines", help_text="What a parcel holds"):
    """How many units of an order line are in a parcel."""

    id: Serial
    shipment = ForeignKey(Shipment, on_delete=OnDelete.cascade, null=False)
    order_line = ForeignKey(OrderLine, on_delete=OnDelete.restrict, null=False)
    quantity = Integer(default=1)

    shipment_lines_uq_line = Unique([shipment, order_line])
    shipment_lines_ck_quantity = Check("quantity >= 1")


class DeliveryEvidence(
    Table, tablename="delivery_evidence", help_text="Every word we had of a delivery; append only"
):
    """One word about when a parcel arrived, kept whether or not it stands (B-1).

    Who recorded a statement says why in an event of the order, whose text can be erased.
    """

    id: Serial
    shipment = ForeignKey(Shipment, on_delete=OnDelete.restrict, null=False, index=True)
    delivered_at = Timestamptz(default=None)
    evidence = Varchar(length=24)
    source = Varchar(length=16, help_text="import, or staff")
    recorded_at = Timestamptz(default=None)
    recorded_by = Integer(null=True, default=None, help_text="The person of the staff")

    delivery_evidence_ck_evidence = Check(
        "evidence IN ('carrier_scan', 'customer_statement', 'estimate')"
    )
    delivery_evidence_ck_source = Check("source IN ('import', 'staff')")
