"""Builders of orders for the tests of money, with defaults everywhere."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from returns_engine.rules.facts import LineFacts, OrderFacts
from returns_engine.rules.money.money import quantum
from returns_engine.rules.money.refund_amount import ReturnedUnits
from returns_engine.rules.words import ItemKind, OrderStatus

CURRENCIES = ("USD", "EUR", "JPY", "KWD", "ISK", "UGX")


def a_line(line_id="L1", *, quantity=1, unit_price=1000, tax=0, tax_included=False):
    return LineFacts(
        line_id=line_id,
        sku=f"SKU-{line_id}",
        title="Seat covers",
        category="seat_cover",
        kind=ItemKind.STOCK,
        quantity=quantity,
        unit_price=unit_price,
        tax=tax,
        tax_included=tax_included,
    )


def an_order(*lines, currency="USD", discount=0, shipping=0, shipping_tax=0):
    return OrderFacts(
        order_number="EKR-1001",
        status=OrderStatus.COMPLETED,
        placed_at=datetime(2026, 2, 20, tzinfo=UTC),
        paid_at=datetime(2026, 2, 20, tzinfo=UTC),
        production_started_at=None,
        currency=currency,
        discount=discount,
        shipping=shipping,
        shipping_tax=shipping_tax,
        country="US",
        lines=lines,
        shipments=(),
    )


def units(line_id="L1", quantity=1, *, shipping=False):
    return ReturnedUnits(line_id=line_id, quantity=quantity, shipping=shipping)


@st.composite
def orders(draw, *, on_quantum=True):
    """Draw any order; its amounts are whole steps of the currency, or any minor units."""
    currency = draw(st.sampled_from(CURRENCIES))
    step = quantum(currency) if on_quantum else 1
    lines = tuple(
        a_line(
            f"L{index}",
            quantity=draw(st.integers(1, 7)),
            unit_price=draw(st.integers(0, 300)) * step,
            tax=draw(st.integers(0, 500)) * step,
            tax_included=draw(st.booleans()),
        )
        for index in range(draw(st.integers(1, 5)))
    )
    goods = sum(line.unit_price * line.quantity for line in lines)
    return an_order(
        *lines,
        currency=currency,
        discount=draw(st.integers(0, goods // step)) * step,
        shipping=draw(st.integers(0, 500)) * step,
        shipping_tax=draw(st.integers(0, 50)) * step,
    )


@st.composite
def partial_returns(draw, order, *, shipping=None):
    """Draw the units of a whole order, cut into entries of any size, in any sequence."""
    entries = []
    for line in order.lines:
        left = line.quantity
        while left:
            quantity = draw(st.integers(1, left))
            flag = draw(st.booleans()) if shipping is None else shipping
            entries.append(units(line.line_id, quantity, shipping=flag))
            left -= quantity
    return draw(st.permutations(entries))
