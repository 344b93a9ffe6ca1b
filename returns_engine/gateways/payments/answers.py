"""Which of Stripe's answers to a refund are certain, and which leave it open.

Judged by status, code and parameter, never by the text (payments.md 2.6); whatever is not known
to be definite leaves it open, because reserved money can be freed later and money sent twice can
not be fetched back (step 3 of 2.8).
"""

import stripe

from returns_engine.gateways.payments.gateway import Answer, KeyConflict, Refused, Unanswered

# The request was understood and denied, so it made nothing. Found in payments.md 2.6 and in
# docs.stripe.com/error-codes, those that a refund can meet.
DEFINITE_CODES = frozenset(
    {
        "amount_too_large",
        "amount_too_small",
        "balance_insufficient",
        "card_declined",
        "charge_already_refunded",
        "charge_disputed",
        "charge_not_refundable",
        "insufficient_funds",
        "parameter_invalid_empty",
        "parameter_invalid_integer",
        "parameter_invalid_string_blank",
        "parameter_invalid_string_empty",
        "parameter_missing",
        "parameter_unknown",
        "parameters_exclusive",
        "payment_intent_unexpected_state",
        "refund_disputed_payment",
        "resource_missing",
    }
)
# Stripe gives no code for some refusals, the over-refund among them, but names the parameter.
PARAMETERS = frozenset({"amount", "charge", "currency", "metadata", "payment_intent", "reason"})

UNREADABLE_REQUEST, UNAUTHORIZED, DECLINED, FORBIDDEN, NOT_FOUND = 400, 401, 402, 403, 404
SAVED_BREAKDOWN = 500


def answer_of(error: stripe.StripeError) -> Answer:
    """Say what an error of the SDK tells about the refund that was asked for."""
    if isinstance(error, stripe.IdempotencyError):
        return KeyConflict(message=str(error.user_message or error))
    if is_definite(error):
        return Refused(
            code=error.code,
            param=_param_of(error),
            http_status=error.http_status or 0,
            message=str(error.user_message or error),
        )
    return Unanswered(
        cause=cause_of(error),
        http_status=error.http_status,
        may_be_saved=error.http_status == SAVED_BREAKDOWN,
    )


def is_definite(error: stripe.StripeError) -> bool:
    """Say whether it is certain that the refused request changed nothing at Stripe."""
    if error.http_status in (UNAUTHORIZED, FORBIDDEN):
        return True
    if error.http_status not in (UNREADABLE_REQUEST, DECLINED, NOT_FOUND):
        return False
    if error.code is not None:
        return error.code in DEFINITE_CODES
    return _param_of(error) in PARAMETERS


def cause_of(error: stripe.StripeError) -> str:
    """Name the error in one line for people; without keys, amounts or personal data."""
    asked_in = f", request {error.request_id}" if error.request_id else ""
    status = f" with HTTP {error.http_status}" if error.http_status else ""
    code = f", code {error.code}" if error.code else ""
    return f"{type(error).__name__}{status}{code}{asked_in}"


def _param_of(error: stripe.StripeError) -> str | None:
    param = getattr(error, "param", None)
    return param if isinstance(param, str) else None
