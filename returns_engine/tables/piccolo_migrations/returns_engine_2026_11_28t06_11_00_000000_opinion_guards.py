"""Guards of the second opinions, and the indexes Piccolo cannot declare."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T06:11:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "guards and indexes of second opinions"

UNDO = """
DROP TRIGGER opinions_state_guard ON opinions;
DROP TRIGGER opinions_initial_guard ON opinions;
DROP TRIGGER opinions_delete_guard ON opinions;
DROP TRIGGER opinions_first_stays ON opinions;
ALTER TABLE return_lines DROP CONSTRAINT return_lines_ck_in_opinion;
DROP INDEX opinions_by_state, opinions_by_return, opinions_given, opinions_by_photo;
"""


async def forwards() -> MigrationManager:
    """Create triggers and indexes."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def create() -> None:
        await connection().execute((Path(__file__).parent / "opinion_guards.sql").read_text("utf-8"))

    async def drop() -> None:
        await connection().execute(UNDO)

    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager
