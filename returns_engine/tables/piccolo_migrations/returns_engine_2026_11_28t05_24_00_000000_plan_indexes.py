"""Indexes for what schedules look for, so that none of them reads a growing table whole."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.concurrent_index import build_index, drop_index

ID = "2026-11-28T05:24:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of schedules"

INDEXES = {
    "choices_waiting": (
        "choices (closed_at, id) WHERE chosen_option = 'wait' AND done_at IS NULL"
    ),
    "parcels_by_photo": "parcels USING gin (photo_ids jsonb_path_ops)",
    "outside_refunds_open": (
        "outside_refunds (payment) WHERE status IN ('pending', 'requires_action')"
    ),
    "outside_refunds_followed": "outside_refunds (created_at) WHERE status = 'succeeded'",
    "refunds_by_order": 'refunds ("order")',
    "messages_without_order": 'messages (created_at) WHERE "order" IS NULL',
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
