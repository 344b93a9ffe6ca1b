"""Was it paid for, was it shipped; for a cancellation, has it not been (9 to 12, B-5)."""

from returns_engine.rules.decision import Finding
from returns_engine.rules.eligibility.case import Case, counted
from returns_engine.rules.words import ItemKind, OrderStatus, Outcome, Reason, ReturnKind, RuleName

RULE = RuleName.ORDER_STATE


def order_state(case: Case) -> Finding:
    """Fail for an order that is canceled, unpaid, or of which nothing was shipped.

    Clause `order.state`; a cancellation answers with `cancellation.before_shipping`, or with
    `cancellation.production` once its production has started, a parcel that could not be delivered
    with `delivery.choice`, and one that is late or missing with `delivery.missing`.
    """
    if case.order.status is OrderStatus.CANCELED:
        return _fail(case, "order_canceled", "The order was canceled.")
    if case.order.paid_at is None:
        return _fail(case, "order_unpaid", "The order has not been paid for.")
    if case.kind is ReturnKind.CANCELLATION:
        return _cancellation(case)
    if case.shipped == 0:
        return _fail(case, "not_shipped", "Nothing of this line has been shipped.")
    if case.kind is ReturnKind.DELIVERY_PROBLEM:
        return case.finding(
            RULE,
            Outcome.REVIEW,
            "order_ok",
            "delivery.choice" if case.asked.reason is Reason.UNDELIVERABLE else "delivery.missing",
            f"{_paid_and_shipped(case)} A person asks the carrier what became of it.",
        )
    return case.finding(RULE, Outcome.PASS, "order_ok", "order.state", _paid_and_shipped(case))


def _cancellation(case: Case) -> Finding:
    started = case.order.production_started_at
    if started is not None and case.line.kind in case.policy.production_review_kinds:
        return case.finding(
            RULE,
            Outcome.REVIEW,
            "in_production",
            "cancellation.production",
            f"Production started on {case.written(started)}.",
        )
    return case.finding(
        RULE,
        Outcome.PASS,
        "order_ok",
        "cancellation.before_shipping",
        _production(case) + f"{case.shipped} of {counted(case.line.quantity)} shipped.",
    )


def _production(case: Case) -> str:
    made = case.line.kind is ItemKind.CUSTOM and case.order.production_started_at is None
    return "Production has not started; " if made else ""


def _paid_and_shipped(case: Case) -> str:
    paid = "Paid" if case.order.paid_at is None else f"Paid {case.written(case.order.paid_at)}"
    return f"{paid}; {case.shipped} of {counted(case.line.quantity)} shipped."


def _fail(case: Case, code: str, because: str) -> Finding:
    return case.finding(RULE, Outcome.FAIL, code, "order.state", because)
