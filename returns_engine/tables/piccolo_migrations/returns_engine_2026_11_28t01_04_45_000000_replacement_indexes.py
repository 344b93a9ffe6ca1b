"""Indexes of the replacements that Piccolo cannot declare."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T01:04:45:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of replacements"

CREATE = """
CREATE INDEX replacements_oldest_first ON replacements (planned_at, id);
CREATE INDEX replacements_by_external_order ON replacements (external_order)
    WHERE external_order IS NOT NULL;
"""
UNDO = """
DROP INDEX replacements_oldest_first;
DROP INDEX replacements_by_external_order;
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
