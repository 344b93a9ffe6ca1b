"""Whether a payment is what our books say: judged before its first refund (design, Money)."""

from enum import StrEnum


class Mismatch(StrEnum):
    """What differs between a payment at the provider and our row of it."""

    UNKNOWN_AT_PROVIDER = "unknown_at_provider"
    NOT_CAPTURED = "not_captured"
    CURRENCY = "currency"
    AMOUNT = "amount"


def mismatch_of(
    *, ours: int, currency: str, captured: bool, told: int, told_currency: str
) -> Mismatch | None:
    """Return what differs, the gravest first; None where amount, currency and capture agree.

    Amounts in minor units: `ours` as the order was sent in, `told` as the provider has it. Money
    that was only authorized is none to give back.
    """
    if not captured:
        return Mismatch.NOT_CAPTURED
    if told_currency.upper() != currency.upper():
        return Mismatch.CURRENCY
    return None if told == ours else Mismatch.AMOUNT
