"""What happens next, in one sentence, and who has the ball."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from returns_engine.rules.lifecycle.headline import CaseFacts, Headline
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.lifecycle.replacement_states import ReplacementState
from returns_engine.rules.words import ReturnKind


class Who(StrEnum):
    """Who has the ball."""

    CUSTOMER = "customer"
    MERCHANT = "merchant"
    CARRIER = "carrier"
    BANK = "bank"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """The next step: a stable key for the message catalogues, the English sentence, and who."""

    says_key: str
    says: str
    who: Who | None


def _step(key: str, who: Who | None, says: str) -> NextStep:
    return NextStep(says_key=f"next_step.{key}", says=says, who=who)


_BY_HEADLINE: Mapping[Headline, NextStep] = {
    Headline.REQUESTED: _step(
        "requested", Who.MERCHANT, "We have your request and are looking at it."
    ),
    Headline.IN_REVIEW: _step(
        "in_review", Who.MERCHANT, "A person is looking at your request and will answer you."
    ),
    Headline.NEEDS_INFO: _step(
        "needs_info", Who.CUSTOMER, "We have a question; please answer it so that we can go on."
    ),
    Headline.DECLINED: _step(
        "declined",
        None,
        "We could not accept this return; you see why, and can ask for another person to look.",
    ),
    Headline.WITHDRAWN: _step("withdrawn", None, "You withdrew this return; nothing more is due."),
    Headline.EXPIRED: _step(
        "expired",
        Who.CUSTOMER,
        "The label was not used in time; you can have a new one, or leave it at that.",
    ),
    Headline.APPROVED: _step(
        "approved", Who.MERCHANT, "Your return is accepted; we are making your label."
    ),
    Headline.LABEL_ISSUED: _step(
        "label_issued", Who.CUSTOMER, "Put the label on your parcel and send it to us."
    ),
    Headline.IN_TRANSIT: _step("in_transit", Who.CARRIER, "Your parcel is on its way to us."),
    Headline.PARTIALLY_RECEIVED: _step(
        "partially_received",
        Who.CUSTOMER,
        "A part of your return has arrived; we are waiting for the rest.",
    ),
    Headline.RECEIVED: _step(
        "received", Who.MERCHANT, "Your parcel has arrived; we are inspecting it."
    ),
    Headline.INSPECTED: _step(
        "inspected", Who.MERCHANT, "We have inspected your parcel and are preparing what follows."
    ),
    Headline.SETTLING: _step("settling", Who.MERCHANT, "We are settling your return."),
    Headline.CLOSED: _step("closed", None, "This return is closed; nothing more is due."),
}

_REJECTED_WAITING = _step(
    "rejected_waiting",
    Who.MERCHANT,
    "What we could not accept is still yours; we send it back to you, unless you let us keep it.",
)
_APPEAL_HEARD = _step(
    "appeal_heard",
    Who.MERCHANT,
    "Another person looks at your appeal and will answer you.",
)
_DECLINED_FOR_GOOD = _step(
    "declined_for_good",
    None,
    "We looked a second time and could not accept this return; you see why, and can write to us.",
)
_JUDGED_AGAIN = _step(
    "judged_again", Who.MERCHANT, "Your appeal was right; another person inspects your items again."
)
_CHOOSE = _step(
    "choose", Who.CUSTOMER, "Please choose what we shall do; the link came by mail, and is here."
)
_NO_GOODS_APPROVED = _step(
    "approved_without_goods", Who.MERCHANT, "Your request is accepted; you need not send anything."
)
_CARRIER_ASKED = _step(
    "carrier_asked",
    Who.CARRIER,
    "We have asked the carrier what became of your parcel, and tell you what we hear.",
)
# Where nothing is sent to us, no sentence speaks of a return or a parcel of the customer's.
_WITHOUT_GOODS: Mapping[Headline, NextStep] = {
    Headline.APPROVED: _NO_GOODS_APPROVED,
    Headline.DECLINED: _step(
        "declined_without_goods",
        None,
        "We could not accept this request; you see why, and can write to us.",
    ),
    Headline.WITHDRAWN: _step(
        "withdrawn_without_goods", None, "You withdrew this request; nothing more is due."
    ),
    Headline.SETTLING: _step(
        "settling_without_goods", Who.MERCHANT, "We are settling your request."
    ),
    Headline.CLOSED: _step(
        "closed_without_goods", None, "This request is closed; nothing more is due."
    ),
}
_REFUNDED = _step(
    "refunded",
    Who.BANK,
    "We have sent your refund; your bank may need 5 to 10 business days to show it.",
)
_ON_GIFT_CARDS = _step(
    "refunded_on_gift_card",
    None,
    "Your refund is on the gift card you paid with; nothing more is due.",
)
_GIVEN_UP = _step(
    "given_up",
    None,
    "Your parcel has not arrived, and this return is closed; please write to us if you sent it.",
)
_REPLACED = _step("replaced", None, "Your replacement has arrived; nothing more is due.")
_SENDING = _step("refund_sending", Who.MERCHANT, "Your refund is approved; we are sending it.")

# Of several things that are open, the sentence names the one that needs somebody most.
_BY_REFUND: Mapping[RefundState, NextStep] = {
    RefundState.REQUIRES_ACTION: _step(
        "refund_requires_action",
        Who.CUSTOMER,
        "Your bank details are needed for the refund; please see the message we sent you.",
    ),
    RefundState.FAILED: _step(
        "refund_failed", Who.MERCHANT, "Your refund did not go through; we are seeing to it."
    ),
    RefundState.PROPOSED: _step(
        "refund_proposed", Who.MERCHANT, "Your refund is worked out and waits for our approval."
    ),
    RefundState.APPROVED: _SENDING,
    RefundState.SUBMITTING: _SENDING,
    RefundState.UNKNOWN: _step(
        "refund_unknown", Who.MERCHANT, "We are checking with the bank whether your refund arrived."
    ),
    RefundState.PENDING: _step("refund_pending", Who.BANK, "Your refund is on its way."),
}

_BY_REPLACEMENT: Mapping[ReplacementState, NextStep] = {
    ReplacementState.PLANNED: _step(
        "replacement_planned", Who.MERCHANT, "We are arranging your replacement."
    ),
    ReplacementState.AWAITING_STOCK: _step(
        "replacement_awaiting_stock", Who.MERCHANT, "Your replacement waits to be in stock again."
    ),
    ReplacementState.ORDERED: _step(
        "replacement_ordered", Who.MERCHANT, "Your replacement is being made ready."
    ),
    ReplacementState.SHIPPED: _step(
        "replacement_shipped", Who.CARRIER, "Your replacement is on its way to you."
    ),
}

# What speaks of a return, as it is said of a warranty claim.
_OF_A_CLAIM: Mapping[NextStep, NextStep] = {
    _BY_HEADLINE[Headline.DECLINED]: _step(
        "declined_claim",
        None,
        "We could not accept this claim; you see why, and can ask for another person to look.",
    ),
    _DECLINED_FOR_GOOD: _step(
        "declined_claim_for_good",
        None,
        "We looked a second time and could not accept this claim; you see why, and can write to"
        " us.",
    ),
    _BY_HEADLINE[Headline.WITHDRAWN]: _step(
        "withdrawn_claim", None, "You withdrew this claim; nothing more is due."
    ),
    _BY_HEADLINE[Headline.APPROVED]: _step(
        "approved_claim", Who.MERCHANT, "Your claim is accepted; we are making your label."
    ),
    _BY_HEADLINE[Headline.PARTIALLY_RECEIVED]: _step(
        "partially_received_claim",
        Who.CUSTOMER,
        "A part of what you claim for has arrived; we are waiting for the rest.",
    ),
    _BY_HEADLINE[Headline.SETTLING]: _step(
        "settling_claim", Who.MERCHANT, "We are settling your claim."
    ),
    _BY_HEADLINE[Headline.CLOSED]: _step(
        "closed_claim", None, "This claim is closed; nothing more is due."
    ),
    _GIVEN_UP: _step(
        "given_up_claim",
        None,
        "Your parcel has not arrived, and this claim is closed; please write to us if you sent it.",
    ),
}


def next_step(
    state: Headline, case: CaseFacts | None = None, *, kind: ReturnKind = ReturnKind.RETURN
) -> NextStep:
    """Say what happens next; with the `case`, as exactly as its refunds and counters allow."""
    step = _BY_HEADLINE[state] if case is None else _in_the_case(state, case)
    return _OF_A_CLAIM.get(step, step) if kind is ReturnKind.WARRANTY else step


def _in_the_case(state: Headline, case: CaseFacts) -> NextStep:
    if state is Headline.SETTLING:
        return _of_the_open(case)
    return _of_the_appeal(state, case) or _of_the_case(state, case) or _plain(state, case)


def _plain(state: Headline, case: CaseFacts) -> NextStep:
    if not case.goods_expected and state in _WITHOUT_GOODS:
        return _WITHOUT_GOODS[state]
    return _BY_HEADLINE[state]


def _of_the_appeal(state: Headline, case: CaseFacts) -> NextStep | None:
    if case.appealed and state is Headline.IN_REVIEW:
        return _APPEAL_HEARD
    if case.appealed and state is Headline.DECLINED:
        return _DECLINED_FOR_GOOD
    at_the_bench = state in {Headline.RECEIVED, Headline.PARTIALLY_RECEIVED}
    judged_again = at_the_bench and case.upheld and case.without_verdict
    return _JUDGED_AGAIN if judged_again else None


def _of_the_case(state: Headline, case: CaseFacts) -> NextStep | None:
    match state:
        case Headline.IN_REVIEW | Headline.NEEDS_INFO if case.customer_chooses:
            return _CHOOSE
        case Headline.IN_REVIEW if case.carrier_asked:
            return _CARRIER_ASKED
        case Headline.PARTIALLY_RECEIVED if case.without_verdict:
            return _BY_HEADLINE[Headline.RECEIVED]
        case Headline.INSPECTED if case.rejected_waiting:
            return _REJECTED_WAITING
        case Headline.CLOSED:
            return _of_the_closed(case)
        case _:
            return None


def _of_the_closed(case: CaseFacts) -> NextStep | None:
    if case.goods_expected and all(line.given_up == line.requested for line in case.lines):
        return _GIVEN_UP
    if RefundState.SUCCEEDED in case.refunds:
        return _ON_GIFT_CARDS if case.on_gift_cards else _REFUNDED
    return _REPLACED if ReplacementState.DELIVERED in case.replacements else None


def _of_the_open(case: CaseFacts) -> NextStep:
    for refund, step in _BY_REFUND.items():
        if refund in case.refunds:
            return step
    for replacement, step in _BY_REPLACEMENT.items():
        if replacement in case.replacements:
            return step
    return _plain(Headline.SETTLING, case)
