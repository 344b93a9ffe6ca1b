"""Which action each headline allows: the answer to every button and every call."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache

from returns_engine.rules.lifecycle.appeal import appealable
from returns_engine.rules.lifecycle.headline import CaseFacts, Headline, headline
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed


class Action(StrEnum):
    """What somebody can do to a return, by the name of its call."""

    APPROVE = "approve"
    DECLINE = "decline"
    REQUEST_INFO = "request_info"
    OVERRIDE = "override"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    APPEAL = "appeal"
    MESSAGE = "message"
    TRACKING = "tracking"
    RECEIVE = "receive"
    INSPECT = "inspect"
    CLOSE_OUTSTANDING = "close_outstanding"
    SEND_BACK = "send_back"
    CONSENT = "consent"
    CARRIER_INQUIRY = "carrier_inquiry"
    VOID_LABEL = "void_label"
    RENEW_LABEL = "renew_label"


OF_CUSTOMERS = frozenset(
    {
        Action.ANSWER,
        Action.WITHDRAW,
        Action.APPEAL,
        Action.MESSAGE,
        Action.TRACKING,
        Action.CONSENT,
        Action.RENEW_LABEL,
    }
)
"""What a customer can do to a return of theirs; all else is the staff's."""

_H = Headline
_IN_REVIEW = frozenset({_H.IN_REVIEW})
_WITH_THE_CUSTOMER = frozenset({_H.APPROVED, _H.LABEL_ISSUED, _H.IN_TRANSIT})
_SINCE_THE_BENCH = frozenset(
    {_H.PARTIALLY_RECEIVED, _H.RECEIVED, _H.INSPECTED, _H.SETTLING, _H.CLOSED}
)

ALLOWED_IN: Mapping[Action, frozenset[Headline]] = {
    Action.APPROVE: _IN_REVIEW,
    Action.DECLINE: _IN_REVIEW,
    Action.REQUEST_INFO: _IN_REVIEW,
    Action.OVERRIDE: _IN_REVIEW,
    Action.ANSWER: frozenset({_H.NEEDS_INFO}),
    Action.WITHDRAW: _WITH_THE_CUSTOMER | {_H.REQUESTED, _H.IN_REVIEW, _H.NEEDS_INFO},
    Action.APPEAL: _SINCE_THE_BENCH | {_H.DECLINED},
    Action.MESSAGE: frozenset(Headline),
    Action.TRACKING: _WITH_THE_CUSTOMER,
    Action.RECEIVE: _WITH_THE_CUSTOMER | {_H.PARTIALLY_RECEIVED, _H.EXPIRED},
    Action.INSPECT: frozenset({_H.PARTIALLY_RECEIVED, _H.RECEIVED}),
    # What was lost on its way to us comes no more; an unused label runs out by itself.
    Action.CLOSE_OUTSTANDING: frozenset({_H.IN_TRANSIT, _H.PARTIALLY_RECEIVED}),
    # Whatever became of the permission, the customer's goods can always go home.
    Action.SEND_BACK: _SINCE_THE_BENCH | {_H.IN_REVIEW, _H.NEEDS_INFO, _H.DECLINED},
    Action.CONSENT: _SINCE_THE_BENCH | {_H.IN_REVIEW, _H.NEEDS_INFO, _H.DECLINED},
    # A parcel is missed on its way to the customer, or on its way to us (74).
    Action.CARRIER_INQUIRY: frozenset({_H.IN_REVIEW, _H.NEEDS_INFO, _H.IN_TRANSIT}),
    # Under a label that moves, or moved, a parcel comes: it stays what it is.
    Action.VOID_LABEL: frozenset({_H.LABEL_ISSUED}),
    # A label that ran out is a reminder, not a right lost (B-33).
    Action.RENEW_LABEL: frozenset({_H.EXPIRED}),
}


def _may_appeal(case: CaseFacts) -> bool:
    return not case.appealed and bool(appealable(case))


def _may_withdraw(case: CaseFacts) -> bool:
    # An appeal about money puts a case in review in which nothing arrived but money was decided on;
    # and what was made for units the customer keeps cannot be asked back.
    return not case.arrived and not case.refunds and not case.replacements


def _is_ours_to_decide(case: CaseFacts) -> bool:
    # What becomes of it is asked of the customer, who may answer at any moment.
    return not case.customer_chooses


_ALSO: Mapping[Action, Callable[[CaseFacts], bool]] = {
    Action.APPROVE: _is_ours_to_decide,
    Action.DECLINE: _is_ours_to_decide,
    Action.WITHDRAW: _may_withdraw,
    Action.APPEAL: _may_appeal,
    Action.TRACKING: lambda case: case.goods_expected,
    Action.RECEIVE: lambda case: case.goods_expected and case.outstanding,
    Action.INSPECT: lambda case: case.at_the_bench,
    Action.SEND_BACK: lambda case: case.rejected_waiting,
    Action.CONSENT: lambda case: case.rejected_waiting,
}


def allowed(action: Action, state: Headline, case: CaseFacts | None = None) -> bool:
    """Say whether `state` allows `action`; with the `case`, whether the counters do too."""
    if state not in ALLOWED_IN[action]:
        return False
    condition = _ALSO.get(action)
    return case is None or condition is None or condition(case)


def require(action: Action, state: Headline, case: CaseFacts | None = None) -> None:
    """Raise TransitionNotAllowed unless `action` is allowed."""
    if not allowed(action, state, case):
        raise TransitionNotAllowed(state, action)


# Of a list, most returns stand at one of few points: what each allows is worked out once.
@lru_cache(maxsize=4096)
def allowed_actions(case: CaseFacts) -> tuple[Action, ...]:
    """Return what can be done now, for a screen to offer."""
    state = headline(case)
    return tuple(action for action in Action if allowed(action, state, case))
