"""Checks of choices that an option which is not there passed: NULL is neither true nor false."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T01:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "checks of choices"

STRICT = """
ALTER TABLE choices DROP CONSTRAINT choices_ck_state, DROP CONSTRAINT choices_ck_done,
ADD CONSTRAINT choices_ck_state CHECK (
    (state = 'open' AND chosen_option IS NULL AND closed_at IS NULL)
    OR (state = 'chosen' AND chosen_option IS NOT NULL AND closed_at IS NOT NULL)
    OR (state = 'defaulted' AND chosen_option IS NOT DISTINCT FROM default_option
        AND closed_at IS NOT NULL)
    OR (state = 'withdrawn' AND chosen_option IS NULL AND closed_at IS NOT NULL)),
ADD CONSTRAINT choices_ck_done CHECK (
    (done_at IS NULL) = (done_reference IS NULL)
    AND (done_at IS NULL OR COALESCE(chosen_option, '') IN ('wait', 'swap')))
"""
LOOSE = """
ALTER TABLE choices DROP CONSTRAINT choices_ck_state, DROP CONSTRAINT choices_ck_done,
ADD CONSTRAINT choices_ck_state CHECK (
    (state = 'open' AND chosen_option IS NULL AND closed_at IS NULL)
    OR (state = 'chosen' AND chosen_option IS NOT NULL AND closed_at IS NOT NULL)
    OR (state = 'defaulted' AND chosen_option = default_option AND closed_at IS NOT NULL)
    OR (state = 'withdrawn' AND chosen_option IS NULL AND closed_at IS NOT NULL)),
ADD CONSTRAINT choices_ck_done CHECK (
    (done_at IS NULL) = (done_reference IS NULL)
    AND (done_at IS NULL OR chosen_option IN ('wait', 'swap')))
"""


async def forwards() -> MigrationManager:
    """Replace the two checks."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def strict() -> None:
        await connection().execute(STRICT)

    async def loose() -> None:
        await connection().execute(LOOSE)

    manager.add_raw(strict)
    manager.add_raw_backwards(loose)
    return manager
