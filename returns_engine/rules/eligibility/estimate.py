"""What the customer would get back, were every line accepted that is not refused."""

from collections.abc import Sequence
from dataclasses import replace

from returns_engine.rules.decision import Estimate, LineDecision
from returns_engine.rules.facts import History, LineRequest, OrderFacts, ReturnRequest
from returns_engine.rules.money.refund_amount import ReturnedUnits, refund_amount
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import MERCHANT_FAULTS, Resolution, ReturnKind, Verdict

_Units = LineDecision | LineRequest


def refund_estimate(
    order: OrderFacts,
    request: ReturnRequest,
    lines: Sequence[LineDecision],
    policy: Policy,
    history: History,
) -> Estimate | None:
    """Sum what is refunded for the lines that are not ineligible, in minor units.

    None where no line is left, and for a warranty claim, which ends in a replacement. `history` is
    what other open or settled returns hold.
    """
    open_lines = [line for line in lines if line.verdict is not Verdict.INELIGIBLE]
    if request.kind is ReturnKind.WARRANTY or not open_lines:
        return None
    wishes = [(line, Resolution.REFUND) for line in open_lines]
    return estimate_by_wish(order, request.kind, wishes, policy, history)


def estimate_by_wish(
    order: OrderFacts,
    kind: ReturnKind,
    wishes: Sequence[tuple[_Units, Resolution]],
    policy: Policy,
    history: History,
) -> Estimate | None:
    """Sum what goes back for the units of `wishes` that are not replaced, in minor units.

    None where all are. Replaced units keep their place in the row, as when they are settled: what
    comes after them is worth the same.
    """
    if all(wish is Resolution.REPLACEMENT for _, wish in wishes):
        return None
    policy = policy.in_force_at(order.placed_at)
    whole = refund_amount(order, [_returned(line, kind, policy) for line, _ in wishes], history)
    paid = [
        amount
        for amount, (_, wish) in zip(whole.lines, wishes, strict=True)
        if wish is not Resolution.REPLACEMENT
    ]
    known = {line.line_id: line for line in order.lines}
    items, tax = sum(one.items for one in paid), sum(one.tax for one in paid)
    shipping = sum(one.shipping for one in paid)
    lines = [line for line, wish in wishes if wish is not Resolution.REPLACEMENT]
    worth = items + tax + shipping
    fees = min(_fees(order, kind, lines, policy, history), worth)
    price = sum(known[one.line_id].unit_price * one.quantity for one in paid)
    inside = sum(one.tax for one in paid if known[one.line_id].tax_included)
    return Estimate(
        price=price,
        discount=price - items - inside,
        items=items,
        tax=tax,
        shipping=shipping,
        fees=fees,
        total=worth - fees,
        currency=order.currency,
    )


def shipping_goes_back(line: _Units, kind: ReturnKind, policy: Policy) -> bool:
    """Tell whether these units bring the outbound shipping back with them (B-20)."""
    if kind in policy.refund.shipping_back_for_kinds:
        return True
    return kind is ReturnKind.RETURN and line.reason in policy.refund.shipping_back_for_reasons


def _returned(line: _Units, kind: ReturnKind, policy: Policy) -> ReturnedUnits:
    back = shipping_goes_back(line, kind, policy)
    return ReturnedUnits(line_id=line.line_id, quantity=line.quantity, shipping=back)


def _fees(
    order: OrderFacts,
    kind: ReturnKind,
    lines: Sequence[_Units],
    policy: Policy,
    history: History,
) -> int:
    # Nobody pays a fee for our fault, nor for goods that never came or never left (B-12, B-13).
    charged = [line for line in lines if line.reason not in MERCHANT_FAULTS]
    if kind is not ReturnKind.RETURN or not charged:
        return 0
    returned = [replace(_returned(line, kind, policy), shipping=False) for line in charged]
    amount = refund_amount(
        order,
        returned,
        history,
        restocking_bps=policy.refund.restocking_bps,
        label_fee=policy.label.fee,
    )
    return amount.fees
