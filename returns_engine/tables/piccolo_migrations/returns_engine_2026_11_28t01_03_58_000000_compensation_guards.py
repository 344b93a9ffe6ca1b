"""Guards of what is given on top for our fault, and the indexes Piccolo cannot declare."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T01:03:58:000000"
VERSION = "1.38.0"
DESCRIPTION = "guards of compensations"

CREATE = """
CREATE TRIGGER compensations_state_guard BEFORE UPDATE OF state ON compensations
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION refuse_unless_our_transaction();
CREATE TRIGGER compensations_initial_guard BEFORE INSERT ON compensations
    FOR EACH ROW WHEN (NEW.state <> 'proposed')
    EXECUTE FUNCTION refuse_unless_our_transaction();
CREATE TRIGGER compensations_delete_guard BEFORE DELETE ON compensations
    FOR EACH ROW EXECUTE FUNCTION refuse_unless_our_transaction();
CREATE INDEX compensations_by_return ON compensations (return_id);
CREATE INDEX compensations_by_order ON compensations ("order");
CREATE INDEX compensations_newest_first ON compensations (proposed_at DESC, id DESC);
-- What counts against the cap of a month.
CREATE INDEX compensations_by_month ON compensations (decided_at)
    WHERE state IN ('approved', 'given');
"""
UNDO = """
DROP TRIGGER compensations_state_guard ON compensations;
DROP TRIGGER compensations_initial_guard ON compensations;
DROP TRIGGER compensations_delete_guard ON compensations;
DROP INDEX compensations_by_return;
DROP INDEX compensations_by_order;
DROP INDEX compensations_newest_first;
DROP INDEX compensations_by_month;
"""


async def forwards() -> MigrationManager:
    """Create triggers and indexes."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def create() -> None:
        await connection().execute(CREATE)

    async def drop() -> None:
        await connection().execute(UNDO)

    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager
