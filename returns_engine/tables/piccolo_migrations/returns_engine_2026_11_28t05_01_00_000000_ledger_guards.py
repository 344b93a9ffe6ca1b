"""Guards of the books: append only, and every movement balances when its transaction commits."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T05:01:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "guards of the ledger"

CREATE = """
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON ledger_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_record();
CREATE TRIGGER ledger_entries_no_truncate BEFORE TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record();

CREATE FUNCTION refuse_unbalanced_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM ledger_entries WHERE subject = NEW.subject AND movement = NEW.movement
        GROUP BY currency HAVING sum(debit) <> sum(credit)
    ) THEN
        RAISE EXCEPTION 'Movement % of % does not balance.', NEW.movement, NEW.subject
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- At the commit: the lines of a movement are written one after the other.
CREATE CONSTRAINT TRIGGER ledger_entries_balance AFTER INSERT ON ledger_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_movement();

-- The journal, by the moment; the books of an order, by the order.
CREATE INDEX ledger_entries_by_moment ON ledger_entries (at, id);
CREATE INDEX ledger_entries_by_order ON ledger_entries ("order");
"""
UNDO = """
DROP TRIGGER ledger_entries_append_only ON ledger_entries;
DROP TRIGGER ledger_entries_no_truncate ON ledger_entries;
DROP TRIGGER ledger_entries_balance ON ledger_entries;
DROP FUNCTION refuse_unbalanced_movement();
DROP INDEX ledger_entries_by_moment;
DROP INDEX ledger_entries_by_order;
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
