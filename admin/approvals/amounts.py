"""Amounts as people type them, to minor units; never by way of a float."""

import re

from returns_engine.rules.money.money import exponent, quantum
from returns_engine.texts.localized import currency_sign
from returns_engine.workflow.refusals import refuse_field

_TYPED = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d+))?")


def read_amount(typed: str, currency: str) -> int:
    """Return `135.34` USD as 13534; raises Unprocessable `not_an_amount` for anything else.

    The currency's own sign, or its code, may stand before or after it; no other's may.
    """
    text = _without_sign(typed.strip(), currency)
    match = _TYPED.fullmatch(text)
    decimals = exponent(currency)
    fraction = (match[2] or "") if match else ""
    if match is None or not text.isascii() or len(fraction) > decimals:
        example = "135" if quantum(currency) == 10**decimals else "135.34"
        says = f"Type the amount in {currency}, such as {example}."
        raise refuse_field("not_an_amount", says, "/amount")
    return int(match[1].replace(",", "") + fraction.ljust(decimals, "0"))


def _without_sign(text: str, currency: str) -> str:
    for mark in (currency, currency_sign(currency)):
        text = text.removeprefix(mark).removesuffix(mark).strip()
    return text
