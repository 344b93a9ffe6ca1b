"""Are there as many units to give back as are asked for."""

from returns_engine.rules.decision import Finding
from returns_engine.rules.eligibility.case import Case, counted
from returns_engine.rules.words import Outcome, ReturnKind, RuleName

RULE = RuleName.QUANTITY


def quantity(case: Case) -> Finding:
    """Fail where more is asked for, by all entries of the line, than other returns have left.

    Clause `order.quantity`; for a cancellation `cancellation.before_shipping`.
    """
    cancels = case.kind is ReturnKind.CANCELLATION
    clause = "cancellation.before_shipping" if cancels else "order.quantity"
    what = "not shipped" if cancels else "shipped and not in another return"
    fits = case.asked_in_all <= case.free
    return case.finding(
        RULE,
        Outcome.PASS if fits else Outcome.FAIL,
        "quantity_ok" if fits else "exceeds_returnable",
        clause,
        f"{counted(case.asked_in_all)} asked for, {case.free} {what}.",
    )
