"""What can be made to go wrong: each fault is armed for one call and works a number of times.

Where in a request a fault strikes decides what is left behind:

    before   nothing was done and nothing is stored under the request's key
    during   the answer of the work itself; stored, and replayed to the same key
    after    the work is done and stored, and only the answer is lost or damaged
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

RECEIVE_MAIL = "mail.receive"


class Stage(StrEnum):
    """Where in a request a fault strikes."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Mode(StrEnum):
    """What goes wrong."""

    TIMEOUT_BEFORE = "timeout_before"
    DROP_BEFORE = "drop_before"
    HTTP_502_BEFORE = "http_502_before"
    HTTP_503_BEFORE = "http_503_before"
    RATE_LIMITED = "rate_limited"
    LOCK_TIMEOUT = "lock_timeout"
    CONFLICT = "conflict"
    DECLINED = "declined"
    HTTP_500 = "http_500"
    HTTP_500_DONE = "http_500_done"
    PENDING = "pending"
    SLOW = "slow"
    TIMEOUT_AFTER = "timeout_after"
    DROP_AFTER = "drop_after"
    HTTP_502_AFTER = "http_502_after"
    TRUNCATED = "truncated"
    MAIL_REFUSED = "mail_refused"
    MAIL_UNAVAILABLE = "mail_unavailable"


STAGES: Mapping[Mode, Stage] = {
    Mode.TIMEOUT_BEFORE: Stage.BEFORE,
    Mode.DROP_BEFORE: Stage.BEFORE,
    Mode.HTTP_502_BEFORE: Stage.BEFORE,
    Mode.HTTP_503_BEFORE: Stage.BEFORE,
    Mode.RATE_LIMITED: Stage.BEFORE,
    Mode.LOCK_TIMEOUT: Stage.BEFORE,
    Mode.CONFLICT: Stage.BEFORE,
    Mode.MAIL_REFUSED: Stage.BEFORE,
    Mode.MAIL_UNAVAILABLE: Stage.BEFORE,
    Mode.DECLINED: Stage.DURING,
    Mode.HTTP_500: Stage.DURING,
    Mode.HTTP_500_DONE: Stage.DURING,
    Mode.PENDING: Stage.DURING,
    Mode.SLOW: Stage.DURING,
    Mode.TIMEOUT_AFTER: Stage.AFTER,
    Mode.DROP_AFTER: Stage.AFTER,
    Mode.HTTP_502_AFTER: Stage.AFTER,
    Mode.TRUNCATED: Stage.AFTER,
}
MAIL_MODES = frozenset({Mode.MAIL_REFUSED, Mode.MAIL_UNAVAILABLE})
REFUND_MODES = frozenset({Mode.DECLINED, Mode.PENDING})


class ImpossibleFault(ValueError):  # noqa: N818 - named for what was asked
    """The fault could never strike: an unknown call, or a mode that the call does not have."""


@dataclass(kw_only=True)
class Fault:
    """One fault; `match` narrows it to requests with these parameters or this idempotency_key."""

    on: str
    mode: Mode
    times: int
    match: Mapping[str, str] = field(default_factory=dict)

    def fits(self, call: str, stage: Stage, facts: Mapping[str, object]) -> bool:
        """Say whether the fault strikes this request at this stage."""
        if self.on != call or STAGES[self.mode] is not stage or self.times < 1:
            return False
        return all(facts.get(name) == value for name, value in self.match.items())


class Faults:
    """All faults that are armed, first armed first."""

    def __init__(self, calls: frozenset[str]) -> None:
        self._calls = calls | {RECEIVE_MAIL}
        self._armed: list[Fault] = []

    @property
    def armed(self) -> list[Fault]:
        """Return the faults that have not struck as often as they were armed for."""
        return [fault for fault in self._armed if fault.times > 0]

    def arm(self, fault: Fault) -> None:
        """Arm a fault; raise ImpossibleFault for one that would wait for ever."""
        if fault.on not in self._calls:
            raise ImpossibleFault(f"on is one of {', '.join(sorted(self._calls))}.")
        if (fault.mode in MAIL_MODES) != (fault.on == RECEIVE_MAIL):
            raise ImpossibleFault(f"{fault.on} has no fault {fault.mode}.")
        if fault.mode in REFUND_MODES and fault.on != "refunds.create":
            raise ImpossibleFault(f"{fault.mode} is a fault of refunds.create.")
        self._armed.append(fault)

    def disarm(self) -> None:
        """Take all faults away."""
        self._armed.clear()

    def take(self, call: str, stage: Stage, facts: Mapping[str, object]) -> Mode | None:
        """Return what goes wrong here, and count it as done; None when nothing does."""
        for fault in self._armed:
            if fault.fits(call, stage, facts):
                fault.times -= 1
                return fault.mode
        return None
