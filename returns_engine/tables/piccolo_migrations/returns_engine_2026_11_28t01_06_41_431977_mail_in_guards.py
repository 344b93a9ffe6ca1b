"""More states of a message, and the index of what waits for a person."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T01:06:41:431977"
VERSION = "1.38.0"
DESCRIPTION = "states of mail in, and what waits"

DO = """
ALTER TABLE messages DROP CONSTRAINT messages_ck_state;
ALTER TABLE messages ADD CONSTRAINT messages_ck_state CHECK (
    state IN ('queued', 'sent', 'refused', 'bounced', 'received', 'unmatched', 'set_aside'));
-- What was answered before answers were noted does not wait.
UPDATE messages m SET settled_at = later.created_at
FROM messages later
WHERE m.direction = 'in' AND later.return_id = m.return_id AND later.direction = 'out'
  AND later.template IN ('message_from_us', 'info_requested', 'return_declined')
  AND later.created_at >= m.created_at;
CREATE INDEX messages_waiting ON messages (created_at)
    WHERE settled_at IS NULL AND (direction = 'in' OR state IN ('refused', 'bounced'));
"""
UNDO = """
DROP INDEX messages_waiting;
UPDATE messages SET state = 'refused' WHERE state = 'bounced';
DELETE FROM messages WHERE state IN ('unmatched', 'set_aside');
ALTER TABLE messages DROP CONSTRAINT messages_ck_state;
ALTER TABLE messages ADD CONSTRAINT messages_ck_state CHECK (
    state IN ('queued', 'sent', 'refused', 'received'));
"""


async def forwards() -> MigrationManager:
    """Widen the check, and create the index."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def do() -> None:
        await connection().execute(DO)

    async def undo() -> None:
        await connection().execute(UNDO)

    manager.add_raw(do)
    manager.add_raw_backwards(undo)
    return manager
