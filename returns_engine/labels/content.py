"""What a label says: plain values, without a word about how they are drawn."""

from dataclasses import dataclass
from datetime import date

from returns_engine.rules.words import Cause, Postage, Reason
from returns_engine.texts.carriers import CARRIERS
from returns_engine.texts.catalogue import DEFAULT_LOCALE
from returns_engine.texts.localized import Texts
from returns_engine.texts.words import mark


class LabelNotPrintable(Exception):  # noqa: N818 - named for what could not happen
    """A label cannot be printed truthfully; says which field stands in the way."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelLine:
    """One line of the return as the customer reads it; `reason` in words, not as a code.

    `sku` is empty where something else came than was ordered; `clauses` are those of the policy
    that hold for the line.
    """

    title: str
    sku: str
    quantity: int
    reason: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelContent:
    """Everything a return label and its instructions say.

    `warehouse` and `customer` are address lines, the name first; `country` is the customer's, two
    letters, and chooses the paper. `carrier` is the word of the order (`ups`) or None where the
    customer chooses. `account` belongs to postage `billed_to_account`, `prepaid_page` (the
    carrier's label, as PNG or JPEG) to `prepaid`, `reimbursed_up_to` (an amount as text) to
    `reimbursed`. `conditions` are the policy's sentences. `language` is the one these and the
    reasons are in: pages that speak it are printed in it, the others in English.
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
    language: str = DEFAULT_LOCALE


REASONS: dict[Reason | Cause, str] = {
    Reason.CHANGED_MIND: mark("Changed my mind"),
    Reason.WRONG_MODEL_CHOSEN: mark("Chose the wrong model"),
    Reason.COLOR_TEXTURE: mark("Color or texture not as hoped"),
    Reason.DEFECTIVE: mark("Defective"),
    Reason.DAMAGED_IN_TRANSIT: mark("Damaged in transit"),
    Reason.WRONG_ITEM: mark("Wrong item received"),
    Reason.NOT_AS_DESCRIBED: mark("Not as described"),
    Reason.MISSING_PARTS: mark("Parts missing"),
    Reason.LATE: mark("Arrived late"),
    Reason.OTHER: mark("Other reason"),
    Reason.NOT_RECEIVED: mark("Not received"),
    Reason.UNDELIVERABLE: mark("Could not be delivered"),
    Reason.OUT_OF_STOCK: mark("Out of stock"),
    Cause.SEAM_FAILURE: mark("A seam came apart"),
    Cause.MATERIAL_FAILURE: mark("The material failed"),
    Cause.FADING: mark("The color faded"),
    Cause.FASTENER_FAILURE: mark("A fastener failed"),
    Cause.SPILL: mark("A spill"),
    Cause.CUT: mark("A cut"),
    Cause.BURN: mark("A burn"),
    Cause.ACCIDENT: mark("An accident"),
    Cause.WRONG_FITTING: mark("Fitted the wrong way"),
    Cause.UNCLEAR: mark("Cause unclear"),
}


def reason_in_words(reason: Reason | Cause, texts: Texts) -> str:
    """Return a reason or a cause as the customer reads it on paper."""
    return texts.gettext(REASONS[reason])


def carrier_in_words(carrier: str | None, texts: Texts) -> str:
    """Return the carrier's name as it writes itself; without one the customer chooses."""
    if carrier is None:
        return texts.gettext("Any carrier with tracking")
    return CARRIERS.get(carrier.lower(), carrier)
