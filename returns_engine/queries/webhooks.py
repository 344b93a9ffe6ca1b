"""Receivers of webhooks and the log of what they were sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from returns_engine.queries.rows import first_row, loaded, rows
from returns_engine.queries.waiting import Waiting

_ENDPOINTS = """
SELECT e.id, e.url, e.description, e.event_types, e.state, e.disabled_at, e.disabled_why,
       e.created_at, e.failing_since, e.last_failure_at, e.last_success_at, e.paused_until,
       COALESCE(open.queued, 0) AS queued, COALESCE(open.held, 0) AS held,
       COALESCE(open.failed, 0) AS failed
FROM webhook_endpoints e LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE d.state = 'queued') AS queued,
           count(*) FILTER (WHERE d.state = 'held') AS held,
           count(*) FILTER (WHERE d.state = 'failed') AS failed
    FROM webhook_deliveries d WHERE d.endpoint = e.id AND d.state <> 'delivered') AS open ON true
ORDER BY e.id
"""
_COLUMNS = """
SELECT d.id, d.endpoint, d.event_id, d.event_type, d.happened_at, d.data, d.state, d.tries,
       d.next_try, d.last_try_at, d.last_status, d.last_error, d.delivered_at
FROM webhook_deliveries d
"""
# One statement for each question, so that each goes by the index made for it.
_LOGS: Mapping[tuple[bool, bool], str] = {
    (False, False): f"{_COLUMNS} WHERE d.id < {{}} ORDER BY d.id DESC LIMIT {{}}",
    (True, False): f"{_COLUMNS} WHERE d.endpoint = {{}} AND d.id < {{}}"
    " ORDER BY d.endpoint DESC, d.id DESC LIMIT {}",
    (False, True): f"{_COLUMNS} WHERE d.state IN ('failed', 'held') AND d.id < {{}}"
    " ORDER BY d.id DESC LIMIT {}",
    (True, True): f"{_COLUMNS} WHERE d.endpoint = {{}} AND d.state IN ('failed', 'held')"
    " AND d.id < {} ORDER BY d.id DESC LIMIT {}",
}
LAST = 2**31 - 1
"""The largest number that a receiver or an entry of the log can have."""

_TROUBLED = """
SELECT count(*) AS count, min(COALESCE(disabled_at, failing_since)) AS oldest_at
FROM webhook_endpoints
WHERE disabled_why IN ('gone', 'failing') OR state = 'enabled' AND failing_since < {}
"""
FAILS_FOR = timedelta(hours=1)
"""How long a receiver may fail before somebody should look at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A receiver as people see it; no secret."""

    id: int
    url: str
    description: str
    event_types: tuple[str, ...]
    state: str
    disabled_at: datetime | None
    disabled_why: str | None
    created_at: datetime
    failing_since: datetime | None
    last_failure_at: datetime | None
    last_success_at: datetime | None
    paused_until: datetime | None
    queued: int
    held: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one receiver, and what came of it."""

    id: int
    endpoint: int
    event_id: Any
    event_type: str
    happened_at: datetime
    data: Mapping[str, Any]
    state: str
    tries: int
    next_try: datetime | None
    last_try_at: datetime | None
    last_status: int | None
    last_error: str | None
    delivered_at: datetime | None


async def list_endpoints() -> list[Endpoint]:
    """Return all receivers, the first added first."""
    return [
        Endpoint(**{**row, "event_types": tuple(loaded(row["event_types"]))})
        for row in await rows(_ENDPOINTS)
    ]


def is_in_trouble(endpoint: Endpoint, now: datetime) -> bool:
    """Say whether a receiver was switched off for failing, or fails for more than an hour."""
    fails = endpoint.failing_since is not None and endpoint.failing_since < now - FAILS_FOR
    return endpoint.disabled_why in {"gone", "failing"} or (endpoint.state == "enabled" and fails)


async def read_log(
    *, endpoint: int | None = None, failed: bool = False, before: int = LAST, limit: int
) -> list[Delivery]:
    """Return what was sent, the newest first: to one receiver or all, everything or what failed.

    `failed` is also what is held for a receiver that is off; `before` is the number to go on from.
    """
    chosen = () if endpoint is None else (endpoint,)
    found = await rows(_LOGS[bool(chosen), failed], *chosen, before, limit)
    return [Delivery(**{**row, "data": loaded(row["data"])}) for row in found]


async def webhooks_in_trouble(now: datetime) -> Waiting:
    """Count the receivers that were switched off for failing, or fail for more than an hour."""
    row = await first_row(_TROUBLED, now - FAILS_FOR)
    if row is None:
        return Waiting(count=0, oldest_at=None)
    return Waiting(count=row["count"], oldest_at=row["oldest_at"])
