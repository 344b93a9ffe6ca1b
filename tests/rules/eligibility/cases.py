"""Builders of orders and requests for the tests of the rules, with defaults everywhere."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from returns_engine.documents.policy_file import load_policy
from returns_engine.rules.eligibility.decide import decide
from returns_engine.rules.facts import (
    DeclaredCondition,
    GivenBefore,
    LineFacts,
    LineRequest,
    OrderFacts,
    ReturnRequest,
    ShipmentFacts,
    ShippedUnits,
)
from returns_engine.rules.words import (
    Cause,
    Evidence,
    ItemKind,
    OrderStatus,
    Reason,
    Resolution,
    ReturnKind,
)

EKR = load_policy(None)
NEW_YORK = ZoneInfo("America/New_York")


def at(text):
    """A moment; without an offset it is New York's wall clock."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=NEW_YORK)


def a_line(line_id="L1", *, kind="stock", category="seat_cover", quantity=2, **amounts):
    amounts = {"unit_price": 12995, "tax": 2079, "tax_included": False} | amounts
    return LineFacts(
        line_id=line_id,
        sku=f"SKU-{line_id}",
        title="Seat covers",
        category=category,
        kind=ItemKind(kind),
        quantity=quantity,
        **amounts,
    )


def a_parcel(shipment_id="S1", *, delivered="2026-03-01T23:30", evidence="carrier_scan", **units):
    """A parcel; `units` by line id, two of L1 where nothing is said."""
    return ShipmentFacts(
        shipment_id=shipment_id,
        delivered_at=None if delivered is None else at(delivered),
        delivery_evidence=None if evidence is None else Evidence(evidence),
        lines=tuple(
            ShippedUnits(line_id=line_id, quantity=quantity)
            for line_id, quantity in (units or {"L1": 2}).items()
        ),
    )


def an_order(*lines, parcels=None, **facts):
    lines = lines or (a_line(),)
    if parcels is None:
        parcels = [a_parcel(**{line.line_id: line.quantity for line in lines})]
    facts = {
        "status": OrderStatus.COMPLETED,
        "paid_at": datetime(2026, 2, 20, 15, 5, tzinfo=UTC),
        "production_started_at": None,
        "discount": 0,
        "shipping": 0,
        "shipping_tax": 0,
        "country": "US",
        "currency": "USD",
    } | facts
    return OrderFacts(
        order_number="EKR-1001",
        placed_at=datetime(2026, 2, 20, 15, 4, 5, tzinfo=UTC),
        lines=lines,
        shipments=tuple(parcels),
        **facts,
    )


def asking(line_id="L1", quantity=1, why="changed_mind", *, photos=0, **declared):
    """One line of a request; `why` is a reason, or the cause of a warranty claim."""
    is_reason = why in list(Reason)
    return LineRequest(
        line_id=line_id,
        quantity=quantity,
        reason=Reason(why) if is_reason else None,
        cause=None if is_reason or why is None else Cause(why),
        declared_condition=DeclaredCondition(**declared),
        photos=photos,
    )


def a_request(*lines, kind="return", resolution=None, order_number="EKR-1001"):
    return ReturnRequest(
        order_number=order_number,
        kind=ReturnKind(kind),
        lines=lines or (asking(),),
        resolution=resolution and Resolution(resolution),
    )


def given(cancelled=0, with_shipping=0, **by_shipment):
    return GivenBefore(by_shipment=by_shipment, cancelled=cancelled, with_shipping=with_shipping)


def decided(order=None, *lines, kind="return", as_of="2026-03-30T08:00", policy=EKR, history=None):
    request = a_request(*lines, kind=kind)
    return decide(order or an_order(), request, policy, at(as_of), history or {})


def the_line(*args, **kwargs):
    """The decision on a request's only line."""
    (line,) = decided(*args, **kwargs).lines
    return line


def the_rule(line, rule):
    return next(finding for finding in line.rules if finding.rule == rule)


def answers(line):
    """Outcome and code of each rule, by name."""
    return {finding.rule: (finding.outcome.value, finding.code) for finding in line.rules}


def days(window):
    return window.starts_on.isoformat(), window.last_day.isoformat()


def taken(line):
    return [(units.shipment_id, units.quantity) for units in line.taken]
