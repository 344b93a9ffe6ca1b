"""What a label says: plain values, without a word about how they are drawn."""

from dataclasses import dataclass
from datetime import date

from returns_engine.rules.words import Cause, Postage, Reason
from returns_engine.texts.carriers import CARRIERS


class LabelNotPrintable(Exception):  # noqa: N818 - named for what could not happen
    """A label cannot be printed truthfully; says which field stands in the way."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelLine:
    """One line of the return as the customer reads it; `reason` in words, not as a code."""

    title: str
    sku: str
    quantity: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelContent:
    """Everything a return label and its instructions say.

    `warehouse` and `customer` are address lines, the name first; `country` is the customer's, two
    letters, and chooses the paper. `carrier` is the word of the order (`ups`) or None where the
    customer chooses. `account` belongs to postage `billed_to_account`, `prepaid_page` (the
    carrier's label, as PNG or JPEG) to `prepaid`, `reimbursed_up_to` (an amount as text) to
    `reimbursed`. `conditions` are the policy's sentences.
    """

    rma_number: str
    order_number: str
    merchant: str
    contact: str
    warehouse: tuple[str, ...]
    customer: tuple[str, ...]
    country: str
    carrier: str | None
    postage: Postage
    account: str | None = None
    reimbursed_up_to: str | None = None
    prepaid_page: bytes | None = None
    expires_on: date
    lines: tuple[LabelLine, ...]
    conditions: tuple[str, ...]


REASONS: dict[Reason | Cause, str] = {
    Reason.CHANGED_MIND: "Changed my mind",
    Reason.WRONG_MODEL_CHOSEN: "Chose the wrong model",
    Reason.COLOR_TEXTURE: "Color or texture not as hoped",
    Reason.DEFECTIVE: "Defective",
    Reason.DAMAGED_IN_TRANSIT: "Damaged in transit",
    Reason.WRONG_ITEM: "Wrong item received",
    Reason.NOT_AS_DESCRIBED: "Not as described",
    Reason.MISSING_PARTS: "Parts missing",
    Reason.LATE: "Arrived late",
    Reason.OTHER: "Other reason",
    Reason.NOT_RECEIVED: "Not received",
    Reason.UNDELIVERABLE: "Could not be delivered",
    Reason.OUT_OF_STOCK: "Out of stock",
    Cause.SEAM_FAILURE: "A seam came apart",
    Cause.MATERIAL_FAILURE: "The material failed",
    Cause.FADING: "The color faded",
    Cause.FASTENER_FAILURE: "A fastener failed",
    Cause.SPILL: "A spill",
    Cause.CUT: "A cut",
    Cause.BURN: "A burn",
    Cause.ACCIDENT: "An accident",
    Cause.WRONG_FITTING: "Fitted the wrong way",
    Cause.UNCLEAR: "Cause unclear",
}


def reason_in_words(reason: Reason | Cause) -> str:
    """Return a reason or a cause as the customer reads it on paper."""
    return REASONS[reason]


def carrier_in_words(carrier: str | None) -> str:
    """Return the carrier's name as it writes itself; without one the customer chooses."""
    if carrier is None:
        return "Any carrier with tracking"
    return CARRIERS.get(carrier.lower(), carrier)
