"""Jobs by name: enqueued in the caller's own transaction, run by the worker.

Procrastinate's Python interface brings its own connection, which could not share our transaction;
its SQL function can. `tests/contracts` fails when an upgrade changes that function.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

QUEUE = "default"

DEFER = """
SELECT procrastinate_defer_jobs_v1(ARRAY(
    SELECT ROW({}::text, task, priority, lock, queueing_lock, args,
               now() + make_interval(secs => delay))::procrastinate_job_to_defer_v1
    FROM unnest({}::text[], {}::text[], {}::text[], {}::jsonb[], {}::int[],
                {}::int[])
        AS job (task, lock, queueing_lock, args, delay, priority)))
"""
"""The statement that enqueues jobs; `{}` stands for each value of `deferred`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job by its name, with plain arguments.

    Jobs of one `lock` run one after the other; of one `queueing_lock` at most one waits, and a
    second is refused. `delay` holds it back, in whole seconds of the queue's own clock. Of those
    that wait, the one of the highest `priority` goes first.
    """

    task: str
    args: Mapping[str, str | int] = field(default_factory=dict)
    lock: str | None = None
    queueing_lock: str | None = None
    delay: int | None = None
    priority: int = 0


async def defer_jobs(connection: asyncpg.Connection, jobs: Sequence[Job]) -> None:
    """Enqueue `jobs` in the transaction of `connection`: rolled back, there is no job."""
    if not jobs:
        return
    await connection.execute(_DEFER, *deferred(jobs))


_DEFER = DEFER.format(*(f"${place}" for place in range(1, 8)))


def deferred(jobs: Sequence[Job]) -> Sequence[object]:
    """Return the values of DEFER for `jobs`."""
    return (
        QUEUE,
        [job.task for job in jobs],
        [job.lock for job in jobs],
        [job.queueing_lock for job in jobs],
        [json.dumps(dict(job.args)) for job in jobs],
        [job.delay for job in jobs],
        [job.priority for job in jobs],
    )


# A job that died is not followed by another at once: what killed it may need a person.
_SEEN_TO = """
SELECT DISTINCT args->>$2 AS subject FROM procrastinate_jobs
WHERE task_name = ANY($1) AND args->>$2 IS NOT NULL
  AND (status IN ('todo', 'doing')
       OR status = 'failed' AND scheduled_at > now() - interval '1 hour')
"""


async def with_a_job(
    connection: asyncpg.Connection, tasks: Sequence[str], argument: str
) -> frozenset[str]:
    """Return the values of `argument` that a job of `tasks` sees to, or lately died of."""
    rows = await connection.fetch(_SEEN_TO, list(tasks), argument)
    return frozenset(row["subject"] for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStanding:
    """Where a job stood when it was asked to be tried again: only a dead one was put back."""

    task: str
    dead: bool
    another_waits: bool


# Of one queueing lock at most one job may wait, and the queue would refuse a second.
_STANDING = """
SELECT j.task_name, j.status = 'failed' AS dead,
       EXISTS (SELECT FROM procrastinate_jobs w
               WHERE w.queueing_lock = j.queueing_lock AND w.status = 'todo') AS another_waits
FROM procrastinate_jobs j WHERE j.id = $1 FOR UPDATE OF j
"""
_AGAIN = "SELECT procrastinate_retry_job_v2($1, now(), NULL, NULL, NULL)"


async def try_again(connection: asyncpg.Connection, job: int) -> JobStanding | None:
    """Put a dead job back into the queue, and return where it stood; None where there is none."""
    row = await connection.fetchrow(_STANDING, job)
    if row is None:
        return None
    standing = JobStanding(
        task=row["task_name"], dead=row["dead"], another_waits=row["another_waits"]
    )
    if standing.dead and not standing.another_waits:
        await connection.execute(_AGAIN, job)
    return standing


async def bring_forward(connection: asyncpg.Connection, until: datetime) -> None:
    """Let every job that is held back no longer than `until` run now (demo and tests alone)."""
    await connection.execute(
        "UPDATE procrastinate_jobs SET scheduled_at = now()"
        " WHERE status = 'todo' AND scheduled_at > now() AND scheduled_at <= $1",
        until,
    )
