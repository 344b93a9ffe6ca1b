"""Amounts as people type them, to minor units and back; never by way of a float."""

import re

from returns_engine.rules.money.money import exponent
from returns_engine.workflow.refusals import refuse_field

_TYPED = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d+))?")


def read_amount(typed: str, currency: str) -> int:
    """Return `135.34` USD as 13534; raises Unprocessable `not_an_amount` for anything else."""
    text = typed.strip().removeprefix("$").removesuffix(currency).strip()
    match = _TYPED.fullmatch(text)
    decimals = exponent(currency)
    fraction = (match[2] or "") if match else ""
    if match is None or not text.isascii() or len(fraction) > decimals:
        example = "135.34" if decimals else "135"
        says = f"Type the amount in {currency}, such as {example}."
        raise refuse_field("not_an_amount", says, "/amount")
    return int(match[1].replace(",", "") + fraction.ljust(decimals, "0"))
