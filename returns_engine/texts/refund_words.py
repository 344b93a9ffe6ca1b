"""What people read of a refund on its way, and of one that was paid: never more than we know."""

from collections.abc import Mapping

from returns_engine.rules.lifecycle.refund_stages import RefundStage, Step
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.way_back import WayBack
from returns_engine.texts.words import mark

_UNDER_WAY = mark("It was sent, came back, and is under way once more.")
_GIVEN_UP = mark("It was sent, was returned by the bank later, and is not pursued any more.")

CERTIFIED: Mapping[str, str] = {
    **dict.fromkeys(RefundState, _UNDER_WAY),
    RefundState.SUCCEEDED: mark("It was sent, and the bank accepted it."),
    RefundState.FAILED: mark(
        "It was sent, and was returned by the bank later. We have not paid it again."
    ),
    RefundState.REQUIRES_ACTION: mark(
        "It was sent, and came back: the bank needs the details of the account first."
    ),
    RefundState.CANCELED: _GIVEN_UP,
    RefundState.REFUSED: _GIVEN_UP,
}
"""Where a refund stands that has a credit note, as the certificate and its public page say it."""

_PAID_OUTSIDE = mark("We paid it ourselves, and keep the reference of the payment.")
PAID_BY_HAND: Mapping[WayBack, str] = {
    WayBack.GIFT_CARD: mark("We put it back onto the gift card, and keep the reference."),
    WayBack.ELSEWHERE: _PAID_OUTSIDE,
    WayBack.ANOTHER_WAY: _PAID_OUTSIDE,
}
"""What is true of money that no bank tells us of: that a person paid it."""

SENT_ON: Mapping[WayBack, str] = {
    WayBack.PROVIDER: mark("Sent on"),
    WayBack.GIFT_CARD: mark("On the gift card since"),
    WayBack.ELSEWHERE: mark("Paid on"),
    WayBack.ANOTHER_WAY: mark("Paid on"),
}
"""What the day is called on which the money left; only a bank then takes days to show it."""


def certified(state: str, way: WayBack) -> str:
    """Return what a paper says of a refund that was paid once, by the way it goes back."""
    known = RefundState(state)
    by_hand = PAID_BY_HAND.get(way) if known is RefundState.SUCCEEDED else None
    return by_hand or CERTIFIED[known]


PAID_WITH: Mapping[str, str] = {
    "card": mark("the card used to pay"),
    "paypal": mark("the PayPal account used to pay"),
    "klarna": mark("Klarna, as it was paid"),
    "gift_card": mark("the gift card used to pay"),
    "bank": mark("the bank account used to pay"),
    "bank_transfer": mark("the bank account used to pay"),
    "sepa_debit": mark("the bank account used to pay"),
    "cash": mark("cash"),
    "marketplace": mark("the marketplace where it was paid"),
}
"""Where the money goes back to, by the payment's method; an unknown one is shown as it is."""

BY_ANOTHER_WAY = mark("another way, because the one used to pay takes nothing back")

STEPS: Mapping[str, str] = {
    Step.APPROVED: mark("Approved"),
    Step.SENT: mark("Sent to the bank"),
    Step.ACCEPTED: mark("Accepted by the bank"),
    Step.IN_ACCOUNT: mark("In your account"),
}
STEPS_BY_HAND: Mapping[str, str] = {**STEPS, Step.SENT: mark("Paid by us")}
WHAT_NEXT: Mapping[str, str] = {
    RefundStage.PROPOSED: mark("It is worked out, and a second person looks at it."),
    RefundStage.APPROVED: mark("It is approved; sending it is next."),
    RefundStage.SENDING: mark(
        "We are sending it, and make sure that it arrives at the bank once, not twice."
    ),
    RefundStage.SENT: mark("The bank has it, and takes its time to accept it."),
    RefundStage.REQUIRES_ACTION: mark(
        "To go on, our payment provider needs your bank details. It asks for them in a mail of its"
        " own; please look into the spam folder too. We never ask for them ourselves."
    ),
    RefundStage.FAILED: mark(
        "It did not go through. A person here sees to it, and tries again or finds another way."
        " You need not do anything."
    ),
}
"""What comes next, or what to do, at each stage that has not reached the account."""
