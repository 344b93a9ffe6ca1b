"""Draw one order with its lines, payment and parcels, and keep its rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from returns_engine.rules.facts import LineFacts, OrderFacts, ShipmentFacts, ShippedUnits
from returns_engine.rules.money.allocation import allocate
from returns_engine.rules.name_likeness import plain_name
from returns_engine.rules.words import Evidence, ItemKind, OrderStatus
from returns_engine.sandbox.sample_data.copied_rows import CopiedRows
from returns_engine.sandbox.sample_data.goods import Person, Ware, drawn_person, drawn_wares

CURRENCY = "USD"
_TAX_PERCENT = 8
_PACKED_AFTER = timedelta(days=2)
_CANCELED, _DISCOUNTED, _IN_TWO_PARCELS, _ELSEWHERE = 0.02, 0.1, 0.1, 0.12
_EVIDENCE = (Evidence.CARRIER_SCAN, Evidence.ESTIMATE, Evidence.CUSTOMER_STATEMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnOrder:
    """An order whose rows are kept: its row id, its facts, the row ids of its lines, who paid."""

    id: int
    person: Person
    facts: OrderFacts
    line_rows: dict[str, int]
    payment: int
    reference: str
    method: str

    @property
    def number(self) -> str:
        """Return the order's number."""
        return self.facts.order_number

    @property
    def imported_at(self) -> datetime:
        """Return when the shop sent it."""
        return self.facts.placed_at + timedelta(minutes=5)

    @property
    def delivered_at(self) -> datetime | None:
        """Return when the last parcel arrived, or None while one is on its way."""
        days = [parcel.delivered_at for parcel in self.facts.shipments]
        known = [day for day in days if day is not None]
        return max(known) if known and len(known) == len(days) else None


def draw_order(
    number: str,
    placed_at: datetime,
    until: datetime,
    *,
    returned: bool,
    draw: Random,
    rows: CopiedRows,
) -> DrawnOrder:
    """Draw the order of this number as it stands at `until`; one with a return was shipped whole.

    Amounts in minor units of US dollars; sold in the United States.
    """
    order_id = rows.new_id("orders")
    person = drawn_person(draw, number)
    wares = drawn_wares(draw, returned=returned)
    lines = tuple(_line(place, ware, draw) for place, ware in enumerate(wares, start=1))
    goods = [line.unit_price * line.quantity for line in lines]
    discount = sum(goods) // 10 if draw.random() < _DISCOUNTED else 0
    shipping = draw.choices((0, 999, 1299), (70, 20, 10))[0]
    status = _status(placed_at, until, draw) if not returned else OrderStatus.COMPLETED
    paid_at = placed_at + timedelta(minutes=1)
    facts = OrderFacts(
        order_number=number,
        status=status,
        placed_at=placed_at,
        paid_at=paid_at,
        production_started_at=_production(lines, status, paid_at),
        currency=CURRENCY,
        discount=discount,
        shipping=shipping,
        shipping_tax=0,
        country="US",
        lines=lines,
        shipments=_parcels(lines, placed_at, until, draw) if _is_shipped(status) else (),
    )
    elsewhere = draw.random() < _ELSEWHERE
    order = DrawnOrder(
        id=order_id,
        person=person,
        facts=facts,
        line_rows={line.line_id: rows.new_id("order_lines") for line in lines},
        payment=rows.new_id("payments"),
        reference=f"market-{number}" if elsewhere else f"pi_{number}",
        method="marketplace" if elsewhere else "card",
    )
    _keep(order, wares, allocate(discount, goods), rows)
    return order


def _status(placed_at: datetime, until: datetime, draw: Random) -> OrderStatus:
    if draw.random() < _CANCELED:
        return OrderStatus.CANCELED
    packed = until - placed_at > _PACKED_AFTER
    return OrderStatus.COMPLETED if packed else OrderStatus.PROCESSING


def _is_shipped(status: OrderStatus) -> bool:
    return status is OrderStatus.COMPLETED


def _line(place: int, ware: Ware, draw: Random) -> LineFacts:
    quantity = draw.choices((1, 2, 3), (75, 20, 5))[0] if ware.kind == "stock" else 1
    taxed = 0 if ware.kind == "gift_card" else ware.price * quantity * _TAX_PERCENT // 100
    return LineFacts(
        line_id=f"L{place}",
        sku=ware.sku,
        title=ware.title,
        category=ware.category,
        kind=ItemKind(ware.kind),
        quantity=quantity,
        unit_price=ware.price,
        tax=taxed,
        tax_included=False,
    )


