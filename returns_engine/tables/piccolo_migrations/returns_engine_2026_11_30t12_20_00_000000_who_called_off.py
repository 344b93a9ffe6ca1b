"""Who called off what was approved: they do not hear the appeal against it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Integer
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-30T12:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "who called off"


async def forwards() -> MigrationManager:
    """Add the column; of what was called off before, the record alone says by whom."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Refund",
        tablename="refunds",
        column_name="called_off_by",
        db_column_name="called_off_by",
        column_class_name="Integer",
        column_class=Integer,
        params={
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )
    return manager
