"""Index by which the refunds of a reference that was typed are found."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.concurrent_index import build_index, drop_index

ID = "2026-11-28T19:14:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of references"

INDEXES = {
    "refunds_by_reference": (
        "refunds (lower(btrim(external_reference))) WHERE external_reference IS NOT NULL"
    ),
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
