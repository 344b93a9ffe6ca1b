"""Let a job that died be tried once more, by somebody who mended what killed it."""

from datetime import datetime

from returns_engine.gateways.job_queue.jobs import try_again
from returns_engine.rules.actor import Actor
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.record_events import NewEvent, record_staff_event
from returns_engine.workflow.refusals import Conflict, NotFound


async def requeue_job(job: int, *, actor: Actor, now: datetime) -> str:
    """Put a dead job back into the queue, and return its name; every job is harmless twice.

    It is tried once; where it fails again it is dead again. Raises NotFound, Conflict
    `job_not_dead` where it waits or runs, and `job_waits_already` where another like it waits.
    """
    async with transaction():
        state = await try_again(connection(), job)
        if state is None:
            raise NotFound("job")
        if not state.dead:
            raise Conflict("job_not_dead", f"Job {job} is not dead: it waits or runs.")
        if state.another_waits:
            detail = f"Another {state.task} waits already, and does what job {job} would do."
            raise Conflict("job_waits_already", detail)
        event = NewEvent(type="job.requeued", data={"job": job, "task": state.task})
        await record_staff_event(event, actor=actor, now=now)
    return state.task