def _production(
    lines: Sequence[LineFacts], status: OrderStatus, paid_at: datetime
) -> datetime | None:
    made = any(line.kind is ItemKind.CUSTOM for line in lines)
    return paid_at + timedelta(hours=20) if made and _is_shipped(status) else None


def _parcels(
    lines: Sequence[LineFacts], placed_at: datetime, until: datetime, draw: Random
) -> tuple[ShipmentFacts, ...]:
    """Pack everything into one parcel, sometimes the last unit into a second."""
    everything = Counter({line.line_id: line.quantity for line in lines})
    packed = [everything]
    if everything.total() > 1 and draw.random() < _IN_TWO_PARCELS:
        last = Counter({lines[-1].line_id: 1})
        packed = [everything - last, last]
    return tuple(
        _parcel(place, held, placed_at + timedelta(days=place), until, draw)
        for place, held in enumerate(packed, start=1)
    )


def _parcel(
    place: int, held: Mapping[str, int], shipped_at: datetime, until: datetime, draw: Random
) -> ShipmentFacts:
    arrives = shipped_at + timedelta(hours=draw.randrange(30, 120))
    arrived = arrives < until
    return ShipmentFacts(
        shipment_id=f"S{place}",
        delivered_at=arrives if arrived else None,
        delivery_evidence=draw.choices(_EVIDENCE, (90, 6, 4))[0] if arrived else None,
        lines=tuple(
            ShippedUnits(line_id=line_id, quantity=quantity) for line_id, quantity in held.items()
        ),
    )


def _keep(order: DrawnOrder, wares: Sequence[Ware], off: Sequence[int], rows: CopiedRows) -> None:
    facts, person = order.facts, order.person
    paid = facts.paid_at
    rows.add(
        "orders",
        order.id,
        facts.order_number,
        "marketplace" if order.method == "marketplace" else "web",
        str(facts.status),
        facts.placed_at,
        paid,
        paid,
        facts.production_started_at,
        facts.currency,
        facts.discount,
        facts.shipping,
        facts.shipping_tax,
        facts.country,
        order.imported_at,
    )
    rows.add(
        "order_contacts",
        order.id,
        person.name,
        person.email,
        person.phone,
        None,
        person.name,
        person.line1,
        person.city,
        person.region,
        person.postal_code,
        *(plain_name(person.name), plain_name(person.name)),
    )
    for place, (line, ware, less) in enumerate(zip(facts.lines, wares, off, strict=True)):
        rows.add(
            "order_lines",
            order.line_rows[line.line_id],
            order.id,
            line.line_id,
            place,
            line.sku,
            line.title,
            line.category,
            str(line.kind),
            line.quantity,
            line.unit_price,
            line.tax,
            line.unit_price * line.quantity - less,
            ware.vehicle,
        )
    rows.add(
        "payments",
        order.payment,
        order.id,
        "P1",
        0,
        "external" if order.method == "marketplace" else "stripe",
        order.reference,
        order.method,
        captured(order),
    )
    for place, parcel in enumerate(facts.shipments):
        _keep_parcel(order, place, parcel, rows)


def captured(order: DrawnOrder) -> int:
    """Return what the order cost, in minor units; all of it was captured."""
    facts = order.facts
    goods = sum(line.unit_price * line.quantity + line.tax for line in facts.lines)
    return goods - facts.discount + facts.shipping


def _keep_parcel(order: DrawnOrder, place: int, parcel: ShipmentFacts, rows: CopiedRows) -> None:
    shipment = rows.new_id("shipments")
    evidence = str(parcel.delivery_evidence) if parcel.delivery_evidence else None
    rows.add(
        "shipments",
        shipment,
        order.id,
        parcel.shipment_id,
        place,
        "ups",
        f"1Z{shipment:016}",
        order.facts.placed_at + timedelta(days=place + 1),
        parcel.delivered_at,
        evidence,
    )
    for units in parcel.lines:
        rows.add("shipment_lines", shipment, order.line_rows[units.line_id], units.quantity)
    if parcel.delivered_at is not None:
        rows.add(
            "delivery_evidence",
            shipment,
            parcel.delivered_at,
            evidence,
            "import",
            parcel.delivered_at,
        )
