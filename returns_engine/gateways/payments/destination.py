"""Where a refund went, as Stripe tells it: the number by which banks find it, or that it has none.

`destination_details` names a kind (`card`, `sepa_bank_transfer`, …) and holds under that name what
is known: `reference` once it is there (card networks need up to seven business days), and for cards
`type`, which is `reversal` where the payment was undone before it was booked (payments.md 2.2).
"""

import stripe


def trace_number(refund: stripe.Refund) -> str | None:
    """Return the trace number (ARN), or None while there is none."""
    found = getattr(_destination(refund), "reference", None)
    return found if isinstance(found, str) and found else None


def is_reversal(refund: stripe.Refund) -> bool:
    """Say whether the payment was undone instead: the bank shows no refund, and no number comes."""
    return getattr(_destination(refund), "type", None) == "reversal"


def _destination(refund: stripe.Refund) -> object:
    details = getattr(refund, "destination_details", None)
    return getattr(details, str(getattr(details, "type", "")), None)
