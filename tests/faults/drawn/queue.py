"""The job queue, worked off in any order: the rows that the use cases wrote, and no worker."""

import json
from dataclasses import dataclass
from typing import Any, cast

from returns_engine.jobs.catalog import JOBS
from returns_engine.jobs.tools import JobTools
from returns_engine.tables.engine import the_engine
from tests.faults.drawn.world import World

MONEY = (
    "execute_refund",
    "ask_about",
    "clear_payout",
    "hear_provider",
    "look_at_payment",
    "release_hold",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingJob:
    """A job as it stands in the queue."""

    id: int
    task: str
    args: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tools:
    """What the jobs about money take from the worker's tools."""

    payments: Any
    policy: Any
    clock: Any


async def waiting_jobs() -> list[WaitingJob]:
    """Return what may be fetched: the jobs of a lock that a worker holds are not."""
    rows = await the_engine().fetch_rows(
        "SELECT j.id, j.task_name, j.args::text AS args FROM procrastinate_jobs j"
        " WHERE j.status = 'todo' AND j.task_name = ANY($1) AND NOT EXISTS ("
        " SELECT FROM procrastinate_jobs d WHERE d.status = 'doing' AND d.lock = j.lock)"
        " ORDER BY j.id",
        list(MONEY),
    )
    return [
        WaitingJob(id=row["id"], task=row["task_name"], args=json.loads(row["args"]))
        for row in rows
    ]


async def fetch(job: WaitingJob) -> None:
    """Take a job, as a worker does; whoever dies with it leaves it taken."""
    await _put(job, "status = 'doing', attempts = attempts + 1")


async def run(job: WaitingJob, world: World) -> str:
    """Run a job to its end."""
    tools = _Tools(payments=world.payments, policy=world.policy, clock=world.clock)
    await JOBS[job.task].run(cast("JobTools", tools), **job.args)
    return "done"


async def finish(job: WaitingJob) -> None:
    await the_engine().fetch_rows("DELETE FROM procrastinate_jobs WHERE id = $1", job.id)


async def try_later(job: WaitingJob) -> str:
    """Put a job that failed back, or bury it where it was tried often enough."""
    rows = await the_engine().fetch_rows(
        "SELECT attempts FROM procrastinate_jobs WHERE id = $1", job.id
    )
    if rows and rows[0]["attempts"] >= JOBS[job.task].tries:
        # Long enough ago that the sweep no longer counts it as seen to.
        await finish(job)
        return "dead"
    await _put(job, "status = 'todo'")
    return "later"


async def rescue() -> int:
    """Give the jobs of workers that died to others."""
    rows = await the_engine().fetch_rows(
        "UPDATE procrastinate_jobs SET status = 'todo' WHERE status = 'doing' RETURNING id"
    )
    return len(rows)


async def lose(job: WaitingJob) -> None:
    """Lose a job: what keeps money moving then is the sweep alone."""
    await finish(job)


async def _put(job: WaitingJob, change: str) -> None:
    await the_engine().fetch_rows(
        f"UPDATE procrastinate_jobs SET {change} WHERE id = $1",  # noqa: S608 - our own words
        job.id,
    )
