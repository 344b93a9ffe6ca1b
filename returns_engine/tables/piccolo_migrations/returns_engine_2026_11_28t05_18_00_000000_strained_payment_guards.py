"""Mark in the database what our own refunds alone can have taken below zero."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T05:18:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "what strains a payment"

UNDO = """
DROP TRIGGER refunds_strain ON refunds;
DROP FUNCTION strain_payment_of_refund();
DROP TRIGGER payments_strained ON payments;
DROP FUNCTION strain_payment();
DROP INDEX payments_to_look_at;
CREATE INDEX payments_to_look_at ON payments (id) WHERE mismatch IS NOT NULL OR difference <> 0;
"""


async def forwards() -> MigrationManager:
    """Create the triggers, mark what is below zero already, and renew the index."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def create() -> None:
        sql = (Path(__file__).parent / "strained_payments.sql").read_text("utf-8")
        await connection().execute(sql)

    async def drop() -> None:
        await connection().execute(UNDO)

    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager
