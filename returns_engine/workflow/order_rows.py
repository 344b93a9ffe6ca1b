"""An order document as rows: what each table keeps of it."""

from collections import Counter
from typing import Any

import msgspec

from returns_engine.documents.order import OrderDocument
from returns_engine.rules.money.refund_amount import line_net
from returns_engine.rules.name_likeness import plain_name
from returns_engine.workflow.contacts import normalized_email, stored_phone


def order_values(document: OrderDocument) -> dict[str, Any]:
    """Return the columns of the order itself; `rounding` is stored, never spread (contract)."""
    return {
        "channel": document.channel,
        "status": str(document.status),
        "placed_at": document.placed_at,
        "paid_at": document.paid_at,
        "confirmed_at": document.confirmed_at,
        "production_started_at": document.production_started_at,
        "currency": document.currency,
        "discount": document.discount,
        "shipping": document.shipping,
        "shipping_tax": document.shipping_tax,
        "rounding": rounding(document),
        "country": document.shipping_address.country,
    }


def rounding(document: OrderDocument) -> int:
    """Return captured less lines, exclusive tax and shipping; 0 while nothing was paid."""
    if document.paid_at is None:
        return 0
    nets = line_net(document.facts(""))
    exclusive = sum(line.tax for line in document.lines if not line.tax_included)
    parts = sum(nets.values()) + exclusive + document.shipping + document.shipping_tax
    return sum(payment.captured for payment in document.payments) - parts


def contact_values(document: OrderDocument) -> dict[str, Any]:
    """Return the customer's data, e-mail and phone in their written forms."""
    customer, address = document.customer, document.shipping_address
    phone = customer.phone
    return {
        "name": customer.name,
        "email": normalized_email(customer.email) if customer.email else None,
        "phone": stored_phone(phone, address.country) if phone else None,
        "account_id": customer.account_id,
        "ship_to_name": address.name,
        "plain_name": plain_name(customer.name),
        "plain_ship_to_name": plain_name(address.name),
        "line1": address.line1,
        "line2": address.line2,
        "city": address.city,
        "region": address.region,
        "postal_code": address.postal_code,
    }


def line_values(document: OrderDocument) -> dict[str, dict[str, Any]]:
    """Return the columns of each line by its id, with its share of the discount taken off."""
    nets = line_net(document.facts(""))
    return {
        line.line_id: {
            "position": place,
            "sku": line.sku,
            "title": line.title,
            "category": line.category,
            "kind": str(line.kind),
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "tax": line.tax,
            "tax_included": line.tax_included,
            "net": nets[line.line_id],
            "vehicle": msgspec.to_builtins(line.vehicle) if line.vehicle else None,
            "image_url": line.image_url,
        }
        for place, line in enumerate(document.lines)
    }


def payment_values(document: OrderDocument) -> dict[str, dict[str, Any]]:
    """Return the columns of each payment by its id."""
    return {
        payment.payment_id: {
            "position": place,
            "provider": payment.provider,
            "reference": payment.reference,
            "method": payment.method,
            "captured": payment.captured,
            "refundable_until": payment.refundable_until,
        }
        for place, payment in enumerate(document.payments)
    }


def shipment_values(document: OrderDocument) -> dict[str, dict[str, Any]]:
    """Return the columns of each parcel by its id; a date without evidence is an estimate."""
    return {
        shipment.shipment_id: {
            "position": place,
            "carrier": shipment.carrier,
            "tracking_number": shipment.tracking_number,
            "shipped_at": shipment.shipped_at,
            "delivered_at": shipment.delivered_at,
            "delivery_evidence": _evidence(shipment.delivered_at, shipment.delivery_evidence),
        }
        for place, shipment in enumerate(document.shipments)
    }


def packed_units(document: OrderDocument) -> dict[tuple[str, str], int]:
    """Return the units in each parcel by its id and the line's; a line written twice adds up."""
    units: Counter[tuple[str, str]] = Counter()
    for shipment in document.shipments:
        for row in shipment.lines:
            units[shipment.shipment_id, row.line_id] += row.quantity
    return dict(units)


def _evidence(delivered_at: object, evidence: str | None) -> str | None:
    if delivered_at is None:
        return None
    return str(evidence) if evidence else "estimate"
