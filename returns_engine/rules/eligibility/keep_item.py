"""Is it worth sending back? Where the policy says no, the customer keeps the item (B-12)."""

from returns_engine.rules.eligibility.case import Case
from returns_engine.rules.money.refund_amount import ReturnedUnits, refund_amount
from returns_engine.rules.words import ReturnKind


def keeps_item(case: Case) -> bool:
    """Tell whether units are refunded or replaced without a parcel that brings them back.

    What counts is the worth, price and tax after the order's discount, of all units of the line
    that are kept: those asked for now, in however many entries, and those kept before.
    """
    terms = case.policy.keep_item
    units = case.kept_before + case.asked_in_all
    if case.kind is not ReturnKind.RETURN or case.asked.reason not in terms.reasons:
        return False
    if units > case.line.quantity:
        return False
    returned = ReturnedUnits(line_id=case.line.line_id, quantity=units, shipping=False)
    worth = refund_amount(case.order, [returned], {})
    return worth.items + worth.tax <= terms.up_to
