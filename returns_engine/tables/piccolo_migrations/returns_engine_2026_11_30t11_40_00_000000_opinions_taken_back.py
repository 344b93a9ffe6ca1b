"""A second opinion that nobody has given is withdrawn with the rejection it was asked for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-30T11:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "opinions that are taken back"

# What is there is read through by the next one, which keeps nobody from the table.
CAUSES = """
ALTER TABLE opinions DROP CONSTRAINT opinions_ck_cause,
ADD CONSTRAINT opinions_ck_cause CHECK (cause IN ('appeal', 'value')) NOT VALID
"""
CAUSES_BEFORE = """
ALTER TABLE opinions DROP CONSTRAINT opinions_ck_cause,
ADD CONSTRAINT opinions_ck_cause CHECK (
    cause = 'appeal' OR cause = 'value' AND state <> 'withdrawn') NOT VALID
"""


async def forwards() -> MigrationManager:
    """Replace the check."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def widen() -> None:
        await connection().execute(CAUSES)

    async def narrow() -> None:
        await connection().execute(CAUSES_BEFORE)

    manager.add_raw(widen)
    manager.add_raw_backwards(narrow)
    return manager
