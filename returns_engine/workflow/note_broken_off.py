"""Say of a comparison whose process died that it broke off; one that runs is never touched."""

from datetime import datetime

import structlog

from returns_engine.tables.engine import connection, transaction

log = structlog.get_logger()

# Locked first: a run that takes up the row of its day waits until it is known what became of it.
_RUNNING = "SELECT id FROM reconciliations WHERE state = 'running' ORDER BY id FOR UPDATE"
# Whoever compares holds this lock by its session, and PostgreSQL frees it when that is gone.
_IS_COMPARED = """
SELECT FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 1
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (classid::bigint << 32 | objid::bigint) = hashtext('reconcile')
"""
_BROKE_OFF = """
UPDATE reconciliations SET state = 'broken_off', finished_at = $2 WHERE id = ANY($1::bigint[])
"""


async def note_broken_off(*, now: datetime) -> int:
    """Note every comparison that began and that nobody is at any more; return how many."""
    async with transaction():
        rows = await connection().fetch(_RUNNING)
        if not rows or await connection().fetchrow(_IS_COMPARED) is not None:
            return 0
        dead = [row["id"] for row in rows]
        await connection().execute(_BROKE_OFF, dead, now)
    log.warning("reconciliation_broken_off", runs=dead)
    return len(dead)
