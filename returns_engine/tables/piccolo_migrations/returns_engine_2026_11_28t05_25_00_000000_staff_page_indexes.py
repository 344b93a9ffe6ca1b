"""Indexes for what pages of the staff look for, of parts that stay small or are never in a hurry."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.concurrent_index import build_index, drop_index

ID = "2026-11-28T05:25:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of the staff's pages"

INDEXES = {
    "returns_on_hold": "returns (id DESC) WHERE on_hold",
    "parcels_came_with": "parcels (came_with) WHERE came_with IS NOT NULL",
    "choices_over": (
        "choices (closed_at DESC, id DESC) WHERE state <> 'open'"
        " AND NOT COALESCE(chosen_option IN ('swap', 'wait') AND done_at IS NULL, false)"
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
