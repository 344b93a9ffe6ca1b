"""Units of a return line, and what they are worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from returns_engine.rules.facts import GivenBefore, History, OrderFacts
from returns_engine.rules.money.refund_amount import LineAmount, ReturnedUnits, refund_amount
from returns_engine.rules.words import Resolution
from returns_engine.workflow.case_line import CaseLine

_NOTHING = GivenBefore()


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuedUnits:
    """Units of a return line with their worth, in minor units, before fees."""

    line: CaseLine
    amount: LineAmount

    @property
    def quantity(self) -> int:
        """Return how many units there are."""
        return self.amount.quantity

    @property
    def to_replace(self) -> bool:
        """Say whether these units are sent again instead of refunded."""
        return self.line.resolution == Resolution.REPLACEMENT

    @property
    def worth(self) -> int:
        """Return what goes back for the units before fees, in minor units."""
        return self.amount.items + self.amount.tax + self.amount.shipping


def value_units(
    order: OrderFacts, units: Sequence[tuple[CaseLine, int]], before: History
) -> list[ValuedUnits]:
    """Return what `units` are worth, one entry after the other, after what was settled `before`.

    Replaced units keep their place in the row: what comes after them is worth the same whether
    they stay replaced or become money in the end.
    """
    returned = [
        ReturnedUnits(line_id=line.line_id, quantity=quantity, shipping=line.shipping_back)
        for line, quantity in units
    ]
    amounts = refund_amount(order, returned, before).lines
    return [
        ValuedUnits(line=line, amount=amount)
        for (line, _), amount in zip(units, amounts, strict=True)
    ]


def without(before: History, line: CaseLine, quantity: int) -> History:
    """Return what was settled before, as it was without these units of `line`."""
    given = before.get(line.line_id, _NOTHING)
    less: Mapping[str, GivenBefore] = {
        line.line_id: replace(
            given,
            cancelled=max(0, given.cancelled - quantity),
            with_shipping=max(0, given.with_shipping - quantity * line.shipping_back),
        )
    }
    return {**before, **less}
