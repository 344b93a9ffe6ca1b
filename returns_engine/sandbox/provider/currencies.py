"""The smallest steps in which the provider moves a currency (docs.stripe.com/currencies)."""

THOUSANDTHS_IN_TENS = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
WHOLE_UNITS_IN_HUNDREDTHS = frozenset({"isk", "ugx"})
MOST = 99_999_999


def step_of(currency: str) -> int:
    """Return what an amount in minor units must be a multiple of; the currency in small letters."""
    if currency in THOUSANDTHS_IN_TENS:
        return 10
    if currency in WHOLE_UNITS_IN_HUNDREDTHS:
        return 100
    return 1
