"""What people read for the words of the trade; the ids are the English texts."""

from collections.abc import Mapping

from returns_engine.texts.carriers import CARRIERS, OTHER_CARRIER


def mark(message: str) -> str:
    """Return `message` unchanged: it marks a text for the catalogue, and is looked up later."""
    return message


REASONS: Mapping[str, str] = {
    "changed_mind": mark("I changed my mind"),
    "wrong_model_chosen": mark("I chose the wrong model or size"),
    "color_texture": mark("Unexpected color or texture"),
    "defective": mark("It is defective"),
    "damaged_in_transit": mark("It arrived damaged"),
    "wrong_item": mark("I got the wrong item"),
    "not_as_described": mark("It is not as described"),
    "missing_parts": mark("Parts are missing"),
    "late": mark("It came too late"),
    "other": mark("Something else"),
    "not_received": mark("It never arrived"),
    "undeliverable": mark("It could not be delivered"),
    "out_of_stock": mark("It is out of stock"),
}
CANCEL_REASONS: Mapping[str, str] = {
    **REASONS,
    "late": mark("It takes too long"),
}
DELIVERY_REASONS: Mapping[str, str] = {
    "not_received": mark("Marked delivered, but not here"),
    "late": mark("It is late"),
    "undeliverable": mark("Not deliverable, or went back"),
}
CAUSES: Mapping[str, str] = {
    "seam_failure": mark("A seam came apart"),
    "material_failure": mark("The material gave way"),
    "fading": mark("The color faded"),
    "fastener_failure": mark("A fastener broke"),
    "spill": mark("Something was spilled on it"),
    "cut": mark("It was cut or torn"),
    "burn": mark("It was burned"),
    "accident": mark("An accident"),
    "wrong_fitting": mark("It was fitted wrongly"),
    "unclear": mark("I don't know"),
    "none": mark("Nothing wrong was found"),
    "material": mark("Material"),
    "sewing": mark("Sewing"),
    "transit": mark("Damage on the way"),
    "packing_error": mark("Packed wrongly"),
    "wrong_label": mark("Labeled wrongly"),
    "description": mark("Described wrongly"),
    "misuse": mark("Misuse"),
}
RESOLUTIONS: Mapping[str, str] = {
    "refund": mark("Money back"),
    "replacement": mark("The same item again"),
    "exchange": mark("Money back, and order something else"),
}
STATES: Mapping[str, str] = {
    "requested": mark("Requested"),
    "in_review": mark("In review"),
    "needs_info": mark("Waiting for your answer"),
    "declined": mark("Declined"),
    "withdrawn": mark("Withdrawn"),
    "expired": mark("Label expired"),
    "approved": mark("Accepted"),
    "label_issued": mark("Label ready"),
    "in_transit": mark("On its way to us"),
    "partially_received": mark("Partly arrived"),
    "received": mark("Arrived"),
    "inspected": mark("Inspected"),
    "settling": mark("Being settled"),
    "closed": mark("Closed"),
}
REFUND_STATES: Mapping[str, str] = {
    "proposed": mark("Waiting for approval"),
    "approved": mark("Approved"),
    "refused": mark("Refused"),
    "submitting": mark("Being sent"),
    "pending": mark("On its way"),
    "requires_action": mark("Needs your bank details"),
    "succeeded": mark("Sent"),
    "failed": mark("Did not go through"),
    "unknown": mark("Being checked"),
    "canceled": mark("Canceled"),
}
ORDER_STATES: Mapping[str, str] = {
    "pending": mark("Not paid yet"),
    "processing": mark("Being prepared"),
    "completed": mark("Shipped"),
    "delivered": mark("Delivered"),
    "canceled": mark("Canceled"),
}
VERDICTS: Mapping[str, str] = {
    "eligible": mark("Can come back"),
    "needs_review": mark("A person will look"),
    "ineligible": mark("Can't come back"),
    "accepted": mark("Accepted"),
    "rejected": mark("Not accepted"),
}
CLAIM_VERDICTS: Mapping[str, str] = {
    "eligible": mark("Covered"),
    "needs_review": mark("A person will look"),
    "ineligible": mark("Not covered"),
}
CANCEL_VERDICTS: Mapping[str, str] = {
    "eligible": mark("Can be canceled"),
    "needs_review": mark("A person will look"),
    "ineligible": mark("Can't be canceled"),
}
DELIVERY_VERDICTS: Mapping[str, str] = {
    "eligible": mark("On its way"),
    "needs_review": mark("A person will look"),
    "ineligible": mark("Nothing to look for"),
}
KINDS: Mapping[str, str] = {
    "return": mark("Return"),
    "warranty": mark("Warranty claim"),
    "cancellation": mark("Cancellation"),
    "delivery_problem": mark("Delivery problem"),
}
WHO: Mapping[str, str] = {
    "customer": mark("Your turn"),
    "merchant": mark("Our turn"),
    "carrier": mark("With the carrier"),
    "bank": mark("With your bank"),
}
EVIDENCE: Mapping[str, str] = {
    "carrier_scan": mark("carrier scan"),
    "customer_statement": mark("as you told us"),
    "estimate": mark("estimate"),
}
CHECKS: Mapping[str, str] = {
    "as_received": mark("As it was received"),
    "unused": mark("Unused"),
    "tags_attached": mark("Tags attached"),
    "original_packaging": mark("Original packaging"),
}
REPLACEMENT_STATES: Mapping[str, str] = {
    "planned": mark("Being arranged"),
    "awaiting_stock": mark("Out of stock for now"),
    "ordered": mark("Being made ready"),
    "shipped": mark("On its way to you"),
    "delivered": mark("Arrived"),
    "cancelled": mark("Could not be sent"),
}
PARCEL_PROGRESS: Mapping[str, str] = {
    "preparing": mark("Not shipped yet"),
    "on_the_way": mark("On its way to you"),
    "late": mark("Late"),
    "abroad": mark("On its way to you"),
    "late_abroad": mark("Takes long"),
    "presumed": mark("Should be there"),
    "delivered": mark("Delivered"),
    "told": mark("Not delivered"),
}
WAITING_PROGRESS: Mapping[str, str] = {
    "made": mark("Being made"),
    "prepared": mark("Being prepared"),
    "late": mark("Late"),
    "told": mark("Out of stock"),
}
PROMISES: Mapping[str, str] = {
    "answer": mark("A person answers you"),
    "inspection": mark("We inspect what arrived"),
    "refund_sent": mark("We send your refund"),
}
RULES: Mapping[str, str] = {
    "order_state": mark("The order"),
    "return_window": mark("Time limit"),
    "condition": mark("Condition"),
    "exclusions": mark("Kind of item"),
    "quantity": mark("Quantity"),
    "warranty": mark("Warranty"),
    "photos": mark("Photos"),
    "destination": mark("Where from"),
}
CHOICE_OPTIONS: Mapping[str, str] = {
    "wait": mark("Wait for it"),
    "swap": mark("Take something else"),
    "cancel": mark("Cancel, and get your money back"),
    "refund": mark("All your money back"),
    "reship": mark("Send it once more"),
}

