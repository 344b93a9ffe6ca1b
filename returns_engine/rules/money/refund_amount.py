"""What goes back for returned units: items, tax, shipping, less fees (R2 to R6).

Every part is cumulative over what was given before: a step pays the worth of all units so far
less the worth of those before it, so no order of partial returns changes the sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from returns_engine.rules.facts import GivenBefore, History, LineFacts, OrderFacts
from returns_engine.rules.money.allocation import ImpossibleSplit, allocate, entitled, step
from returns_engine.rules.money.fees import deduct_fees
from returns_engine.rules.money.money import common_step, quantum

_NOTHING = GivenBefore()


class ImpossibleReturn(ValueError):  # noqa: N818 - named for what could not happen
    """Units come back that the order does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedUnits:
    """Units of one line that come back; `shipping` where the outbound shipping goes back too."""

    line_id: str
    quantity: int
    shipping: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAmount:
    """What one entry of the returned units is worth, in minor units, before fees."""

    line_id: str
    quantity: int
    items: int
    tax: int
    shipping: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAmount:
    """What is refunded, in minor units: total = items + tax + shipping - fees.

    `fees` is what was really kept back; `waived` is what the refund could not carry. `lines` has
    one entry for each entry of the returned units, in their order.
    """

    items: int
    tax: int
    shipping: int
    fees: int
    waived: int
    total: int
    lines: tuple[LineAmount, ...]


def line_net(order: OrderFacts) -> dict[str, int]:
    """Return what each line costs after its share of the order's discount, by line id (R2).

    Includes a tax that is inside the price, excludes one that is not. Raises ImpossibleSplit
    where the discount is above the goods.
    """
    gross = [line.unit_price * line.quantity for line in order.lines]
    if order.discount > sum(gross):
        raise ImpossibleSplit(f"a discount of {order.discount} is above goods of {sum(gross)}")
    steps = common_step(quantum(order.currency), order.discount, *gross)
    shares = allocate(order.discount, gross, steps)
    return {
        line.line_id: worth - share
        for line, worth, share in zip(order.lines, gross, shares, strict=True)
    }


def refund_amount(
    order: OrderFacts,
    returned: Sequence[ReturnedUnits],
    history: History,
    *,
    restocking_bps: int = 0,
    label_fee: int = 0,
) -> RefundAmount:
    """Say what goes back for `returned`, after what `history` already holds.

    Entries of one line add up in sequence. Raises ImpossibleReturn for an unknown line, a quantity
    below 1, or more units than the line has.
    """
    account = _Account(order, history)
    lines = tuple(account.give_back(entry) for entry in returned)
    items, tax = sum(line.items for line in lines), sum(line.tax for line in lines)
    shipping = sum(line.shipping for line in lines)
    fees = deduct_fees(
        items=items + tax,
        shipping=shipping,
        restocking_bps=restocking_bps,
        label_fee=label_fee,
        quantum=quantum(order.currency),
    )
    return RefundAmount(
        items=items,
        tax=tax,
        shipping=shipping,
        fees=fees.charged,
        waived=fees.waived,
        total=fees.refund,
        lines=lines,
    )


class _Account:
    """How far each line has come back already, while entries are added one by one."""

    def __init__(self, order: OrderFacts, history: History) -> None:
        self._order = order
        self._quantum = quantum(order.currency)
        self._lines = {line.line_id: line for line in order.lines}
        self._nets = line_net(order)
        before = {name: history.get(name, _NOTHING) for name in self._lines}
        self._given = {name: given.units for name, given in before.items()}
        self._with_shipping = {name: given.with_shipping for name, given in before.items()}
        # Goods that cost nothing share the shipping by count.
        self._by_units = not any(self._nets.values())
        self._whole_value = sum(self._value(name, self._lines[name].quantity) for name in before)
        self._returned_value = sum(self._value(name, n) for name, n in self._with_shipping.items())

    def give_back(self, entry: ReturnedUnits) -> LineAmount:
        """Return what `entry` adds, and count its units as given."""
        line = self._lines.get(entry.line_id)
        if line is None or entry.quantity < 1:
            raise ImpossibleReturn(f"the order has no {entry.quantity} units of {entry.line_id}")
        before = self._given[line.line_id]
        after = before + entry.quantity
        if after > line.quantity:
            raise ImpossibleReturn(f"{after} units of {line.line_id}, but {line.quantity} ordered")
        self._given[line.line_id] = after
        items_before, tax_before = self._worth(line, before)
        items_after, tax_after = self._worth(line, after)
        return LineAmount(
            line_id=line.line_id,
            quantity=entry.quantity,
            items=items_after - items_before,
            tax=tax_after - tax_before,
            shipping=self._shipping_step(entry) if entry.shipping else 0,
        )

    def _worth(self, line: LineFacts, units: int) -> tuple[int, int]:
        """Return items and tax of the first `units` of a line (R3, R4)."""
        net = self._nets[line.line_id]
        goods = entitled(net, units, line.quantity, self._quantum)
        if not line.tax_included:
            return goods, entitled(line.tax, units, line.quantity, self._quantum)
        tax = self._tax_inside(line, units, goods)
        return goods - tax, tax

    def _tax_inside(self, line: LineFacts, units: int, goods: int) -> int:
        """Return the part of `goods` that is tax."""
        net = self._nets[line.line_id]
        tax = min(line.tax, net)
        if net - tax >= line.quantity * self._quantum:
            return entitled(tax, units, line.quantity, self._quantum)
        # With less than one step of goods in a unit, two floors could cross and leave the goods
        # of one step below nothing; taken from the goods themselves, the tax cannot.
        return entitled(tax, goods, net, common_step(self._quantum, tax, net)) if net else 0

    def _shipping_step(self, entry: ReturnedUnits) -> int:
        """Return the shipping that goes back with `entry`: pro rata by value, cumulative (R5)."""
        name = entry.line_id
        before, after = self._with_shipping[name], self._with_shipping[name] + entry.quantity
        self._with_shipping[name] = after
        value_before = self._returned_value
        self._returned_value += self._value(name, after) - self._value(name, before)
        whole = self._order.shipping + self._order.shipping_tax
        return step(whole, value_before, self._returned_value, self._whole_value, self._quantum)

    def _value(self, line_id: str, units: int) -> int:
        """Return the weight of the first `units` of a line when shipping is shared."""
        if self._by_units:
            return units
        quantity = self._lines[line_id].quantity
        return entitled(self._nets[line_id], units, quantity, self._quantum)
