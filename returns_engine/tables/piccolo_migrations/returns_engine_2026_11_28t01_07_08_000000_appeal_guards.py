"""Guards of appeals and consents: what Piccolo cannot declare."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T01:07:08:000000"
VERSION = "1.38.0"
DESCRIPTION = "guards of appeals and consents"

UNDO = """
DROP TRIGGER inspections_other_person ON inspections;
DROP TRIGGER inspection_lines_superseded_guard ON inspection_lines;
DROP TRIGGER consents_append_only ON consents;
DROP FUNCTION refuse_inspector_set_aside();
DROP INDEX consents_by_return_line;
DROP INDEX returns_appealed;
"""


async def forwards() -> MigrationManager:
    """Create triggers and indexes."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def create() -> None:
        sql = (Path(__file__).parent / "appeal_guards.sql").read_text("utf-8")
        await connection().execute(sql)

    async def drop() -> None:
        await connection().execute(UNDO)

    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager
