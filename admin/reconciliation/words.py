"""What each kind of difference is called, and what to do about it."""

from collections.abc import Mapping

from returns_engine.texts.words import mark

KINDS: Mapping[str, str] = {
    "not_adopted": mark("Ours, and not taken in"),
    "not_booked": mark("Not in our books"),
    "not_at_provider": mark("Not at the provider"),
    "amount": mark("Another amount or currency"),
    "status": mark("Another state"),
    "payment_total": mark("The payment's sum differs"),
    "paid_again": mark("Paid a second time"),
    "outside": mark("Made in the dashboard"),
    "another_system": mark("Another system's"),
}
TO_DO: Mapping[str, str] = {
    "not_adopted": mark(
        "The provider has it under the mark of our refund. Open the refund and look at its state;"
        " never pay it by hand. The next comparison asks again."
    ),
    "not_booked": mark(
        "Somebody refunded a payment of ours in the provider's dashboard, and the provider did not"
        " answer when we asked about it. The next comparison books it."
    ),
    "not_at_provider": mark(
        "Our books say that it was paid, and the provider does not know it. Look for its id in the"
        " provider's dashboard; perhaps a key of another account is set."
    ),
    "amount": mark(
        "The provider paid another amount than our books say. Call whoever runs the engine: this"
        " cannot come from it."
    ),
    "status": mark(
        "The provider tells a state that our refund cannot have. Compare both histories, and call"
        " whoever runs the engine."
    ),
    "payment_total": mark(
        "What the provider gave back of this payment is not the sum of the refunds we know of. Open"
        " the payment in the provider's dashboard and look for one that is missing here."
    ),
    "paid_again": mark(
        "The customer has this refund twice: it is booked, and counts as given back. Open the"
        " refund, ask the customer for the amount, and tell whoever runs the engine."
    ),
    "outside": mark("Nothing: it is booked, and counts as given back."),
    "another_system": mark("Nothing here: the payment is none of ours."),
}
TONES: Mapping[str, str] = {"outside": "far", "another_system": "plain"}
