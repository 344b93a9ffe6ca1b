"""What a payment can still give back, worked out and guarded in the database."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T05:02:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "balances of payments, and guards of refunds"

UNDO = """
DROP INDEX refunds_blocked, refunds_sent, payments_to_look_at;
DROP SEQUENCE provider_readings;
DROP TRIGGER outside_refunds_frozen ON outside_refunds;
DROP TRIGGER outside_refunds_no_truncate ON outside_refunds;
DROP TRIGGER outside_refunds_no_delete ON outside_refunds;
DROP TRIGGER refunds_within_payment ON refunds;
DROP FUNCTION refuse_beyond_payment();
DROP VIEW payment_balances;
DROP FUNCTION refund_reserves(text);
"""


async def forwards() -> MigrationManager:
    """Create view, triggers, sequence and indexes."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def create() -> None:
        await connection().execute((Path(__file__).parent / "refund_guards.sql").read_text("utf-8"))

    async def drop() -> None:
        await connection().execute(UNDO)

    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager
