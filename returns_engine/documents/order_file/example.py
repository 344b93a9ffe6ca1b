"""Two orders as CSV, to show how lines, payments and parcels share rows."""

from collections.abc import Mapping, Sequence

_WHO = {
    "customer.name": "Dana Reyes",
    "customer.email": "dana@example.com",
    "customer.phone": "+13125550123",
    "shipping_address.name": "Dana Reyes",
    "shipping_address.line1": "1 Main St",
    "shipping_address.city": "Chicago",
    "shipping_address.region": "IL",
    "shipping_address.postal_code": "60601",
    "shipping_address.country": "US",
}
_COVER = {
    "line.line_id": "L1",
    "line.sku": "EKR-F150-BLK",
    "line.title": "Seat covers, Ford F-150, black",
    "line.category": "seat_cover",
    "line.kind": "stock",
    "line.quantity": "2",
    "line.unit_price": "12995",
    "line.tax": "2079",
    "line.tax_included": "false",
    "line.vehicle.make": "Ford",
    "line.vehicle.model": "F-150",
    "line.vehicle.year": "2022",
}
_MAT = {
    "line.line_id": "L2",
    "line.sku": "EKR-MAT",
    "line.title": "Floor mat",
    "line.category": "accessory",
    "line.kind": "stock",
    "line.quantity": "1",
    "line.unit_price": "4000",
    "line.tax": "320",
    "line.tax_included": "false",
}
_SHIPPED = {
    "shipment.carrier": "ups",
    "shipment.shipped_at": "2026-02-24T18:00:00Z",
    "shipment.delivered_at": "2026-03-02T04:30:00Z",
    "shipment.delivery_evidence": "carrier_scan",
}


def _order(number: str, status: str, discount: str) -> dict[str, str]:
    return {
        "order_number": number,
        "channel": "web",
        "status": status,
        "placed_at": "2026-02-20T15:04:05Z",
        "paid_at": "2026-02-20T15:05:00Z",
        "currency": "USD",
        "discount": discount,
        "shipping": "0",
        "shipping_tax": "0",
    }


def _payment(payment_id: str, reference: str, captured: str) -> dict[str, str]:
    return {
        "payment.payment_id": payment_id,
        "payment.provider": "stripe",
        "payment.reference": reference,
        "payment.method": "card",
        "payment.captured": captured,
    }


def _parcel(shipment_id: str, quantity: str) -> dict[str, str]:
    return {"shipment.shipment_id": shipment_id, "shipment.quantity": quantity}


EXAMPLE_ROWS: Sequence[Mapping[str, str]] = (
    # One line, one payment, not shipped yet: one row.
    _order("EKR-1001", "processing", "0") | _WHO | _COVER | _payment("P1", "pi_1001", "28069"),
    # Two lines, two payments, and the covers in two parcels: three rows.
    _order("EKR-1002", "completed", "1000")
    | _WHO
    | _COVER
    | _payment("P1", "pi_1002", "20000")
    | _SHIPPED
    | _parcel("S1", "1"),
    {"order_number": "EKR-1002"} | _MAT | _payment("P2", "pi_1002b", "11389") | _parcel("S1", "1"),
    {"order_number": "EKR-1002", "line.line_id": "L1"} | _SHIPPED | _parcel("S2", "1"),
)
"""Cells by column; those that are empty are left out."""