MAIL_STATES: Mapping[str, str] = {
    "queued": mark("about to be sent"),
    "sent": mark("sent"),
    "refused": mark("not delivered"),
    "bounced": mark("came back"),
}
NAMES: Mapping[str, Mapping[str, str]] = {
    "reasons": REASONS,
    "cancel_reasons": CANCEL_REASONS,
    "delivery_reasons": DELIVERY_REASONS,
    "causes": CAUSES,
    "resolutions": RESOLUTIONS,
    "states": STATES,
    "mail_states": MAIL_STATES,
    "refund_states": REFUND_STATES,
    "order_states": ORDER_STATES,
    "verdicts": VERDICTS,
    "claim_verdicts": CLAIM_VERDICTS,
    "cancel_verdicts": CANCEL_VERDICTS,
    "delivery_verdicts": DELIVERY_VERDICTS,
    "kinds": KINDS,
    "who": WHO,
    "evidence": EVIDENCE,
    "checks": CHECKS,
    "carriers": {**CARRIERS, OTHER_CARRIER: mark("Another carrier")},
    "parcel_progress": PARCEL_PROGRESS,
    "waiting_progress": WAITING_PROGRESS,
    "replacement_states": REPLACEMENT_STATES,
    "rules": RULES,
    "promises": PROMISES,
    "choice_options": CHOICE_OPTIONS,
}

EXTRAS = (mark("coupon for your next order"), mark("phone case"))
"""What our policy gives on top where the fault was ours, as policies/ekr.toml calls it."""
