"""The causes of second opinions are read through for what is there, while all go on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-30T11:41:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "causes of opinions read through"

# Apart from where it was replaced: there the table was locked, here it is read and written.
VALIDATE = "ALTER TABLE opinions VALIDATE CONSTRAINT opinions_ck_cause"


async def forwards() -> MigrationManager:
    """Read the table through."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def validate() -> None:
        await connection().execute(VALIDATE)

    async def leave() -> None:
        """Nothing is to be undone: the check itself goes with the migration that made it."""

    manager.add_raw(validate)
    manager.add_raw_backwards(leave)
    return manager
