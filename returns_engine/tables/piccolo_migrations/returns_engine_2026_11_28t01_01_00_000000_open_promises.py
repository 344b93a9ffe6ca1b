"""One promise of a kind is open at a time; Piccolo cannot declare an index over some rows alone."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T01:01:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "one open promise of a kind"

CREATE = """
DROP INDEX promises_open;
CREATE INDEX promises_open ON promises (due, id) WHERE kept_at IS NULL AND released_at IS NULL;
CREATE INDEX promises_by_return ON promises (return_id);
CREATE UNIQUE INDEX promises_uq_open ON promises (return_id, what, subject)
    WHERE kept_at IS NULL AND released_at IS NULL;
"""
UNDO = """
DROP INDEX promises_uq_open;
DROP INDEX promises_by_return;
DROP INDEX promises_open;
CREATE INDEX promises_open ON promises (due) WHERE kept_at IS NULL;
"""


async def forwards() -> MigrationManager:
    """Create the indexes."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def create() -> None:
        await connection().execute(CREATE)

    async def drop() -> None:
        await connection().execute(UNDO)

    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager
