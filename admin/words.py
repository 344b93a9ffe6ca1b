"""What the staff reads for the words of the trade; the ids are the English texts."""

from collections.abc import Mapping

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
    "overridden": mark("Rule overridden"),
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
EVENTS: Mapping[str, str] = {
    "return.requested": mark("Return requested"),
    "return.approved": mark("Return approved"),
    "return.in_review": mark("Put up for review"),
    "return.declined": mark("Return declined"),
    "return.info_requested": mark("Question to the customer"),
    "return.answered": mark("Customer answered"),
    "return.withdrawn": mark("Return withdrawn"),
    "return.expired": mark("Label expired"),
    "return.revived": mark("Parcel came after all"),
    "return.appealed": mark("Customer appealed"),
    "rule.overridden": mark("Rule overridden"),
    "label.issued": mark("Label made"),
    "message.written": mark("Message"),
    "parcel.announced": mark("Customer gave a tracking number"),
    "parcel.received": mark("Parcel received"),
    "lines.inspected": mark("Inspected"),
    "outstanding.given_up": mark("Missing items given up"),
    "goods.sent_back": mark("Goods sent back"),
    "refund.proposed": mark("Refund proposed"),
    "refund.approved": mark("Refund approved"),
    "refund.refused": mark("Refund refused"),
    "refund.recorded": mark("Refund recorded as paid elsewhere"),
    "refund.retried": mark("Refund tried again"),
    "refund.submitting": mark("Refund submitted"),
    "refund.pending": mark("Refund taken by the provider"),
    "refund.requires_action": mark("Refund needs the customer"),
    "refund.succeeded": mark("Refund sent"),
    "refund.failed": mark("Refund failed"),
    "refund.unknown": mark("No answer from the provider"),
    "refund.canceled": mark("Refund canceled"),
    "refund.not_covered": mark("Payment does not cover the refund"),
    "replacement.planned": mark("Replacement planned"),
    "promise.made": mark("Promise made"),
    "promise.kept": mark("Promise kept"),
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "states": STATES,
    "state_tones": STATE_TONES,
    "refund_states": REFUND_STATES,
    "refund_tones": REFUND_TONES,
    "roles": ROLES,
    "dispositions": DISPOSITIONS,
    "grades": GRADES,
    "found_causes": FOUND_CAUSES,
    "checks": CHECKS,
    "reasons": REASONS,
    "kinds": KINDS,
    "flags": FLAGS,
    "outcomes": OUTCOMES,
    "whose_turn": WHOSE_TURN,
    "events": EVENTS,
}
