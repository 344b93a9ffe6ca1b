"""Names of customers without accents and case, by which they are looked for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Text
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-30T11:21:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "names without accents"


async def forwards() -> MigrationManager:
    """Add the columns, empty: the version before does not fill them."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)
    for column in ("plain_name", "plain_ship_to_name"):
        manager.add_column(
            table_class_name="OrderContact",
            tablename="order_contacts",
            column_name=column,
            db_column_name=column,
            column_class_name="Text",
            column_class=Text,
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
