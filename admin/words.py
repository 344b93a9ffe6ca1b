"""What the staff reads for the words of the trade; the ids are the English texts."""

from collections.abc import Mapping

from admin.event_words import EVENTS
from admin.money_words import MISMATCHES, OUTSIDE_CAUSES, OUTSIDE_STATUSES, REFUND_ERRORS
from returns_engine.texts.words import mark

STATES: Mapping[str, str] = {
    "requested": mark("Requested"),
    "in_review": mark("To review"),
    "needs_info": mark("Waiting for the customer"),
    "declined": mark("Declined"),
    "withdrawn": mark("Withdrawn"),
    "expired": mark("Label expired"),
    "approved": mark("Approved"),
    "label_issued": mark("Label sent"),
    "in_transit": mark("On its way"),
    "partially_received": mark("Partly received"),
    "received": mark("To inspect"),
    "inspected": mark("Inspected"),
    "settling": mark("Settling"),
    "closed": mark("Closed"),
}
STATE_TONES: Mapping[str, str] = {
    "in_review": "look",
    "requested": "look",
    "received": "look",
    "partially_received": "look",
    "needs_info": "far",
    "label_issued": "far",
    "in_transit": "far",
    "approved": "far",
    "inspected": "look",
    "settling": "look",
    "declined": "bad",
    "expired": "bad",
    "closed": "good",
}
REFUND_STATES: Mapping[str, str] = {
    "proposed": mark("To approve"),
    "approved": mark("Approved"),
    "refused": mark("Refused"),
    "submitting": mark("Being submitted"),
    "pending": mark("Accepted by the provider"),
    "requires_action": mark("Needs the customer"),
    "succeeded": mark("Sent"),
    "failed": mark("Failed"),
    "unknown": mark("No answer yet; we are asking"),
    "canceled": mark("Canceled"),
}
MANUAL_REASONS: Mapping[str, str] = {
    "refundable_until_passed": mark("too late for the provider"),
    "paid_otherwise": mark("paid otherwise"),
}
REFUND_TONES: Mapping[str, str] = {
    "proposed": "look",
    "approved": "far",
    "submitting": "far",
    "pending": "far",
    "requires_action": "look",
    "succeeded": "good",
    "failed": "bad",
    "unknown": "look",
    "refused": "bad",
}
REPLACEMENT_STATES: Mapping[str, str] = {
    "planned": mark("To arrange"),
    "awaiting_stock": mark("Out of stock"),
    "ordered": mark("Ordered"),
    "shipped": mark("Shipped"),
    "delivered": mark("Delivered"),
    "cancelled": mark("Canceled"),
}
REPLACEMENT_TONES: Mapping[str, str] = {
    "planned": "look",
    "awaiting_stock": "look",
    "ordered": "far",
    "shipped": "far",
    "delivered": "good",
    "cancelled": "bad",
}
COMPENSATION_STATES: Mapping[str, str] = {
    "proposed": mark("Waits for finance"),
    "approved": mark("To send"),
    "refused": mark("Refused"),
    "given": mark("Sent"),
}
ROLES: Mapping[str, str] = {
    "support": mark("Support"),
    "warehouse": mark("Warehouse"),
    "finance": mark("Finance"),
    "manager": mark("Manager"),
    "administrator": mark("Administrator"),
}
DISPOSITIONS: Mapping[str, str] = {
    "restock": mark("Back to stock"),
    "refurbish": mark("Refurbish"),
    "quarantine": mark("Quarantine"),
    "scrap": mark("Scrap"),
    "send_back": mark("Send back"),
}
GRADES: Mapping[str, str] = {
    "A": mark("A: as new"),
    "B": mark("B: opened"),
    "C": mark("C: marked"),
    "D": mark("D: damaged"),
}
FOUND_CAUSES: Mapping[str, str] = {
    "none": mark("Nothing wrong"),
    "material": mark("Material"),
    "sewing": mark("Sewing"),
    "transit": mark("Damaged on the way"),
    "packing_error": mark("Packed wrongly by us"),
    "wrong_label": mark("Labeled wrongly by us"),
    "description": mark("Described wrongly by us"),
    "misuse": mark("Misuse"),
    "seam_failure": mark("Seam came apart"),
    "material_failure": mark("Material gave way"),
    "fading": mark("Faded"),
    "fastener_failure": mark("Fastener broke"),
    "spill": mark("Spill"),
    "cut": mark("Cut or torn"),
    "burn": mark("Burn"),
    "accident": mark("Accident"),
    "wrong_fitting": mark("Fitted wrongly"),
    "unclear": mark("Unclear"),
}
CHECKS: Mapping[str, str] = {
    "as_received": mark("As we sent it"),
    "unused": mark("Unused"),
    "tags_attached": mark("Tags on"),
    "original_packaging": mark("Original packaging"),
}
REASONS: Mapping[str, str] = {
    "changed_mind": mark("Changed their mind"),
    "wrong_model_chosen": mark("Chose the wrong model"),
    "color_texture": mark("Color or texture"),
    "defective": mark("Defective"),
    "damaged_in_transit": mark("Arrived damaged"),
    "wrong_item": mark("Got the wrong item"),
    "not_as_described": mark("Not as described"),
    "missing_parts": mark("Parts missing"),
    "late": mark("Came too late"),
    "other": mark("Something else"),
    "not_received": mark("Never arrived"),
    "undeliverable": mark("Could not be delivered"),
    "out_of_stock": mark("Out of stock"),
    **FOUND_CAUSES,
}
KINDS: Mapping[str, str] = {
    "return": mark("Return"),
    "warranty": mark("Warranty claim"),
    "cancellation": mark("Cancellation"),
    "delivery_problem": mark("Delivery problem"),
}
FLAGS: Mapping[str, str] = {
    "late": mark("Late"),
    "on_hold": mark("On hold"),
    "refund_on_hold": mark("Refund on hold"),
    "overridden": mark("Rule overridden"),
}
AGAINST: Mapping[str, str] = {
    "declined": mark("Against a declined return"),
    "rejection": mark("Against what the bench did not accept"),
    "lowered": mark("Against a refund that was lowered, refused or called off"),
}
OUTCOMES: Mapping[str, str] = {
    "pass": mark("Passed"),
    "fail": mark("Failed"),
    "review": mark("To look at"),
    "not_applicable": mark("Does not apply"),
}
WHOSE_TURN: Mapping[str, str] = {
    "customer": mark("the customer"),
    "merchant": mark("us"),
    "carrier": mark("the carrier"),
    "bank": mark("the bank"),
}
PROMISES: Mapping[str, str] = {
    "answer": mark("Answer the customer"),
    "inspection": mark("Inspect what arrived"),
    "refund_sent": mark("Send the refund"),
}
CHOICE_KINDS: Mapping[str, str] = {
    "out_of_stock": mark("Out of stock"),
    "undeliverable": mark("Could not be delivered"),
}
CHOICE_STATES: Mapping[str, str] = {
    "open": mark("With the customer"),
    "chosen": mark("Chosen"),
    "defaulted": mark("Nothing was chosen"),
    "withdrawn": mark("Taken back"),
}
CHOICE_OPTIONS: Mapping[str, str] = {
    "wait": mark("Wait for it"),
    "swap": mark("Something else"),
    "cancel": mark("Cancel, money back"),
    "refund": mark("Money back"),
    "reship": mark("Send it once more"),
}

