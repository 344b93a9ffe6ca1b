"""Indexes of the webhooks that Piccolo cannot declare."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T05:23:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of webhooks"

CREATE = """
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (endpoint, id);
CREATE INDEX webhook_deliveries_not_arrived ON webhook_deliveries (endpoint, state, id)
    WHERE state <> 'delivered';
CREATE INDEX webhook_deliveries_next ON webhook_deliveries (next_try) WHERE state = 'queued';
CREATE INDEX webhook_deliveries_oldest_first ON webhook_deliveries (happened_at);
"""
UNDO = """
DROP INDEX webhook_deliveries_of_endpoint;
DROP INDEX webhook_deliveries_not_arrived;
DROP INDEX webhook_deliveries_next;
DROP INDEX webhook_deliveries_oldest_first;
"""


async def forwards() -> MigrationManager:
    """Create the indexes."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def create() -> None:
        await connection().execute(CREATE)

    async def drop() -> None:
        await connection().execute(UNDO)

    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager
