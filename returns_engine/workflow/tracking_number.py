"""A tracking number as carriers print it."""

import re
from dataclasses import dataclass

from returns_engine.texts.carriers import CARRIERS, carrier_of_number, may_print
from returns_engine.texts.words import mark
from returns_engine.workflow.refusals import refuse_field

_PRINTED = re.compile(r"[A-Z0-9]{5,40}")
_IMPOSSIBLE = "A tracking number has 5 to 40 letters and digits; it stands on the receipt."

_OF_ANOTHER = mark("This looks like a %(carrier)s number. Choose %(carrier)s, or check the number.")
_NOT_THEIRS = mark(
    "This cannot be a %(carrier)s number. Compare it with the receipt from the counter, or choose"
    " another carrier."
)
_NOBODYS = mark(
    "This cannot be a tracking number: it has letters and figures alone, and at least four figures."
    " It stands on the receipt from the counter."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFault:
    """Why a number is not one of a carrier's; `says` has a place for the name of `carrier`."""

    says: str
    carrier: str


def number_fault(carrier: str, typed: str) -> NumberFault | None:
    """Return why this cannot be a number of this carrier; None where it can (27)."""
    printed = bare_tracking_number(typed)
    if carrier_of_number(printed) not in {None, carrier}:
        return NumberFault(says=_OF_ANOTHER, carrier=CARRIERS[str(carrier_of_number(printed))])
    if may_print(carrier, printed):
        return None
    known = CARRIERS.get(carrier)
    return NumberFault(says=_NOT_THEIRS if known else _NOBODYS, carrier=known or "")


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
