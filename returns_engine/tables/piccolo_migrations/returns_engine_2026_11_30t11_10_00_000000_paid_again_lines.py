"""A refund that was paid a second time has a line of its own in a comparison."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-30T11:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "lines of what was paid again"

# What is there is read through by the next one, which keeps nobody from the table.
KINDS = """
ALTER TABLE reconciliation_lines DROP CONSTRAINT reconciliation_lines_ck_kind,
ADD CONSTRAINT reconciliation_lines_ck_kind CHECK (
    kind IN ('not_adopted', 'not_booked', 'not_at_provider', 'amount', 'status',
    'payment_total', 'outside', 'paid_again', 'another_system')) NOT VALID
"""
KINDS_BEFORE = """
ALTER TABLE reconciliation_lines DROP CONSTRAINT reconciliation_lines_ck_kind,
ADD CONSTRAINT reconciliation_lines_ck_kind CHECK (
    kind IN ('not_adopted', 'not_booked', 'not_at_provider', 'amount', 'status',
    'payment_total', 'outside', 'another_system')) NOT VALID
"""


async def forwards() -> MigrationManager:
    """Replace the check."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def widen() -> None:
        await connection().execute(KINDS)

    async def narrow() -> None:
        await connection().execute(KINDS_BEFORE)

    manager.add_raw(widen)
    manager.add_raw_backwards(narrow)
    return manager
