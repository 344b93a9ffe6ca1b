"""Indexes by which staff find things by numbers that others know them by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.concurrent_index import build_index, drop_index

ID = "2026-11-30T11:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of numbers to find by"

INDEXES = {
    "messages_of_goods_sent_back": (
        "messages (upper(context ->> 'tracking_number')) WHERE template = 'goods_sent_back'"
    ),
    "replacements_by_shop_number": (
        "replacements (lower(external_order)) WHERE external_order IS NOT NULL"
    ),
    "refunds_by_external_reference": (
        "refunds (lower(external_reference)) WHERE external_reference IS NOT NULL"
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
