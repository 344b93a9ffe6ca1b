"""What the customer would get back, were every line accepted that is not refused."""

from collections.abc import Sequence
from dataclasses import replace

from returns_engine.rules.decision import Estimate, LineDecision
from returns_engine.rules.facts import History, OrderFacts, ReturnRequest
from returns_engine.rules.money.refund_amount import RefundAmount, ReturnedUnits, refund_amount
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import MERCHANT_FAULTS, ReturnKind, Verdict


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
    returned = [_returned(line, request.kind, policy) for line in open_lines]
    whole = refund_amount(order, returned, history)
    fees = min(_fees(order, request.kind, open_lines, policy, history), _worth(whole))
    return Estimate(
        items=whole.items,
        tax=whole.tax,
        shipping=whole.shipping,
        fees=fees,
        total=_worth(whole) - fees,
        currency=order.currency,
    )


def shipping_goes_back(line: LineDecision, kind: ReturnKind, policy: Policy) -> bool:
    """Tell whether these units bring the outbound shipping back with them (B-20)."""
    if kind in policy.refund.shipping_back_for_kinds:
        return True
    return kind is ReturnKind.RETURN and line.reason in policy.refund.shipping_back_for_reasons


def _returned(line: LineDecision, kind: ReturnKind, policy: Policy) -> ReturnedUnits:
    back = shipping_goes_back(line, kind, policy)
    return ReturnedUnits(line_id=line.line_id, quantity=line.quantity, shipping=back)


def _worth(amount: RefundAmount) -> int:
    return amount.items + amount.tax + amount.shipping


def _fees(
    order: OrderFacts,
    kind: ReturnKind,
    lines: Sequence[LineDecision],
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
