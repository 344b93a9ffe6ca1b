"""Mails that wait: handed to the mail server again after a long outage, and one day given up."""

from datetime import datetime, timedelta

from returns_engine.gateways.job_queue.jobs import Job, defer_jobs, with_a_job
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.send_lookup_code import CODE_LIVES

QUIET_FOR = timedelta(minutes=10)
GIVEN_UP_AFTER = timedelta(days=2)
MOST_AT_ONCE = 500

# Only what a mail server was asked to take: a job that is merely late has its turn.
_GIVE_UP = """
UPDATE messages SET state = 'refused', error = $3
WHERE state = 'queued' AND tries > 0
  AND created_at < (CASE template WHEN 'lookup_code' THEN $2::timestamptz ELSE $1::timestamptz END)
"""
_WAITING = """
SELECT id FROM messages WHERE state = 'queued' AND created_at < $1 ORDER BY created_at LIMIT $2
"""


async def sweep_mails(*, now: datetime) -> int:
    """Enqueue every mail that waits and whose job was lost or died; return how many.

    What no mail server took for two days, and a code whose time is over, counts as refused: then
    somebody sees it. Harmless twice.
    """
    async with transaction():
        too_late = "No mail server took it in time."
        await connection().execute(_GIVE_UP, now - GIVEN_UP_AFTER, now - CODE_LIVES, too_late)
        rows = await connection().fetch(_WAITING, now - QUIET_FOR, MOST_AT_ONCE)
        seen_to = await with_a_job(connection(), ("send_message",), "message_id")
        missing = [str(row["id"]) for row in rows if str(row["id"]) not in seen_to]
        jobs = [Job(task="send_message", args={"message_id": one}) for one in missing]
        await defer_jobs(connection(), jobs)
    return len(missing)
