"""How a history begins: returns whose goods came back, and refunds that wait for finance.

Each opening is played once, by the real use cases, and copied into a schema of its own; a history
begins by putting the copy in place of whatever the history before it left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from tests.workflow.orders import a_line, a_payment, an_order, asked
from tests.workflow.shop import come_back, opened, put_order

_KEPT = ("migration", "piccolo_user")
_QUEUE = ("procrastinate_jobs", "procrastinate_events")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An order: what each payment captured, and the units of each return that came back.

    `on_the_way` is the number of a return whose one unit is still to come.
    """

    name: str
    captured: tuple[int, ...]
    returns: tuple[int, ...]

    @property
    def payments(self) -> list[tuple[str, int, str]]:
        """Return reference, amount and currency of each payment."""
        return [(f"pi_P{n}", amount, "usd") for n, amount in enumerate(self.captured, 1)]


OPENINGS = (
    # The third return is paid back to both payments.
    Opening(name="two_payments", captured=(3000, 2000), returns=(1, 1, 2)),
    # Three are owed ten each, and there are twenty: one must be refused.
    Opening(name="too_little", captured=(2000,), returns=(1, 1, 1)),
)


async def play_opening(opening: Opening) -> str:
    """Play it by the real use cases; return the number of the return that is on its way."""
    units = sum(opening.returns) + 1
    line = a_line(quantity=units, unit_price=1000, tax=0)
    payments = [a_payment(f"P{n}", captured=c) for n, c in enumerate(opening.captured, 1)]
    await put_order(document=an_order(line, discount=0, payments=payments))
    for quantity in opening.returns:
        await come_back(await opened(asked(quantity=quantity)), {"L1": quantity})
    return await opened(asked(quantity=1))


async def copy_opening(connection: asyncpg.Connection, name: str) -> None:
    """Keep what is in the tables under the opening's name, without the jobs."""
    tables = [table for table in await _tables(connection) if table not in _QUEUE]
    copies = [f'CREATE TABLE "{name}"."{table}" AS TABLE public."{table}"' for table in tables]
    await connection.execute("; ".join([f'CREATE SCHEMA "{name}"', *copies]))


async def restoring(connection: asyncpg.Connection, name: str) -> str:
    """Return the statement that puts a copy in place of everything that is there."""
    tables = await _tables(connection)
    filled = [table for table in tables if await _is_filled(connection, name, table)]
    return "; ".join(
        [
            "BEGIN",
            # Neither guards nor foreign keys: this is no history's own doing.
            "SET LOCAL session_replication_role = replica",
            *(f'DELETE FROM public."{table}"' for table in tables),  # noqa: S608 - our own tables
            *(
                f'INSERT INTO public."{table}" SELECT * FROM "{name}"."{table}"'  # noqa: S608 - likewise
                for table in filled
            ),
            "COMMIT",
        ]
    )


async def _tables(connection: asyncpg.Connection) -> Sequence[str]:
    rows = await connection.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    )
    names = [row["tablename"] for row in rows]
    return [
        name
        for name in names
        if name not in _KEPT and (name in _QUEUE or not name.startswith("procrastinate"))
    ]


async def _is_filled(connection: asyncpg.Connection, name: str, table: str) -> bool:
    if table in _QUEUE:
        return False
    found = await connection.fetchval(
        f'SELECT EXISTS (SELECT FROM "{name}"."{table}")'  # noqa: S608 - our own tables
    )
    return bool(found)
