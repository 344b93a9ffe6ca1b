"""One refund to one payment, from a proposal to money at the provider.

    proposed ── approve ──▶ approved ── submit ──▶ submitting ◀── retry ── failed
        └─ refuse ──▶ refused   └─ record ──▶ succeeded  (paid outside, with a reference)

    submitting ──▶ pending, requires_action, succeeded, failed, canceled; no answer ──▶ unknown
    unknown ── hear_… ──▶ pending, requires_action, succeeded, failed, canceled
    pending ◀── hear_… ──▶ requires_action; both ──▶ succeeded, failed, canceled
    succeeded ── hear_… ──▶ failed, requires_action;  ── come_back ──▶ failed  (paid by hand)
    failed ── hear_… ──▶ pending, requires_action, succeeded  (what was taken for lost was not)
    failed ── pay_otherwise ──▶ approved  (by a person's hand, once the provider was asked again)
    proposed, approved, failed ── cancel ──▶ canceled

`succeeded` is not the end: the provider may fail it later, or a bank may bounce it back to
`requires_action` (payments.md 2.2). `unknown` leaves only by what was heard when asking.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from returns_engine.rules.lifecycle.moves import TransitionNotAllowed, advance


class RefundState(StrEnum):
    """Where a refund stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    SUBMITTING = "submitting"
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELED = "canceled"


class RefundEvent(StrEnum):
    """What may happen to a refund.

    Six kinds: what people decide; the provider's answer to our call (`pend` to `fail`); the call
    that got no answer; what we heard when we asked (`hear_…`, after a webhook's hint or by the
    sweep; `hear_nothing` is the proof that no refund exists there); `retry`, which is a new
    generation of the key; and `pay_otherwise`, after which no provider is called any more.
    `come_back` is what a person says of money that a person had paid.
    """

    APPROVE = "approve"
    REFUSE = "refuse"
    CANCEL = "cancel"
    RECORD = "record"
    COME_BACK = "come_back"
    SUBMIT = "submit"
    RETRY = "retry"
    PAY_OTHERWISE = "pay_otherwise"
    PEND = "pend"
    REQUIRE_ACTION = "require_action"
    SUCCEED = "succeed"
    FAIL = "fail"
    LOSE_ANSWER = "lose_answer"
    HEAR_PENDING = "hear_pending"
    HEAR_REQUIRES_ACTION = "hear_requires_action"
    HEAR_SUCCEEDED = "hear_succeeded"
    HEAR_FAILED = "hear_failed"
    HEAR_CANCELED = "hear_canceled"
    HEAR_NOTHING = "hear_nothing"


INITIAL = RefundState.PROPOSED

RESERVING = frozenset(
    {
        RefundState.APPROVED,
        RefundState.SUBMITTING,
        RefundState.PENDING,
        RefundState.REQUIRES_ACTION,
        RefundState.UNKNOWN,
        RefundState.SUCCEEDED,
    }
)
"""States in which the money of the payment is spoken for (R8)."""

SETTLED = frozenset({RefundState.SUCCEEDED, RefundState.REFUSED, RefundState.CANCELED})
"""States that let a return close."""

OPEN = frozenset(RefundState) - SETTLED
"""States that keep a return from closing; a failed refund is still owed."""

_S, _E = RefundState, RefundEvent

