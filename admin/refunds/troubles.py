"""What can be the matter with a refund that moves no further: what it means, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from returns_engine.queries.payments_to_look_at import TookTooMuch
from returns_engine.texts.words import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A kind of trouble: its name in the filter, a plain sentence, and the remedy.

    `act` is the button that is offered: `retry`, `record`, `ask`, or none but to open the case.
    """

    name: str
    means: str
    do: str
    act: str | None


TROUBLES: Mapping[str, Trouble] = {
    "failed": Trouble(
        name=mark("Failed"),
        means=mark("It was not paid, or the bank returned it. The customer is still owed."),
        do=mark("Try again; if it fails for the same reason, open it and pay it otherwise."),
        act="retry",
    ),
    "came_back": Trouble(
        name=mark("Came back"),
        means=mark("A person paid it, and the money came back. The customer is still owed."),
        do=mark("Open it and pay it otherwise; no provider is called for it."),
        act=None,
    ),
    "disputed": Trouble(
        name=mark("Disputed"),
        means=mark("The customer's bank disputes its payment, and may give the money back."),
        do=mark(
            "Do not pay it, not by hand either, while the dispute is open; answer it at the"
            " provider. Once it is won, what was approved goes by itself; what failed, try again."
        ),
        act="ask",
    ),
    "dispute_lost": Trouble(
        name=mark("Dispute lost"),
        means=mark("The bank has given money of its payment back: a dispute was lost."),
        do=mark(
            "Open it. If the dispute was about this return, the customer has the money: call it"
            " off. If it was about something else, send it, try again or pay it otherwise there."
        ),
        act=None,
    ),
    "key_conflict": Trouble(
        name=mark("Key used before"),
        means=mark("The provider knows its key with other parameters. Nothing is sent any more."),
        do=mark("Look the payment up at the provider first. Ask now: what it has is taken in."),
        act="ask",
    ),
    "payment_mismatch": Trouble(
        name=mark("Payment differs"),
        means=mark("The payment at the provider is not what our books say, so nothing was sent."),
        do=mark("Have the shop correct the order, then ask now: it goes on by itself."),
        act="ask",
    ),
    "payment_overdrawn": Trouble(
        name=mark("Payment overdrawn"),
        means=mark("A dispute, or a refund made elsewhere, took what this refund needs."),
        do=mark("Open it and see what took the money. Never pay it a second time."),
        act="ask",
    ),
    "payment_not_read": Trouble(
        name=mark("Payment not read"),
        means=mark("The payment could not be read at the provider, so nothing was sent."),
        do=mark(
            "It is tried again by itself. If it stays, check the provider and the rights of its"
            " key; or open it and call it off: nothing of it was sent, so that is safe."
        ),
        act="ask",
    ),
    "unknown": Trouble(
        name=mark("No answer"),
        means=mark("The provider gave no clear answer. The money may have moved or not."),
        do=mark("Never pay by hand meanwhile. Ask now; a day after the last try it is certain."),
        act="ask",
    ),
    "requires_action": Trouble(
        name=mark("Needs the customer"),
        means=mark("The provider waits for the customer's bank details, and wrote to them."),
        do=mark("Remind the customer by a message on the case; without an answer it will fail."),
        act="ask",
    ),
    "not_sent": Trouble(
        name=mark("Not sent"),
        means=mark("It was approved over an hour ago, and was not sent."),
        do=mark("Send it now. If it stays, see whether a worker runs, and which jobs died."),
        act="ask",
    ),
    "pending_long": Trouble(
        name=mark("On its way for long"),
        means=mark("The provider has had it for more than ten days and has not finished."),
        do=mark("Ask now. Too little money in the account at the provider keeps refunds waiting."),
        act="ask",
    ),
    "to_clear": Trouble(
        name=mark("To clear"),
        means=mark("Before a person pays it, the provider is asked whether it went after all."),
        do=mark(
            "Wait, or ask now. It was sent before, and a try may have gone through: until the"
            " provider has answered it can be neither paid nor called off. If it stays, check the"
            " provider and the rights of its key."
        ),
        act="ask",
    ),
    "to_clear_unsent": Trouble(
        name=mark("To clear, never sent"),
        means=mark(
            "Before a person pays it, the provider is asked about the payment. Nothing of it was"
            " ever sent."
        ),
        do=mark(
            "Wait, or ask now; do not pay it before the provider has answered. If it never does,"
            " check the rights of its key, or open it and call it off: that is safe."
        ),
        act="ask",
    ),
    "by_hand": Trouble(
        name=mark("To pay by hand"),
        means=mark("No provider pays it. The customer waits until a person does."),
        do=mark("Pay it once, elsewhere; then record the reference of that payment here."),
        act="record",
    ),
}
"""By the word in the address; in the order in which they need somebody most."""

OVERDRAWN: Mapping[TookTooMuch, str] = {
    TookTooMuch.DISPUTE: mark(
        "A dispute took it: answer the dispute at the provider, and pay nothing of this again."
    ),
    TookTooMuch.DISPUTE_LOST: mark(
        "A dispute that was lost took it: the bank gave this money back beside ours. Call off what"
        " is not sent yet; settle with the customer what they have too much."
    ),
    TookTooMuch.PAID_AGAIN: mark(
        "The provider carried out a try of ours that was given up, so a refund of it was paid"
        " twice: ask the customer for the amount, and tell whoever runs the engine."
    ),
    TookTooMuch.OUTSIDE: mark(
        "A refund made at the provider took it: ask whoever made it what it was for. What is still"
        " to be sent for the same thing can be called off."
    ),
    TookTooMuch.OURS: mark(
        "Our own refunds alone come to more. Compare what was captured at the provider with the"
        " order. If more was captured there, have the shop send the order right; if not, call off"
        " what is not sent yet, and settle with the customer what they have too much."
    ),
}
"""What to do about a payment below zero, by what took it there."""
