"""The names without accents of the orders that are there, and the indexes by which they are found."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.rules.name_likeness import plain_name
from returns_engine.tables.concurrent_index import build_index, drop_index
from returns_engine.tables.engine import desk

ID = "2026-11-30T11:22:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "names without accents filled in"

INDEXES = {
    "order_contacts_by_plain_name": "order_contacts (left(plain_name, 100))",
    "order_contacts_by_plain_addressee": "order_contacts (left(plain_ship_to_name, 100))",
}
_AT_ONCE = 1_000
_NEXT = """
SELECT id, name, ship_to_name FROM order_contacts WHERE id > $1 AND plain_name IS NULL
ORDER BY id LIMIT $2
"""
# A name that was corrected meanwhile is left to who corrected it.
_FILL = """
UPDATE order_contacts AS c SET plain_name = f.plain, plain_ship_to_name = f.plain_ship_to
FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[])
     AS f (id, name, ship_to, plain, plain_ship_to)
WHERE c.id = f.id AND c.name = f.name AND c.ship_to_name = f.ship_to
"""


async def forwards() -> MigrationManager:
    """Fill in a thousand at a time, each thousand for good, and build the indexes while all go on."""
    manager = MigrationManager(
        migration_id=ID,
        app_name="returns_engine",
        description=DESCRIPTION,
        wrap_in_transaction=False,
    )
    manager.add_raw(_fill)
    manager.add_raw_backwards(_leave)
    for name, on in INDEXES.items():
        manager.add_raw(build_index(name, on))
        manager.add_raw_backwards(drop_index(name))
    return manager


async def _fill() -> None:
    last = 0
    async with desk() as session:
        while found := await session.fetch(_NEXT, last, _AT_ONCE):
            rows = [(row["id"], row["name"], row["ship_to_name"]) for row in found]
            ids, names, ship_to = (list(column) for column in zip(*rows, strict=True))
            plain = [plain_name(name) for name in names]
            plain_ship_to = [plain_name(name) for name in ship_to]
            await session.execute(_FILL, ids, names, ship_to, plain, plain_ship_to)
            last = ids[-1]


async def _leave() -> None:
    """Nothing is to be undone: the names go with the columns."""
