"""What we have promised: it follows from where a return stands, and from nothing else.

A promise is owed while the case is in some state, with a day that was said when it came to be owed.
Once it is owed no more it was kept, or released where nobody waits for it any longer (36, 53, 62).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from returns_engine.rules.lifecycle.headline import CaseFacts
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.rules.lifecycle.refund_states import RefundState


class PromiseKind(StrEnum):
    """What we said we would do."""

    ANSWER = "answer"
    INSPECTION = "inspection"
    REFUND_SENT = "refund_sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseTerms:
    """In how many business days of `country` each promise falls due, and in which zone a day ends.

    A return keeps those that the policy had when it was asked for.
    """

    country: str
    zone: str
    days: Mapping[PromiseKind, int]


@dataclass(frozen=True, slots=True, order=True)
class Owed:
    """One promise; `subject` tells the refunds of one return apart, else it is empty."""

    what: PromiseKind
    subject: str = ""


# A refund was sent once the provider has taken it (B-9); what it does then is the bank's turn.
_UNSENT = frozenset(
    {RefundState.APPROVED, RefundState.SUBMITTING, RefundState.UNKNOWN, RefundState.FAILED}
)
_SENT = frozenset({RefundState.PENDING, RefundState.REQUIRES_ACTION, RefundState.SUCCEEDED})


def owed(case: CaseFacts, refunds: Mapping[str, RefundState]) -> frozenset[Owed]:
    """Return the promises that are owed as the case stands; `refunds` are its refunds by id."""
    promises = {Owed(PromiseKind.REFUND_SENT, one) for one in refunds if refunds[one] in _UNSENT}
    # While the customer chooses, nobody waits for us.
    if case.permission is PermissionState.IN_REVIEW and not case.customer_chooses:
        promises.add(Owed(PromiseKind.ANSWER))
    if case.without_verdict:
        promises.add(Owed(PromiseKind.INSPECTION))
    return frozenset(promises)


def was_kept(promise: Owed, case: CaseFacts, refunds: Mapping[str, RefundState]) -> bool:
    """Tell whether a promise that is owed no more was kept; otherwise nobody waits for it."""
    match promise.what:
        case PromiseKind.REFUND_SENT:
            return refunds.get(promise.subject) in _SENT
        case PromiseKind.ANSWER:
            return case.permission is not PermissionState.WITHDRAWN
        case PromiseKind.INSPECTION:
            return not case.without_verdict
