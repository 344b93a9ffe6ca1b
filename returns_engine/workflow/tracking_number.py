"""A tracking number as carriers print it."""

import re

from returns_engine.texts.carriers import CARRIERS
from returns_engine.workflow.refusals import refuse_field

_PRINTED = re.compile(r"[A-Z0-9]{5,40}")
_IMPOSSIBLE = "A tracking number has 5 to 40 letters and digits; it stands on the receipt."


def printed_tracking_number(typed: str) -> str:
    """Return the number without spaces and hyphens, in capitals.

    Raises Unprocessable `tracking_number_impossible` for what no carrier prints (27).
    """
    printed = bare_tracking_number(typed)
    if not _PRINTED.fullmatch(printed):
        raise refuse_field("tracking_number_impossible", _IMPOSSIBLE, "/tracking_number")
    return printed


def bare_tracking_number(typed: str) -> str:
    """Return what was typed without spaces and hyphens, in capitals, whether possible or not."""
    return "".join(typed.split()).replace("-", "").upper()


def carrier_word(typed: str) -> str:
    """Return a carrier we know by our own word for it, any other as it was typed."""
    word = typed.strip()
    return word.lower() if word.lower() in CARRIERS else word
