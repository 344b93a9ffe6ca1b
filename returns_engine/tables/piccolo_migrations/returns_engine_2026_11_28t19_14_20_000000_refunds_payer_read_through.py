"""The check of who pays otherwise is read through, and who chose it is taken from the record."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T19:14:20:000000"
VERSION = "1.38.0"
DESCRIPTION = "check of who pays otherwise read through"

# Apart from where it was added: there the table was locked, here it is read and written.
VALIDATE = "ALTER TABLE refunds VALIDATE CONSTRAINT refunds_ck_other_payer"
# Those that wait for their reference now; few do at any time.
WHO_CHOSE = """
UPDATE refunds r SET otherwise_by = (
    SELECT CASE e.actor_kind WHEN 'staff' THEN e.actor_id::int
           WHEN 'api_key' THEN (SELECT k.staff FROM api_keys k WHERE k.id = e.actor_id::int) END
    FROM returns v JOIN events e ON e.chain = v.number
    WHERE v.id = r.return_id AND e.type = 'refund.pay_otherwise'
    AND e.data->>'refund_id' = r.id::text ORDER BY e.sequence DESC LIMIT 1)
WHERE r.state = 'approved' AND r.manual_reason = 'paid_otherwise'
"""


async def forwards() -> MigrationManager:
    """Read the table through."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def validate() -> None:
        await connection().execute(VALIDATE)
        await connection().execute(WHO_CHOSE)

    async def leave() -> None:
        """Nothing is to be undone: the check itself goes with the migration that made it."""

    manager.add_raw(validate)
    manager.add_raw_backwards(leave)
    return manager
