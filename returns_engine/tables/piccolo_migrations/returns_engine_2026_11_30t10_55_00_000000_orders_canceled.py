"""Index by which canceled orders are found."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.concurrent_index import build_index, drop_index

ID = "2026-11-30T10:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of canceled orders"

INDEXES = {
    "orders_canceled": "orders (placed_at) WHERE status = 'canceled'",
}


async def forwards() -> MigrationManager:
    """Build the indexes while their tables are used."""
    manager = MigrationManager(
        migration_id=ID,
        app_name="returns_engine",
        description=DESCRIPTION,
        wrap_in_transaction=False,
    )
    for name, on in INDEXES.items():
        manager.add_raw(build_index(name, on))
        manager.add_raw_backwards(drop_index(name))
    return manager
