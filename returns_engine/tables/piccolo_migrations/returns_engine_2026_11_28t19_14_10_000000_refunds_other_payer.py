"""What took two people to approve is not paid otherwise by one: neither chosen nor recorded alone."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T19:14:10:000000"
VERSION = "1.38.0"
DESCRIPTION = "check of who pays otherwise"

# What is there is read through by the next one, which keeps nobody from the table.
OTHER_PAYER = """
ALTER TABLE refunds ADD CONSTRAINT refunds_ck_other_payer CHECK (
    NOT needs_second OR otherwise_by IS NULL OR recorded_by IS NULL OR otherwise_by <> recorded_by)
    NOT VALID
"""
ANYBODY = "ALTER TABLE refunds DROP CONSTRAINT refunds_ck_other_payer"


async def forwards() -> MigrationManager:
    """Add the check."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def add() -> None:
        await connection().execute(OTHER_PAYER)

    async def drop() -> None:
        await connection().execute(ANYBODY)

    manager.add_raw(add)
    manager.add_raw_backwards(drop)
    return manager
