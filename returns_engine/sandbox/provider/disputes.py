"""Disputes: the customer went to the bank, and the bank asks or takes the money."""

from datetime import timedelta

from returns_engine.sandbox.provider.books import Books, Resource, new_id
from returns_engine.sandbox.provider.refusals import bad_parameter, not_allowed

TIME_TO_ANSWER = int(timedelta(days=7).total_seconds())
INQUIRY = "warning_"
OPENING = ("needs_response", "under_review", "warning_needs_response", "warning_under_review")
EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


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


def _new_dispute(books: Books, charge: Resource, amount: int, status: str) -> Resource:
    now = books.unix()
    return {
        "id": new_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": now + TIME_TO_ANSWER,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": status.startswith(INQUIRY),
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {"brand": "visa", "case_type": "chargeback", "network_reason_code": "10.4"},
            "type": "card",
        },
        "reason": "fraudulent",
        "status": status,
    }
