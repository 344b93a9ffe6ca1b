"""An index by which a worker sees that no earlier job has the lock of the next one.

The queue's own begins with the job's id. Where PostgreSQL reckoned with few jobs, as after a quiet
night, each look for the next of a thousand took 0.1 s.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.concurrent_index import build_index, drop_index

ID = "2026-11-28T05:59:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "jobs by lock"

NAME = "procrastinate_jobs_by_lock"
ON = "procrastinate_jobs (lock) WHERE status IN ('todo', 'doing')"


async def forwards() -> MigrationManager:
    """Build the index while the queue is used."""
    manager = MigrationManager(
        migration_id=ID,
        app_name="returns_engine",
        description=DESCRIPTION,
        wrap_in_transaction=False,
    )
    manager.add_raw(build_index(NAME, ON))
    manager.add_raw_backwards(drop_index(NAME))
    return manager
