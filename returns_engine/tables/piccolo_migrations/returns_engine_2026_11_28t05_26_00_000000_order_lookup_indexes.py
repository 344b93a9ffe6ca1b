"""Indexes for what is held of an order, to be exported or erased, and for choices by state."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.concurrent_index import build_index, drop_index

ID = "2026-11-28T05:26:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes by order, and of choices by state"

INDEXES = {
    "messages_of_no_return": 'messages ("order") WHERE return_id IS NULL',
    "choices_by_state": "choices (state, offered_at DESC, id DESC)",
    "reconciliation_lines_by_order": 'reconciliation_lines ("order")',
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
