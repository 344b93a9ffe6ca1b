"""How a receiver of webhooks stands: what it took last, since when it fails, and when it is off."""

from datetime import datetime, timedelta

import structlog

from returns_engine.rules.webhooks.retries import LONGEST_WAIT, Off, failing_from
from returns_engine.tables.engine import connection

log = structlog.get_logger()

_TOOK_IT = """
UPDATE webhook_endpoints SET last_success_at = $2, failing_since = NULL, paused_until = NULL
WHERE id = $1 RETURNING id
"""
_STANDING = """
SELECT failing_since, last_failure_at FROM webhook_endpoints
WHERE id = $1 FOR NO KEY UPDATE
"""
_FAILED = """
UPDATE webhook_endpoints SET failing_since = $2, last_failure_at = $3,
       paused_until = COALESCE($4, paused_until)
WHERE id = $1
"""
_OFF = """
UPDATE webhook_endpoints SET state = 'disabled', disabled_at = $2, disabled_why = $3
WHERE id = $1 AND state = 'enabled' RETURNING id
"""
_HOLD_ALL = """
UPDATE webhook_deliveries SET state = 'held', next_try = NULL
WHERE endpoint = $1 AND state = 'queued'
"""


async def note_success(endpoint: int, *, now: datetime) -> bool:
    """Note that a receiver took something; return whether it is still there."""
    return await connection().fetchrow(_TOOK_IT, endpoint, now) is not None


async def note_failure(endpoint: int, *, wait: timedelta | None, now: datetime) -> datetime | None:
    """Note that a receiver took nothing, and for how long it asked for rest.

    Return since when it has done nothing but fail; None where it is not there any more.
    """
    row = await connection().fetchrow(_STANDING, endpoint)
    if row is None:
        return None
    since = failing_from(row["failing_since"], row["last_failure_at"], now)
    rest = now + min(wait, LONGEST_WAIT) if wait else None
    await connection().execute(_FAILED, endpoint, since, now, rest)
    return since


async def switch_off(endpoint: int, why: Off, *, now: datetime) -> bool:
    """Send nothing to a receiver any more, and hold what waits; say whether it was on.

    The receiver's row is locked before those of its events, as everywhere.
    """
    if await connection().fetchrow(_OFF, endpoint, now, str(why)) is None:
        return False
    await connection().execute(_HOLD_ALL, endpoint)
    if why is not Off.BY_HAND:
        log.error("webhook_receiver_switched_off", endpoint=endpoint, why=str(why))
    return True
