"""When a webhook that did not arrive is sent again, and when its receiver is given up.

The pauses are those of the Standard Webhooks specification: ten tries within three days.
"""

from datetime import datetime, timedelta
from enum import StrEnum

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
MOST_TRIES = len(PAUSES) + 1
LONGEST_WAIT = timedelta(hours=24)
"""How long at most a receiver may ask us to wait."""

GIVEN_UP_AFTER = timedelta(days=5)
"""How long nothing but failures may come from a receiver before nothing is sent there any more."""

# A receiver that nothing was sent to meanwhile has not failed meanwhile.
_SILENCE = timedelta(days=2)
_SPREAD = 0.1


class Off(StrEnum):
    """Why nothing is sent to a receiver."""

    BY_HAND = "by_hand"
    GONE = "gone"
    FAILING = "failing"


def pause_after(tries: int, *, asked: timedelta | None, chance: float) -> timedelta | None:
    """Return how long to wait after so many tries; None after the last.

    Up to a tenth longer, by `chance` from 0 to 1, so that what failed together does not come back
    together; and as long as the receiver `asked`, a day at most.
    """
    if tries >= MOST_TRIES:
        return None
    pause = PAUSES[tries - 1] * (1 + _SPREAD * chance)
    return max(pause, min(asked or pause, LONGEST_WAIT))


def failing_from(since: datetime | None, last_failure: datetime | None, now: datetime) -> datetime:
    """Return since when a receiver that fails now has done nothing else."""
    if since is None or last_failure is None or now - last_failure > _SILENCE:
        return now
    return since


def is_given_up(failing_since: datetime, now: datetime) -> bool:
    """Say whether a receiver has failed for so long that it is switched off."""
    return now - failing_since >= GIVEN_UP_AFTER
