"""Refunds: what the provider allows when one is made (payments.md 2.1 to 2.7)."""

import copy

from returns_engine.sandbox.provider.balance import TOO_LITTLE, pay_from_balance
from returns_engine.sandbox.provider.books import Books, Resource, new_id
from returns_engine.sandbox.provider.currencies import step_of
from returns_engine.sandbox.provider.parameters import Nested, choice, integer, metadata, only, text
from returns_engine.sandbox.provider.refund_moves import next_action
from returns_engine.sandbox.provider.refusals import bad_parameter, missing, not_allowed
from returns_engine.sandbox.provider.shapes import DESTINATIONS, REFUND, new

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
PENDING_CARD = "pm_card_pendingRefund"
MAILS_CUSTOMER = "konbini"


def create_refund(books: Books, params: Nested, *, held_back: str | None = None) -> Resource:
    """Give back all that is left of a charge, or the amount asked for.

    `held_back` makes it pending or requires_action whatever the payment's method, until the
    control API moves it on.
    """
    only(params, CREATE)
    asked = integer(params, "amount", least=1)
    reason = choice(params, "reason", REASONS)
    notes = metadata(params)
    email = text(params, "instructions_email")
    charge = _charge_for(books, params)
    amount = _allowed_amount(books, charge, asked)
    refund = _new_refund(books, charge, amount)
    refund |= {"metadata": notes, "reason": reason}
    if email is not None:
        refund["instructions_email"] = email
    _begin(books, refund, charge, held_back)
    books.add(refund)
    books.record("refund.created", refund)
    if refund["status"] == "succeeded":
        books.record("charge.refunded", books.recount(charge["id"]))
    elif refund["status"] == "failed":
        books.record("refund.failed", refund)
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


def _begin(books: Books, refund: Resource, charge: Resource, held_back: str | None) -> None:
    """Give a new refund its first state (payments.md 2.2)."""
    kind, method = charge["payment_method_details"]["type"], charge["payment_method"]
    if not pay_from_balance(books, refund["currency"], refund["amount"]):
        if kind == "card":
            refund |= {"status": "pending", "pending_reason": TOO_LITTLE}
        else:
            refund |= {"status": "failed", "failure_reason": TOO_LITTLE}
            refund["failure_balance_transaction"] = new_id("txn")
    elif held_back == "requires_action" or (held_back is None and kind == MAILS_CUSTOMER):
        refund["status"] = "requires_action"
        refund["next_action"] = next_action(books, refund)
    elif held_back == "pending" or method == PENDING_CARD:
        refund |= {"status": "pending", "pending_reason": "processing"}
    else:
        refund["status"] = "succeeded"


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


def _new_refund(books: Books, charge: Resource, amount: int) -> Resource:
    kind = charge["payment_method_details"]["type"]
    return new(
        REFUND,
        id=new_id("re"),
        amount=amount,
        balance_transaction=new_id("txn"),
        charge=charge["id"],
        created=books.unix(),
        currency=charge["currency"],
        payment_intent=charge["payment_intent"],
        **({} if kind == "card" else {"destination_details": copy.deepcopy(DESTINATIONS[kind])}),
    )
