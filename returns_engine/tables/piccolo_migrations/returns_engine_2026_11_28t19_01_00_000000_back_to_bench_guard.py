"""What finance sends back to the bench may be judged by the same person again."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T19:01:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "guard of verdicts sent back to the bench"

# An appeal sets rejections aside, finance what was accepted.
_GUARD = """
CREATE OR REPLACE FUNCTION refuse_inspector_set_aside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM inspections i JOIN inspection_lines l ON l.inspection = i.id
               WHERE i.return_id = NEW.return_id AND i.inspected_by = NEW.inspected_by
                 AND i.undone_at IS NULL {accepted_or_not} AND l.superseded > 0) THEN
        RAISE EXCEPTION 'Another person must inspect this return again.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""


async def forwards() -> MigrationManager:
    """Guard rejections that were set aside, and no others."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def narrow() -> None:
        await connection().execute(_GUARD.format(accepted_or_not="AND l.verdict = 'rejected'"))

    async def widen() -> None:
        await connection().execute(_GUARD.format(accepted_or_not=""))

    manager.add_raw(narrow)
    manager.add_raw_backwards(widen)
    return manager
