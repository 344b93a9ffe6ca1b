"""An index for the tracking number of a replacement, which customers call with."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.concurrent_index import build_index, drop_index

ID = "2026-11-28T05:57:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of the replacements' tracking numbers"

INDEX = "replacements_by_tracking_number"


async def forwards() -> MigrationManager:
    """Build the index while its table is used."""
    manager = MigrationManager(
        migration_id=ID,
        app_name="returns_engine",
        description=DESCRIPTION,
        wrap_in_transaction=False,
    )
    manager.add_raw(build_index(INDEX, "replacements (tracking_number)"))
    manager.add_raw_backwards(drop_index(INDEX))
    return manager
