"""Order a comparison with the provider's account, because somebody wants to know now."""

from returns_engine.gateways.job_queue.jobs import Job, defer_jobs
from returns_engine.tables.engine import connection, transaction

_WAITS = """
SELECT FROM procrastinate_jobs WHERE task_name = 'reconcile' AND status IN ('todo', 'doing') LIMIT 1
"""


async def order_reconciliation() -> None:
    """Enqueue a comparison unless one waits or runs; two at once would harm nothing."""
    async with transaction():
        if await connection().fetchrow(_WAITS) is None:
            await defer_jobs(connection(), [Job(task="reconcile")])