TABLE: Mapping[tuple[RefundState, RefundEvent], RefundState] = {
    (_S.PROPOSED, _E.APPROVE): _S.APPROVED,
    (_S.PROPOSED, _E.REFUSE): _S.REFUSED,
    (_S.PROPOSED, _E.CANCEL): _S.CANCELED,
    (_S.APPROVED, _E.SUBMIT): _S.SUBMITTING,
    (_S.APPROVED, _E.RECORD): _S.SUCCEEDED,
    (_S.APPROVED, _E.CANCEL): _S.CANCELED,
    (_S.SUBMITTING, _E.PEND): _S.PENDING,
    (_S.SUBMITTING, _E.REQUIRE_ACTION): _S.REQUIRES_ACTION,
    (_S.SUBMITTING, _E.SUCCEED): _S.SUCCEEDED,
    (_S.SUBMITTING, _E.FAIL): _S.FAILED,
    (_S.SUBMITTING, _E.LOSE_ANSWER): _S.UNKNOWN,
    # A webhook may make us ask before the answer to our own call is in.
    (_S.SUBMITTING, _E.HEAR_PENDING): _S.PENDING,
    (_S.SUBMITTING, _E.HEAR_REQUIRES_ACTION): _S.REQUIRES_ACTION,
    (_S.SUBMITTING, _E.HEAR_SUCCEEDED): _S.SUCCEEDED,
    (_S.SUBMITTING, _E.HEAR_FAILED): _S.FAILED,
    (_S.SUBMITTING, _E.HEAR_CANCELED): _S.CANCELED,
    (_S.UNKNOWN, _E.HEAR_PENDING): _S.PENDING,
    (_S.UNKNOWN, _E.HEAR_REQUIRES_ACTION): _S.REQUIRES_ACTION,
    (_S.UNKNOWN, _E.HEAR_SUCCEEDED): _S.SUCCEEDED,
    (_S.UNKNOWN, _E.HEAR_FAILED): _S.FAILED,
    (_S.UNKNOWN, _E.HEAR_CANCELED): _S.CANCELED,
    (_S.UNKNOWN, _E.HEAR_NOTHING): _S.FAILED,
    (_S.PENDING, _E.HEAR_REQUIRES_ACTION): _S.REQUIRES_ACTION,
    (_S.PENDING, _E.HEAR_SUCCEEDED): _S.SUCCEEDED,
    (_S.PENDING, _E.HEAR_FAILED): _S.FAILED,
    (_S.PENDING, _E.HEAR_CANCELED): _S.CANCELED,
    (_S.REQUIRES_ACTION, _E.HEAR_PENDING): _S.PENDING,
    (_S.REQUIRES_ACTION, _E.HEAR_SUCCEEDED): _S.SUCCEEDED,
    (_S.REQUIRES_ACTION, _E.HEAR_FAILED): _S.FAILED,
    (_S.REQUIRES_ACTION, _E.HEAR_CANCELED): _S.CANCELED,
    (_S.SUCCEEDED, _E.HEAR_FAILED): _S.FAILED,
    (_S.SUCCEEDED, _E.COME_BACK): _S.FAILED,
    (_S.SUCCEEDED, _E.HEAR_REQUIRES_ACTION): _S.REQUIRES_ACTION,
    # Called failed because nothing was there, and then it was: money that moved is always booked.
    (_S.FAILED, _E.HEAR_PENDING): _S.PENDING,
    (_S.FAILED, _E.HEAR_REQUIRES_ACTION): _S.REQUIRES_ACTION,
    (_S.FAILED, _E.HEAR_SUCCEEDED): _S.SUCCEEDED,
    (_S.FAILED, _E.RETRY): _S.SUBMITTING,
    (_S.FAILED, _E.PAY_OTHERWISE): _S.APPROVED,
    (_S.FAILED, _E.CANCEL): _S.CANCELED,
}

ANSWERED: Mapping[RefundState, RefundEvent] = {
    _S.PENDING: _E.PEND,
    _S.REQUIRES_ACTION: _E.REQUIRE_ACTION,
    _S.SUCCEEDED: _E.SUCCEED,
    _S.FAILED: _E.FAIL,
    _S.UNKNOWN: _E.LOSE_ANSWER,
}
"""The event for each state that the provider's answer to our call can mean."""

HEARD: Mapping[RefundState, RefundEvent] = {
    _S.PENDING: _E.HEAR_PENDING,
    _S.REQUIRES_ACTION: _E.HEAR_REQUIRES_ACTION,
    _S.SUCCEEDED: _E.HEAR_SUCCEEDED,
    _S.FAILED: _E.HEAR_FAILED,
    _S.CANCELED: _E.HEAR_CANCELED,
}
"""The event for each state that the provider can tell when asked."""


def next_refund(state: RefundState, event: RefundEvent) -> RefundState:
    """Return the state of a refund after `event`, or raise TransitionNotAllowed."""
    return advance(TABLE, state, event)


def after_hearing(state: RefundState, told: RefundState) -> RefundState:
    """Return the state after the provider, asked, told `told`; no news leaves it as it is.

    Raises TransitionNotAllowed for news that this refund cannot have.
    """
    if told is state:
        return state
    if told not in HEARD:
        raise TransitionNotAllowed(state, f"hear_{told}")
    return next_refund(state, HEARD[told])


def reserved(refunds: Iterable[tuple[RefundState, int]]) -> int:
    """Return how much of a payment its refunds hold, in minor units (R8)."""
    return sum(amount for state, amount in refunds if state in RESERVING)
