"""Guards of the series of credit notes, and the indexes Piccolo cannot declare."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T05:01:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "guards of credit notes"

UNDO = """
DROP FUNCTION refuse_gap_in_credit_notes() CASCADE;
DROP FUNCTION refuse_counting_back() CASCADE;
DROP TRIGGER credit_notes_append_only ON credit_notes;
DROP TRIGGER credit_notes_no_truncate ON credit_notes;
DROP INDEX refunds_by_success, credit_notes_by_moment;
"""


async def forwards() -> MigrationManager:
    """Create triggers and indexes."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def create() -> None:
        guards = Path(__file__).parent / "credit_note_guards.sql"
        await connection().execute(guards.read_text("utf-8"))

    async def drop() -> None:
        await connection().execute(UNDO)

    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager
