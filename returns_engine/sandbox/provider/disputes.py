"""Disputes: the customer went to the bank, and the bank asks or takes the money."""

from datetime import timedelta

from returns_engine.sandbox.provider.books import Books, Resource, new_id
from returns_engine.sandbox.provider.refusals import bad_parameter, not_allowed
from returns_engine.sandbox.provider.shapes import DISPUTE, EVIDENCE, new

TIME_TO_ANSWER = int(timedelta(days=7).total_seconds())
INQUIRY = "warning_"
WON, LOST = "won", "lost"
CLOSING = ("won", "lost", "prevented", "warning_closed")
OPENING = ("needs_response", "under_review", "warning_needs_response", "warning_under_review")


def open_dispute(
    books: Books, intent_id: str, amount: int | None, status: str = "needs_response"
) -> Resource:
    """Dispute a payment, wholly or in part; a status that begins with `warning_` only asks."""
    if status not in OPENING:
        raise bad_parameter(f"status is one of {', '.join(OPENING)}.", "status")
    if amount is not None and amount < 1:
        raise bad_parameter("A dispute is about something.", "amount")
    intent = books.get("payment_intent", intent_id, "payment_intent")
    if intent["status"] != "succeeded":
        raise not_allowed("Nothing was taken that could be disputed.", param="payment_intent")
    charge = books.get("charge", intent["latest_charge"])
    disputed = intent["amount_received"] if amount is None else amount
    dispute = books.add(_new_dispute(books, charge, disputed, status))
    charge["disputed"] = True
    books.record("charge.dispute.created", dispute)
    if not status.startswith(INQUIRY):
        books.record("charge.dispute.funds_withdrawn", dispute)
    return dispute


def update_dispute(books: Books, dispute_id: str, status: str) -> Resource:
    """Move a dispute on: evidence is looked at, an inquiry becomes a chargeback, or it is over.

    Won money comes back, and the charge can be refunded again; a lost one stays taken.
    """
    if status not in OPENING + CLOSING:
        raise bad_parameter(f"status is one of {', '.join(OPENING + CLOSING)}.", "status")
    dispute = books.get("dispute", dispute_id, "dispute")
    before = dispute["status"]
    asked_only = before.startswith(INQUIRY)
    if before in CLOSING or (status.startswith(INQUIRY) and not asked_only):
        raise not_allowed(f"The dispute is {before} already.", param="dispute")
    took = asked_only and not status.startswith(INQUIRY) and status in OPENING
    dispute["status"] = status
    dispute["is_charge_refundable"] = status.startswith(INQUIRY) or status in {WON, "prevented"}
    books.record(f"charge.dispute.{'closed' if status in CLOSING else 'updated'}", dispute)
    if took:
        books.record("charge.dispute.funds_withdrawn", dispute)
    elif status == WON and not asked_only:
        books.record("charge.dispute.funds_reinstated", dispute)
    return dispute


def _new_dispute(books: Books, charge: Resource, amount: int, status: str) -> Resource:
    now = books.unix()
    dispute = new(
        DISPUTE,
        id=new_id("du"),
        amount=amount,
        charge=charge["id"],
        created=now,
        currency=charge["currency"],
        evidence={**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
        is_charge_refundable=status.startswith(INQUIRY),
        payment_intent=charge["payment_intent"],
        status=status,
    )
    dispute["evidence_details"]["due_by"] = now + TIME_TO_ANSWER
    return dispute
