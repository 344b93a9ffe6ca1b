"""Every type of event that webhooks tell of: one for each state a return or a refund moves into."""

from collections.abc import Mapping

from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.lifecycle.refund_states import RefundState

PING = "ping"

_RETURNS: Mapping[Headline, str] = {
    Headline.REQUESTED: "A return was asked for.",
    Headline.IN_REVIEW: "A person has to decide it.",
    Headline.NEEDS_INFO: "The customer was asked for something.",
    Headline.DECLINED: "It was declined.",
    Headline.WITHDRAWN: "The customer took it back.",
    Headline.EXPIRED: "Its label was not used in time.",
    Headline.APPROVED: "It was approved.",
    Headline.LABEL_ISSUED: "Its label was made.",
    Headline.IN_TRANSIT: "The parcel is on its way.",
    Headline.PARTIALLY_RECEIVED: "A part of it has arrived.",
    Headline.RECEIVED: "All that was expected has arrived.",
    Headline.INSPECTED: "Every unit that arrived has a verdict.",
    Headline.SETTLING: "Money or replacements are on their way.",
    Headline.CLOSED: "Nothing is left to do.",
}
_REFUNDS: Mapping[RefundState, str] = {
    RefundState.PROPOSED: "A refund waits for finance.",
    RefundState.APPROVED: "Finance approved it.",
    RefundState.REFUSED: "Finance refused it.",
    RefundState.SUBMITTING: "It is being sent to the provider.",
    RefundState.PENDING: "The provider took it; the money is on its way.",
    RefundState.REQUIRES_ACTION: "The customer has to do something first.",
    RefundState.SUCCEEDED: "The money went back.",
    RefundState.FAILED: "It failed, perhaps after it had succeeded.",
    RefundState.UNKNOWN: "The provider gave no answer; it is being asked.",
    RefundState.CANCELED: "It was called off.",
}


def return_type(state: Headline) -> str:
    """Return the type that tells of a return's move into `state`."""
    return f"return.{state}"


def refund_type(state: RefundState) -> str:
    """Return the type that tells of a refund's move into `state`."""
    return f"refund.{state}"


EVENT_TYPES: Mapping[str, str] = {
    **{return_type(state): says for state, says in _RETURNS.items()},
    **{refund_type(state): says for state, says in _REFUNDS.items()},
}
"""What each type says, in a sentence; `docs/webhooks.md` lists the same."""
