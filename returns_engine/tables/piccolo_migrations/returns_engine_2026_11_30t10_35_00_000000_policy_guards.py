"""A version of the policy that was published is never changed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-30T10:35:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "guards of policies"

DO = """
CREATE TRIGGER policies_append_only BEFORE UPDATE OR DELETE ON policies
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_record();
CREATE TRIGGER policies_no_truncate BEFORE TRUNCATE ON policies
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record();
"""
UNDO = """
DROP TRIGGER policies_no_truncate ON policies;
DROP TRIGGER policies_append_only ON policies;
"""


async def forwards() -> MigrationManager:
    """Let nobody change what was published."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def create() -> None:
        await connection().execute(DO)

    async def drop() -> None:
        await connection().execute(UNDO)

    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager
