"""What the scan field was given: the number of a return, parcel or order, or a carrier's."""

import re
from dataclasses import dataclass
from enum import StrEnum

from returns_engine.rules.quarantine_number import normalize_quarantine_number
from returns_engine.rules.rma_number import normalize_rma_number

LONGEST_CODE = 128

# USPS puts 420 and the ZIP code (5 or 9 digits) before the tracking number, which begins with 9.
_USPS = re.compile(r"420(?:\d{5}|\d{9})(9\d{19,21})")
# FedEx prints 34 digits; the last 14 hold a tracking number of 12, with zeros before it, or of 14.
_FEDEX = re.compile(r"\d{20}(?:00(\d{12})|(\d{14}))")
_SEPARATORS = re.compile(r"[\s\x1d()-]+")


class CodeKind(StrEnum):
    """What a code looks like; whether there is such a thing is for the database to say."""

    RETURN = "return"
    PARCEL = "parcel"
    TRACKING_OR_ORDER = "tracking_or_order"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedCode:
    """A code as it was read: `text` as typed, `value` in its one written form."""

    kind: CodeKind
    text: str
    value: str


def read_code(scanned: str) -> ScannedCode:
    """Return what `scanned` looks like, in any letter case, with carriers' prefixes taken off.

    A return's QR holds its address in the portal; its last part is the RMA number.
    """
    text = scanned.strip().strip("\x1d")[:LONGEST_CODE]
    number = normalize_rma_number(text.rstrip("/").rsplit("/", 1)[-1])
    if number is not None:
        return ScannedCode(kind=CodeKind.RETURN, text=text, value=number)
    parcel = normalize_quarantine_number(text)
    if parcel is not None:
        return ScannedCode(kind=CodeKind.PARCEL, text=text, value=parcel)
    if not _SEPARATORS.sub("", text):
        return ScannedCode(kind=CodeKind.NOTHING, text=text, value="")
    return ScannedCode(kind=CodeKind.TRACKING_OR_ORDER, text=text, value=tracking_number(text))


def tracking_number(text: str) -> str:
    """Return the tracking number inside a carrier's barcode, in upper case without separators."""
    compact = _SEPARATORS.sub("", text).upper()
    if (usps := _USPS.fullmatch(compact)) is not None:
        return usps[1]
    if (fedex := _FEDEX.fullmatch(compact)) is not None:
        return fedex[1] or fedex[2]
    return compact
