"""Whole minor units of a currency, and the steps in which a provider moves them.

Amounts are integers in the provider's minor units everywhere; no float ever holds money.
"""

# fmt: off
_WITHOUT_DECIMALS = frozenset({
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA",
    "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
})
# fmt: on
_WITH_THREE_DECIMALS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
# Stripe still takes these with two decimals, though nothing smaller than a whole one exists.
_WHOLE_IN_TWO_DECIMALS = frozenset({"ISK", "UGX"})


def exponent(currency: str) -> int:
    """Return how many decimals the minor unit of `currency` stands for: 0, 2 or 3.

    Source: docs.stripe.com/currencies (payments.md 2.4).
    """
    code = currency.upper()
    if code in _WITHOUT_DECIMALS:
        return 0
    return 3 if code in _WITH_THREE_DECIMALS else 2


def quantum(currency: str) -> int:
    """Return the smallest step of `currency` in minor units: 1, 10 or 100 (R12)."""
    code = currency.upper()
    if code in _WITH_THREE_DECIMALS:
        return 10
    return 100 if code in _WHOLE_IN_TWO_DECIMALS else 1


def decimal_text(amount: int, currency: str) -> str:
    """Return `amount` of minor units as plain decimal text: 13534 USD is `135.34`."""
    decimals = exponent(currency)
    sign = "-" if amount < 0 else ""
    digits = str(abs(amount)).rjust(decimals + 1, "0")
    if decimals == 0:
        return sign + digits
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"


def floor_to(amount: int, step: int) -> int:
    """Return the largest multiple of `step` that is not above `amount`."""
    return amount // step * step


def common_step(step: int, *amounts: int) -> int:
    """Return `step` where every amount is a multiple of it, else 1.

    An order may come in with amounts finer than the provider's steps; such amounts are split to
    the minor unit, because a coarser split could take more from a line than it holds.
    """
    return step if all(amount % step == 0 for amount in amounts) else 1


def basis_points(amount: int, bps: int, step: int = 1) -> int:
    """Return `bps` ten-thousandths of `amount`, rounded half up to `step` (R6, R9)."""
    divisor = 10_000 * step
    return (2 * amount * bps + divisor) // (2 * divisor) * step
