"""What of lost disputes a refund was let go with, and which holds end with a dispute."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import BigInt, Boolean
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-30T12:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "holds for disputes"


async def forwards() -> MigrationManager:
    """Add the columns: what was approved after a lost dispute before is asked about once more."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)
    for name, kind, default in (
        ("lost_seen", BigInt, 0),
        ("held_for_dispute", Boolean, False),
    ):
        manager.add_column(
            table_class_name="Refund",
            tablename="refunds",
            column_name=name,
            db_column_name=name,
            column_class_name=kind.__name__,
            column_class=kind,
            params={
                "default": default,
                "null": False,
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
