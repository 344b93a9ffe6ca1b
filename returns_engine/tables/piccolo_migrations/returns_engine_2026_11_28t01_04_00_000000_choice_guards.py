"""Guards of the choices put to customers, and the indexes Piccolo cannot declare."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T01:04:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "guards and indexes of choices"

UNDO = """
DROP TRIGGER choices_state_guard ON choices;
DROP TRIGGER choices_initial_guard ON choices;
DROP TRIGGER choices_delete_guard ON choices;
DROP FUNCTION refuse_second_choice() CASCADE;
DROP INDEX choice_lines_one_open, choice_lines_by_choice, choice_lines_by_order_line,
    choices_by_order, choices_by_return, choices_due, choices_newest_first, choices_to_carry_out;
"""


async def forwards() -> MigrationManager:
    """Create triggers and indexes."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def create() -> None:
        guards = Path(__file__).parent / "choice_guards.sql"
        await connection().execute(guards.read_text("utf-8"))

    async def drop() -> None:
        await connection().execute(UNDO)

    manager.add_raw(create)
    manager.add_raw_backwards(drop)
    return manager
