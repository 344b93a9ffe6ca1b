"""Find what can be erased without reading all tables: idle orders, and where a photo is used."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T01:17:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes for erasure"

DO = """
CREATE INDEX orders_not_erased ON orders (imported_at, id) WHERE erased_at IS NULL;
CREATE INDEX photos_by_order ON photos ("order");
CREATE INDEX photos_by_age ON photos (uploaded_at);
CREATE INDEX return_lines_by_photo ON return_lines USING gin (photo_ids jsonb_path_ops);
CREATE INDEX inspection_lines_by_photo ON inspection_lines USING gin (photo_ids jsonb_path_ops);
"""
UNDO = """
DROP INDEX orders_not_erased;
DROP INDEX photos_by_order;
DROP INDEX photos_by_age;
DROP INDEX return_lines_by_photo;
DROP INDEX inspection_lines_by_photo;
"""


async def forwards() -> MigrationManager:
    """Create the indexes."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def create() -> None:
        await connection().execute(DO)

    async def drop() -> None:
        await connection().execute(UNDO)

    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager
