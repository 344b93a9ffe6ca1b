"""Jobs by name: enqueued in the caller's own transaction, run by the worker.

Procrastinate's Python interface brings its own connection, which could not share our transaction;
its SQL function can. `tests/contracts` fails when an upgrade changes that function.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import asyncpg

QUEUE = "default"

_DEFER = """
SELECT procrastinate_defer_jobs_v1(ARRAY(
    SELECT ROW($1, task, 0, lock, queueing_lock, args,
               now() + make_interval(secs => delay))::procrastinate_job_to_defer_v1
    FROM unnest($2::text[], $3::text[], $4::text[], $5::jsonb[], $6::int[])
        AS job (task, lock, queueing_lock, args, delay)))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job by its name, with plain arguments.

    Jobs of one `lock` run one after the other; of one `queueing_lock` at most one waits, and a
    second is refused. `delay` holds it back, in whole seconds of the queue's own clock.
    """

    task: str
    args: Mapping[str, str | int] = field(default_factory=dict)
    lock: str | None = None
    queueing_lock: str | None = None
    delay: int | None = None


async def defer_jobs(connection: asyncpg.Connection, jobs: Sequence[Job]) -> None:
    """Enqueue `jobs` in the transaction of `connection`: rolled back, there is no job."""
    if not jobs:
        return
    await connection.execute(
        _DEFER,
        QUEUE,
        [job.task for job in jobs],
        [job.lock for job in jobs],
        [job.queueing_lock for job in jobs],
        [json.dumps(dict(job.args)) for job in jobs],
        [job.delay for job in jobs],
    )
