"""A job that the worker tried as often as it may."""

import json

from returns_engine.tables.engine import the_engine

_DIED = """
WITH job AS (
    INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts, args)
    VALUES ('default', $1, 'failed', 8, $2::jsonb) RETURNING id
), died AS (
    INSERT INTO procrastinate_events (job_id, type, at)
    SELECT job.id, 'failed', at FROM job, unnest(ARRAY[now() - interval '3 hours', now()]) AS t (at)
)
SELECT id FROM job
"""


async def a_dead_job(task: str = "execute_refund", **arguments: str) -> int:
    """Have a job die twice, the first time three hours ago; give its number."""
    row = await the_engine().fetch_row(_DIED, task, json.dumps(arguments))
    assert row is not None
    number: int = row["id"]
    return number
