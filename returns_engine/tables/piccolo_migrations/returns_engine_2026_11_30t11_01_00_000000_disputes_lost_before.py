"""What disputes took for good before the payments said so: taken from the books."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-30T11:01:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "disputes that were lost before"

# Disputed payments are few and found by index; what the version before hears meanwhile is put
# right by the daily look at each of them.
AS_IN_THE_BOOKS = """
UPDATE payments p SET disputed_lost = (
    SELECT COALESCE(sum(e.debit - e.credit), 0)::bigint FROM ledger_entries e
    WHERE e.subject = 'dispute:' || p.id AND e.account = 'charged_back')
WHERE p.disputed > 0
"""


async def forwards() -> MigrationManager:
    """Fill the column."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def fill() -> None:
        await connection().execute(AS_IN_THE_BOOKS)

    manager.add_raw(fill)
    return manager
