"""How a refund's state moves after it was made: the bank, the customer, and the dashboard.

    pending ──────────► succeeded ──► failed, requires_action (the bank bounced it)
       └──► failed, canceled
    requires_action ──► pending, succeeded, failed, canceled

No state but failed and canceled is the end (payments.md 2.2).
"""

from collections.abc import Mapping

from returns_engine.sandbox.provider.balance import give_back, payable, waits_for_money
from returns_engine.sandbox.provider.books import UNDONE, Books, Resource, new_id
from returns_engine.sandbox.provider.parameters import Nested, only
from returns_engine.sandbox.provider.refusals import bad_parameter, not_allowed

PENDING_REASONS = ("charge_pending", "insufficient_funds", "processing")
FAILURES = (
    "charge_for_pending_refund_disputed",
    "declined",
    "expired_or_canceled_card",
    "insufficient_funds",
    "lost_or_stolen_card",
    "merchant_request",
    "unknown",
)
DAYS_TO_ACT = 45
MOVES: Mapping[str, frozenset[str]] = {
    "pending": frozenset({"requires_action"}),
    "requires_action": frozenset({"pending", "succeeded"}),
    "succeeded": frozenset({"pending", "requires_action"}),
    "failed": frozenset({"pending", "requires_action", "succeeded"}),
    "canceled": frozenset({"pending", "requires_action"}),
}
"""From which states each state is reached."""


def succeed_refund(books: Books, refund_id: str) -> Resource:
    """Let a pending refund arrive, as the bank would."""
    refund = _moved(books, refund_id, "succeeded")
    books.record("refund.updated", refund)
    books.record("charge.refunded", books.recount(refund["charge"]))
    return refund


def fail_refund(books: Books, refund_id: str, reason: str = "unknown") -> Resource:
    """Let a refund fail, a succeeded one too: the money is back with the merchant."""
    if reason not in FAILURES:
        raise bad_parameter(f"failure_reason is one of {', '.join(FAILURES)}.", "failure_reason")
    refund = _moved(books, refund_id, "failed")
    refund.update(failure_reason=reason, failure_balance_transaction=new_id("txn"))
    books.recount(refund["charge"])
    books.record("refund.updated", refund)
    books.record("refund.failed", refund)
    return refund


def hold_refund(books: Books, refund_id: str, reason: str = "processing") -> Resource:
    """Let the customer have done what was asked: the refund is on its way."""
    if reason not in PENDING_REASONS:
        raise bad_parameter(
            f"pending_reason is one of {', '.join(PENDING_REASONS)}.", "pending_reason"
        )
    refund = _moved(books, refund_id, "pending")
    refund["pending_reason"] = reason
    books.record("refund.updated", refund)
    return refund


def ask_customer(books: Books, refund_id: str) -> Resource:
    """Let a refund wait for its customer, one that the bank bounced too."""
    refund = _moved(books, refund_id, "requires_action")
    refund["next_action"] = next_action(books, refund)
    books.recount(refund["charge"])
    books.record("refund.updated", refund)
    return refund


def void_refund(books: Books, refund_id: str) -> Resource:
    """Cancel a refund that has not arrived, as the dashboard can."""
    refund = _moved(books, refund_id, "canceled")
    books.record("refund.updated", refund)
    return refund


def expire_refund(books: Books, params: Nested, refund_id: str) -> Resource:
    """Let the time run out in which the customer was to act (Stripe's test helper)."""
    only(params, frozenset({"expand"}))
    refund = books.get("refund", refund_id)
    if refund["status"] != "requires_action":
        raise not_allowed(f"A refund that is {refund['status']} does not expire.")
    return fail_refund(books, refund_id)


def fill_balance(books: Books, currency: str, available: int | None) -> list[Resource]:
    """Say what the account holds, and pay what waited for it; None is more than enough."""
    if available is None:
        books.balances.pop(currency, None)
    else:
        books.balances[currency] = available
    paid = payable(books, currency)
    for refund in paid:
        refund["pending_reason"] = "processing"
    return [succeed_refund(books, refund["id"]) for refund in paid]


def next_action(books: Books, refund: Resource) -> Resource:
    """Return what the customer was mailed to do."""
    now = books.unix()
    sent = {
        "email_sent_at": now,
        "email_sent_to": refund.get("instructions_email", "customer@example.com"),
    }
    shown = {"email_sent": sent, "expires_at": now + DAYS_TO_ACT * 86_400}
    return {"type": "display_details", "display_details": shown}


def _moved(books: Books, refund_id: str, status: str) -> Resource:
    refund = books.get("refund", refund_id, "refund")
    if refund["status"] not in MOVES[status]:
        raise not_allowed(f"The refund is {refund['status']} already.", param="refund")
    if status in UNDONE:
        give_back(books, refund)
    elif status == "succeeded" and waits_for_money(refund) and refund["currency"] in books.balances:
        # Against what the account holds: whoever drives the sandbox has the last word.
        books.balances[refund["currency"]] -= refund["amount"]
    refund["status"] = status
    for name in ("pending_reason", "next_action"):
        refund.pop(name, None)
    return refund
