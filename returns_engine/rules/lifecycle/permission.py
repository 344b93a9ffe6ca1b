"""May this come back? One of the four lifecycles of a return.

    requested  ── approve ──────────▶ approved ◀─ revive ── expired
        │                              ▲    └──── expire ──────▲
      review                    approve, dismiss
        ▼                              │
    in_review  ────────────────────────┘
        ├─ request_info ──▶ needs_info ── answer ──▶ in_review
        └─ decline ───────▶ declined ──── appeal ──▶ in_review

    approved ── appeal ──▶ in_review  (after a rejection at the bench)
    requested, in_review, needs_info, approved ── withdraw ──▶ withdrawn

That nothing has arrived before a withdrawal, and that an appeal comes once, is known to `actions`.
"""

from collections.abc import Mapping
from enum import StrEnum

from returns_engine.rules.lifecycle.moves import advance


class PermissionState(StrEnum):
    """Where the permission of a return stands."""

    REQUESTED = "requested"
    IN_REVIEW = "in_review"
    NEEDS_INFO = "needs_info"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class PermissionEvent(StrEnum):
    """What may happen to a permission.

    `revive` is the parcel that comes after its label expired, or the new label that is asked for
    then. `dismiss` ends an appeal against a
    rejection at the bench: the rejection stands, and so does the permission.
    """

    APPROVE = "approve"
    REVIEW = "review"
    DECLINE = "decline"
    REQUEST_INFO = "request_info"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    REVIVE = "revive"
    APPEAL = "appeal"
    DISMISS = "dismiss"


INITIAL = PermissionState.REQUESTED

_S, _E = PermissionState, PermissionEvent

TABLE: Mapping[tuple[PermissionState, PermissionEvent], PermissionState] = {
    (_S.REQUESTED, _E.APPROVE): _S.APPROVED,
    (_S.REQUESTED, _E.REVIEW): _S.IN_REVIEW,
    (_S.REQUESTED, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.IN_REVIEW, _E.APPROVE): _S.APPROVED,
    (_S.IN_REVIEW, _E.DISMISS): _S.APPROVED,
    (_S.IN_REVIEW, _E.DECLINE): _S.DECLINED,
    (_S.IN_REVIEW, _E.REQUEST_INFO): _S.NEEDS_INFO,
    (_S.IN_REVIEW, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.NEEDS_INFO, _E.ANSWER): _S.IN_REVIEW,
    (_S.NEEDS_INFO, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.APPROVED, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.APPROVED, _E.EXPIRE): _S.EXPIRED,
    (_S.APPROVED, _E.APPEAL): _S.IN_REVIEW,
    (_S.EXPIRED, _E.REVIVE): _S.APPROVED,
    (_S.DECLINED, _E.APPEAL): _S.IN_REVIEW,
}


def next_permission(state: PermissionState, event: PermissionEvent) -> PermissionState:
    """Return the permission after `event`, or raise TransitionNotAllowed."""
    return advance(TABLE, state, event)
