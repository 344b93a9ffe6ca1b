"""How long something waits, in words."""

from datetime import datetime, timedelta

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
LONG = 2 * _DAY
"""What waits longer is marked on the dashboard and in the queue."""


def whole_units(since: datetime | str, now: datetime) -> tuple[str, int]:
    """Return the age of something as ("days" or "hours" or "new", how many).

    `since` may be text as the API writes it.
    """
    age = now - (datetime.fromisoformat(since) if isinstance(since, str) else since)
    if age >= _DAY:
        return "days", age // _DAY
    return ("hours", age // _HOUR) if age >= _HOUR else ("new", 0)