MAIL_STATES: Mapping[str, str] = {
    "queued": mark("waiting to be sent"),
    "sent": mark("sent"),
    "refused": mark("could not be sent"),
    "bounced": mark("came back"),
    "received": mark("received"),
}
MAIL_TONES: Mapping[str, str] = {
    "queued": "far",
    "sent": "good",
    "refused": "bad",
    "bounced": "bad",
    "received": "plain",
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "states": STATES,
    "state_tones": STATE_TONES,
    "refund_states": REFUND_STATES,
    "refund_tones": REFUND_TONES,
    "manual_reasons": MANUAL_REASONS,
    "refund_errors": REFUND_ERRORS,
    "mismatches": MISMATCHES,
    "outside_causes": OUTSIDE_CAUSES,
    "outside_statuses": OUTSIDE_STATUSES,
    "replacement_states": REPLACEMENT_STATES,
    "replacement_tones": REPLACEMENT_TONES,
    "compensation_states": COMPENSATION_STATES,
    "roles": ROLES,
    "dispositions": DISPOSITIONS,
    "grades": GRADES,
    "found_causes": FOUND_CAUSES,
    "checks": CHECKS,
    "reasons": REASONS,
    "kinds": KINDS,
    "flags": FLAGS,
    "against": AGAINST,
    "outcomes": OUTCOMES,
    "choice_kinds": CHOICE_KINDS,
    "choice_states": CHOICE_STATES,
    "choice_options": CHOICE_OPTIONS,
    "whose_turn": WHOSE_TURN,
    "promises": PROMISES,
    "events": EVENTS,
    "mail_states": MAIL_STATES,
    "mail_tones": MAIL_TONES,
}
