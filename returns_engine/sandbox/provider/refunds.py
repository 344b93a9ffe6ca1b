"""Refunds: what the provider allows, and how a refund's state moves (payments.md 2.1 to 2.7).

pending ──────────► succeeded ──► failed     requires_action ──► canceled
   └──► failed          (a card's bank may say no weeks later)
"""

from returns_engine.sandbox.provider.books import UNDONE, Books, Resource, new_id
from returns_engine.sandbox.provider.currencies import step_of
from returns_engine.sandbox.provider.parameters import Nested, choice, integer, metadata, only, text
from returns_engine.sandbox.provider.refusals import bad_parameter, missing, not_allowed
from returns_engine.sandbox.provider.shapes import REFUND, new

CREATE = frozenset(
    {
        "amount",
        "charge",
        "currency",
        "expand",
        "instructions_email",
        "metadata",
        "payment_intent",
        "reason",
    }
)
UPDATE = frozenset({"expand", "metadata"})
CANCEL = frozenset({"expand"})
REASONS = ("duplicate", "fraudulent", "requested_by_customer")
FAILURES = (
    "charge_for_pending_refund_disputed",
    "declined",
    "expired_or_canceled_card",
    "insufficient_funds",
    "lost_or_stolen_card",
    "merchant_request",
    "unknown",
)
PENDING_CARD = "pm_card_pendingRefund"


def create_refund(books: Books, params: Nested, *, held_back: bool = False) -> Resource:
    """Give back all that is left of a charge, or the amount asked for.

    `held_back` makes it pending whatever the card, until the control API settles it.
    """
    only(params, CREATE)
    asked = integer(params, "amount", least=1)
    reason = choice(params, "reason", REASONS)
    notes = metadata(params)
    email = text(params, "instructions_email")
    charge = _charge_for(books, params)
    amount = _allowed_amount(books, charge, asked)
    waits = held_back or charge["payment_method"] == PENDING_CARD
    refund = _new_refund(books, charge, amount, "pending" if waits else "succeeded")
    refund |= {"metadata": notes, "reason": reason}
    if email is not None:
        refund["instructions_email"] = email
    if waits:
        refund["pending_reason"] = "processing"
    books.add(refund)
    books.record("refund.created", refund)
    if not waits:
        books.record("charge.refunded", books.recount(charge["id"]))
    return refund


def update_refund(books: Books, params: Nested, refund_id: str) -> Resource:
    """Change the metadata; an empty value takes a name away."""
    only(params, UPDATE)
    refund = books.get("refund", refund_id)
    merged = refund["metadata"] | metadata(params)
    refund["metadata"] = {name: value for name, value in merged.items() if value}
    books.record("refund.updated", refund)
    return refund


def cancel_refund(books: Books, params: Nested, refund_id: str) -> Resource:
    """Take back a refund that waits for its customer; no other can be canceled."""
    only(params, CANCEL)
    refund = books.get("refund", refund_id)
    if refund["status"] != "requires_action":
        raise not_allowed(f"A refund that is {refund['status']} cannot be canceled.")
    refund["status"] = "canceled"
    books.record("refund.updated", refund)
    return refund


def succeed_refund(books: Books, refund_id: str) -> Resource:
    """Let a pending refund arrive, as the bank would."""
    refund = books.get("refund", refund_id, "refund")
    if refund["status"] not in ("pending", "requires_action"):
        raise not_allowed(f"The refund is {refund['status']} already.", param="refund")
    refund["status"] = "succeeded"
    refund.pop("pending_reason", None)
    books.record("refund.updated", refund)
    books.record("charge.refunded", books.recount(refund["charge"]))
    return refund


def fail_refund(books: Books, refund_id: str, reason: str = "unknown") -> Resource:
    """Let a refund fail, a succeeded one too: the money is back with the merchant."""
    refund = books.get("refund", refund_id, "refund")
    if reason not in FAILURES:
        raise bad_parameter(f"failure_reason is one of {', '.join(FAILURES)}.", "failure_reason")
    if refund["status"] in UNDONE:
        raise not_allowed(f"The refund is {refund['status']} already.", param="refund")
    refund.update(status="failed", failure_reason=reason, failure_balance_transaction=new_id("txn"))
    refund.pop("pending_reason", None)
    books.recount(refund["charge"])
    books.record("refund.updated", refund)
    books.record("refund.failed", refund)
    return refund


def _charge_for(books: Books, params: Nested) -> Resource:
    charge_id, intent_id = text(params, "charge"), text(params, "payment_intent")
    if charge_id is None and intent_id is None:
        raise bad_parameter("A refund names a payment_intent or a charge.", "payment_intent")
    if intent_id is None:
        return _refundable(books.get("charge", charge_id or ""), "charge")
    intent = books.get("payment_intent", intent_id, "payment_intent")
    if intent["latest_charge"] is None:
        raise not_allowed("Nothing was charged for this payment.", param="payment_intent")
    if charge_id not in (None, intent["latest_charge"]):
        raise missing("charge", str(charge_id), "charge")
    return _refundable(books.get("charge", intent["latest_charge"]), "payment_intent")


def _refundable(charge: Resource, param: str) -> Resource:
    if not charge["captured"]:
        raise not_allowed("The money was authorized and never captured.", param=param)
    return charge


def _allowed_amount(books: Books, charge: Resource, asked: int | None) -> int:
    _not_charged_back(books, charge)
    left = books.unrefunded(charge)
    if left == 0:
        raise not_allowed("All of it was refunded before.", code="charge_already_refunded")
    amount = left if asked is None else asked
    if amount > left:
        # Without a code, as Stripe: who wants to know must read the parameter.
        raise not_allowed(f"{amount} is more than the {left} left to refund.", param="amount")
    if amount % step_of(charge["currency"]):
        raise not_allowed("The currency has no coin that small.", param="amount")
    return amount


def _not_charged_back(books: Books, charge: Resource) -> None:
    for dispute in books.newest_first("dispute"):
        if dispute["charge"] == charge["id"] and not dispute["is_charge_refundable"]:
            raise not_allowed("The customer's bank took it back.", code="charge_disputed")


def _new_refund(books: Books, charge: Resource, amount: int, status: str) -> Resource:
    return new(
        REFUND,
        id=new_id("re"),
        amount=amount,
        balance_transaction=new_id("txn"),
        charge=charge["id"],
        created=books.unix(),
        currency=charge["currency"],
        payment_intent=charge["payment_intent"],
        status=status,
    )
