"""Guards of the limits that each role has."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T05:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "guards of limits"

UNDO = """
DROP TRIGGER refunds_within_limit ON refunds;
DROP TRIGGER refunds_approval_stays ON refunds;
DROP TRIGGER refunds_proposal_stays ON refunds;
DROP TRIGGER compensations_within_limit ON compensations;
DROP TRIGGER compensations_approval_stays ON compensations;
DROP FUNCTION refuse_refund_beyond_limit();
DROP FUNCTION refuse_compensation_beyond_limit();
DROP FUNCTION refuse_change_of_approval();
DROP FUNCTION refuse_other_proposal();
DROP FUNCTION require_within_limit(bigint, bigint, text);
DROP FUNCTION refund_is_approved(text);
DROP FUNCTION compensation_is_approved(text);
"""


async def forwards() -> MigrationManager:
    """Create functions and triggers."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def create() -> None:
        await connection().execute((Path(__file__).parent / "limit_guards.sql").read_text("utf-8"))

    async def drop() -> None:
        await connection().execute(UNDO)

    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager
