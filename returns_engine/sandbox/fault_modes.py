"""What can go wrong, each mode by the name that the control API knows, and where it strikes.

Where in a request a fault strikes decides what is left behind:

    before   nothing was done and nothing is stored under the request's key
    during   the answer of the work itself; stored, and replayed to the same key
    after    the work is done and stored, and only the answer is lost or damaged
"""

from collections.abc import Mapping
from enum import StrEnum

RECEIVE_MAIL = "mail.receive"
WEBHOOK_EVENT = "webhooks.event"
"""One event on its way out, met once."""
WEBHOOK_TRY = "webhooks.try"
"""One attempt to deliver an event, met again at each."""


class Stage(StrEnum):
    """Where in a request a fault strikes."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Mode(StrEnum):
    """What goes wrong."""

    TIMEOUT_BEFORE = "timeout_before"
    DROP_BEFORE = "drop_before"
    RESET_BEFORE = "reset_before"
    HTTP_502_BEFORE = "http_502_before"
    HTTP_503_BEFORE = "http_503_before"
    HTTP_504_BEFORE = "http_504_before"
    RATE_LIMITED = "rate_limited"
    RATE_LIMITED_RETRY = "rate_limited_retry"
    LOCK_TIMEOUT = "lock_timeout"
    CONFLICT = "conflict"
    DECLINED = "declined"
    HTTP_500 = "http_500"
    HTTP_500_DONE = "http_500_done"
    HTTP_500_LATE = "http_500_late"
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SLOW = "slow"
    TIMEOUT_AFTER = "timeout_after"
    DROP_AFTER = "drop_after"
    RESET_AFTER = "reset_after"
    HTTP_502_AFTER = "http_502_after"
    HTTP_503_AFTER = "http_503_after"
    HTTP_504_AFTER = "http_504_after"
    TRUNCATED = "truncated"
    SLOW_HEADERS = "slow_headers"
    MAIL_REFUSED = "mail_refused"
    MAIL_UNAVAILABLE = "mail_unavailable"
    WEBHOOK_DROPPED = "webhook_dropped"
    WEBHOOK_TWICE = "webhook_twice"
    WEBHOOK_TWIN = "webhook_twin"
    WEBHOOK_EARLY = "webhook_early"
    WEBHOOK_DELAYED = "webhook_delayed"
    WEBHOOK_SHUFFLED = "webhook_shuffled"
    WEBHOOK_HELD = "webhook_held"
    WEBHOOK_OLD_VERSION = "webhook_old_version"
    WEBHOOK_WRONG_SECRET = "webhook_wrong_secret"  # noqa: S105 - it names a fault
    WEBHOOK_STALE = "webhook_stale"


_DURING = (
    Mode.DECLINED,
    Mode.HTTP_500,
    Mode.HTTP_500_DONE,
    Mode.HTTP_500_LATE,
    Mode.PENDING,
    Mode.REQUIRES_ACTION,
    Mode.SLOW,
)
_AFTER = (
    Mode.TIMEOUT_AFTER,
    Mode.DROP_AFTER,
    Mode.RESET_AFTER,
    Mode.HTTP_502_AFTER,
    Mode.HTTP_503_AFTER,
    Mode.HTTP_504_AFTER,
    Mode.TRUNCATED,
    Mode.SLOW_HEADERS,
)
STAGES: Mapping[Mode, Stage] = {
    **dict.fromkeys(Mode, Stage.BEFORE),
    **dict.fromkeys(_DURING, Stage.DURING),
    **dict.fromkeys(_AFTER, Stage.AFTER),
}
HANGS = frozenset({Mode.TIMEOUT_BEFORE, Mode.TIMEOUT_AFTER})
DROPS = frozenset({Mode.DROP_BEFORE, Mode.DROP_AFTER})
RESETS = frozenset({Mode.RESET_BEFORE, Mode.RESET_AFTER})
IN_FRONT: Mapping[Mode, int] = {
    Mode.HTTP_502_BEFORE: 502,
    Mode.HTTP_503_BEFORE: 503,
    Mode.HTTP_504_BEFORE: 504,
    Mode.HTTP_502_AFTER: 502,
    Mode.HTTP_503_AFTER: 503,
    Mode.HTTP_504_AFTER: 504,
}
"""The status that a machine in front of the provider answers in its place."""

REFUND_MODES = frozenset({Mode.DECLINED, Mode.PENDING, Mode.REQUIRES_ACTION, Mode.HTTP_500_LATE})
TRY_MODES = frozenset({Mode.WEBHOOK_WRONG_SECRET, Mode.WEBHOOK_STALE})
OWN_MODES: Mapping[str, frozenset[Mode]] = {
    RECEIVE_MAIL: frozenset({Mode.MAIL_REFUSED, Mode.MAIL_UNAVAILABLE}),
    WEBHOOK_TRY: TRY_MODES,
    WEBHOOK_EVENT: frozenset(m for m in Mode if m.startswith("webhook_")) - TRY_MODES,
}
"""What these three can meet, and nothing else can."""

SECONDS: Mapping[Mode, float] = {
    **dict.fromkeys(Mode, 1.0),
    Mode.HTTP_500_LATE: 60.0,
    Mode.WEBHOOK_STALE: 600.0,
}
"""How long a fault lasts that lasts, where its order does not say."""
