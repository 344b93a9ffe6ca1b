"""A comparison that came to no end says so, instead of running for ever."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T05:16:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "comparisons that broke off"

WITH_BROKEN_OFF = """
ALTER TABLE reconciliations DROP CONSTRAINT reconciliations_ck_state,
ADD CONSTRAINT reconciliations_ck_state CHECK (
    state IN ('running', 'done', 'unanswered', 'broken_off'))
"""
WITHOUT = """
UPDATE reconciliations SET state = 'unanswered' WHERE state = 'broken_off';
ALTER TABLE reconciliations DROP CONSTRAINT reconciliations_ck_state,
ADD CONSTRAINT reconciliations_ck_state CHECK (state IN ('running', 'done', 'unanswered'))
"""


async def forwards() -> MigrationManager:
    """Let a comparison have broken off."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def forward() -> None:
        await connection().execute(WITH_BROKEN_OFF)

    async def back() -> None:
        await connection().execute(WITHOUT)

    manager.add_raw(forward)
    manager.add_raw_backwards(back)
    return manager
