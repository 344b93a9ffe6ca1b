"""What finance reads where money does not go as it should; the ids are the English texts."""

from collections.abc import Mapping

from returns_engine.texts.words import mark

MISMATCHES: Mapping[str, str] = {
    "amount": mark(
        "The provider captured another amount than the order says. Have the shop send the order"
        " again with the amount that was captured."
    ),
    "currency": mark(
        "The provider captured another currency than the order says. Look the payment up at the"
        " provider, and correct the order in the shop."
    ),
    "not_captured": mark(
        "The money was authorized and not captured. Capture it, or cancel the payment at the"
        " provider: what was never taken is not refunded."
    ),
    "unknown_at_provider": mark(
        "The provider does not know this payment. Check its reference in the shop, and whether the"
        " provider's key belongs to the right account."
    ),
}
OUTSIDE_CAUSES: Mapping[str, str] = {
    "dashboard": mark("without a refund of ours"),
    "mark_disagrees": mark("carries the mark of a refund it does not match"),
    "paid_again": mark("a second payment of this refund"),
}
OUTSIDE_STATUSES: Mapping[str, str] = {
    "pending": mark("on its way"),
    "requires_action": mark("needs the customer"),
    "succeeded": mark("sent"),
    "failed": mark("failed"),
    "canceled": mark("canceled"),
}
REFUND_ERRORS: Mapping[str, str] = {
    "payment_mismatch": mark("Waits: the payment is not what our books say."),
    "payment_overdrawn": mark(
        "Waits: the payment has not enough left. A dispute, or a refund made elsewhere, took it."
    ),
    "disputed": mark("Waits: the customer's bank disputes this payment."),
    "dispute_lost": mark(
        "Waits for a person: a dispute of this payment was lost since it was approved."
    ),
    "payment_not_read": mark("Waits: the payment could not be read at the provider. We try again."),
    "idempotency_error": mark(
        "Stopped: the provider knows this refund's key with other parameters. Look it up at the"
        " provider before anything is paid again."
    ),
    "not_created": mark("The provider was asked for a day and has no such refund."),
    "came_back": mark("What was paid by hand came back."),
    "no_answer": mark("The provider did not answer."),
    "charge_disputed": mark(
        "The customer's bank disputed this payment. Pay it again only once that dispute is won."
    ),
    "refund_disputed_payment": mark(
        "The customer's bank disputed this payment. Pay it again only once that dispute is won."
    ),
    "charge_for_pending_refund_disputed": mark(
        "The customer's bank disputed the payment while this refund was on its way. Pay it again"
        " only once that dispute is won."
    ),
    "charge_already_refunded": mark("All of this payment was refunded before."),
    "lost_or_stolen_card": mark("The card was reported lost or stolen."),
    "expired_or_canceled_card": mark("The card has expired or was canceled."),
    "insufficient_funds": mark("Our balance at the provider was too low."),
    "card_declined": mark("The bank declined it."),
    "declined": mark("The bank declined it."),
}
"""What `last_error` means, where we know; the provider's other words are shown as they are."""
