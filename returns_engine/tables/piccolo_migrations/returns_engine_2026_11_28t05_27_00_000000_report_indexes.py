"""Indexes on the dates by which the numbers of a period are counted."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.concurrent_index import build_index, drop_index

ID = "2026-11-28T05:27:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of the numbers"

INDEXES = {
    "returns_by_request": "returns (requested_at)",
    "inspections_by_moment": "inspections (inspected_at)",
    "inspection_lines_by_return_line": "inspection_lines (return_line)",
    "orders_by_placing": "orders (placed_at)",
    "orders_by_production": (
        "orders (production_started_at) WHERE production_started_at IS NOT NULL"
    ),
    "compensations_by_giving": "compensations (given_at) WHERE given_at IS NOT NULL",
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
