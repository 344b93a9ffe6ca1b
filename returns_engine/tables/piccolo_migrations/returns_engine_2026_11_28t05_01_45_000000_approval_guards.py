"""Guards of approvals: what takes two persons, and less than proposed."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T05:01:45:000000"
VERSION = "1.38.0"
DESCRIPTION = "guards of approvals"

UNDO = """
DROP TRIGGER refunds_two_guard ON refunds;
DROP TRIGGER compensations_two_guard ON compensations;
DROP TRIGGER replacements_two_guard ON replacements;
DROP TRIGGER refunds_unexplained_guard ON refunds;
DROP TRIGGER refunds_unexplained_insert ON refunds;
DROP FUNCTION refuse_one_person_alone();
DROP FUNCTION refuse_unexplained_amount();
DROP INDEX refunds_on_hold;
DROP INDEX refunds_by_proposal;
"""


async def forwards() -> MigrationManager:
    """Create triggers and indexes."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def create() -> None:
        sql = (Path(__file__).parent / "approval_guards.sql").read_text("utf-8")
        await connection().execute(sql)

    async def drop() -> None:
        await connection().execute(UNDO)

    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager
