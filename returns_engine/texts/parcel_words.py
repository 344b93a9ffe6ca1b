"""What people read about a parcel that nobody announced; the ids are the English texts."""

from collections.abc import Mapping

from returns_engine.texts.words import mark

CLUES: Mapping[str, str] = {
    "rma_number": mark("This RMA number is written on it."),
    "tracking_number": mark("This is the tracking number the return was announced with."),
    "came_with": mark("It came with this return's papers, or in its parcel."),
    "asked": mark("We asked this customer about it."),
    "order_number": mark("This order number is written on it."),
    "our_shipment": mark("This is our own parcel to the customer, come back."),
    "email": mark("The customer's e-mail address is on it."),
    "phone": mark("The customer's phone number is on it."),
    "name": mark("The customer's name is on it."),
    "name_alike": mark("The name on it is much like the customer's."),
    "postcode": mark("The customer's postal code is on it."),
    "sku": mark("What is inside has the SKU of this order."),
    "title": mark("What is inside sounds like what was ordered."),
}
"""Why a parcel may be somebody's, by the name of the clue (rules/parcel_suggestions)."""

PARCEL_STATES: Mapping[str, str] = {
    "quarantined": mark("In quarantine"),
    "matched": mark("Matched to a return"),
    "sent_back": mark("Sent back"),
}
