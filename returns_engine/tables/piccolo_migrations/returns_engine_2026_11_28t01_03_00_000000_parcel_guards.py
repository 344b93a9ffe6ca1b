"""Guards of the parcels nobody announced, and the indexes Piccolo cannot declare."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T01:03:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "guards and indexes of parcels nobody announced"

UNDO = """
DROP TRIGGER parcels_state_guard ON parcels;
DROP TRIGGER parcels_initial_guard ON parcels;
DROP TRIGGER parcels_delete_guard ON parcels;
DROP INDEX parcels_oldest_first, parcels_by_state, parcels_by_return, parcels_by_order,
    parcels_by_tracking_number, parcels_unprinted, order_contacts_by_postal_code,
    order_contacts_by_name, order_contacts_by_addressee;
"""


async def forwards() -> MigrationManager:
    """Create triggers and indexes."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def create() -> None:
        await connection().execute((Path(__file__).parent / "parcel_guards.sql").read_text("utf-8"))

    async def drop() -> None:
        await connection().execute(UNDO)

    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager
