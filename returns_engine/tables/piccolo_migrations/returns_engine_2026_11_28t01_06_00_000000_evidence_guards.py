"""Words about deliveries are append only; those known before are the first of them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T01:06:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "guards of delivery evidence"

DO = """
INSERT INTO delivery_evidence (shipment, delivered_at, evidence, source, recorded_at)
SELECT s.id, s.delivered_at, COALESCE(s.delivery_evidence, 'estimate'), 'import', o.imported_at
FROM shipments s JOIN orders o ON o.id = s."order" WHERE s.delivered_at IS NOT NULL;

CREATE TRIGGER delivery_evidence_append_only BEFORE UPDATE OR DELETE ON delivery_evidence
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_record();
"""
UNDO = "DROP TRIGGER delivery_evidence_append_only ON delivery_evidence"


async def forwards() -> MigrationManager:
    """Keep what shipments say already, and let nobody change it."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def create() -> None:
        await connection().execute(DO)

    async def drop() -> None:
        await connection().execute(UNDO)

    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager
