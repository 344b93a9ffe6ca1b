"""Guards of verdicts taken back: what Piccolo cannot declare."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T06:01:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "guards of verdicts taken back"

UNDO = """
DROP TRIGGER inspections_undone_guard ON inspections;
DROP TRIGGER inspections_undone_once ON inspections;
CREATE OR REPLACE FUNCTION refuse_inspector_set_aside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM inspections i JOIN inspection_lines l ON l.inspection = i.id
               WHERE i.return_id = NEW.return_id AND i.inspected_by = NEW.inspected_by
                 AND l.superseded > 0) THEN
        RAISE EXCEPTION 'Another person must inspect this return again.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""


async def forwards() -> MigrationManager:
    """Create the triggers, and let who took a verdict back judge again."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def create() -> None:
        sql = (Path(__file__).parent / "undone_guards.sql").read_text("utf-8")
        await connection().execute(sql)

    async def drop() -> None:
        await connection().execute(UNDO)

    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager
