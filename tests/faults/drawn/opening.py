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
class Paid:
    """One payment of the order, in cents: what our books say it captured, and the provider's.

    A payment that is `external` no provider of ours knows.
    """

    captured: int
    there: int | None = None
    external: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An order: what paid it, and the units of each return that came back."""

    name: str
    paid: tuple[Paid, ...]
    returns: tuple[int, ...]

    @property
    def payments(self) -> list[tuple[str, int, str]]:
        """Return reference, amount and currency of each payment as the provider has it."""
        return [
            (f"pi_P{n}", one.captured if one.there is None else one.there, "usd")
            for n, one in enumerate(self.paid, 1)
            if not one.external
        ]

    @property
    def differing(self) -> set[str]:
        """Return the references of the payments that the provider has otherwise than we."""
        return {f"pi_P{n}" for n, one in enumerate(self.paid, 1) if one.there is not None}


OPENINGS = (
    # The third return is paid back to both payments.
    Opening(
        name="two_payments", paid=(Paid(captured=3000), Paid(captured=2000)), returns=(1, 1, 2)
    ),
    # Three are owed ten each, and there are twenty: one must be refused.
    Opening(name="too_little", paid=(Paid(captured=2000),), returns=(1, 1, 1)),
    # The gift card comes first, and no provider loads it.
    Opening(
        name="gift_card",
        paid=(Paid(captured=1500, external=True), Paid(captured=3500)),
        returns=(1, 1, 2),
    ),
    # Whoever imported the order had another payment in mind.
    Opening(
        name="differing",
        paid=(Paid(captured=3000, there=2500), Paid(captured=2000)),
        returns=(2, 2),
    ),
)
LIKELY = (OPENINGS[0], OPENINGS[1], *OPENINGS)
"""Each as often as it is drawn: most where every refund can be sent."""


async def play_opening(opening: Opening) -> str:
    """Play it by the real use cases; return the number of the return that is on its way."""
    units = sum(opening.returns) + 1
    line = a_line(quantity=units, unit_price=1000, tax=0)
    payments = [
        a_payment(f"P{n}", captured=one.captured, provider="external" if one.external else "stripe")
        for n, one in enumerate(opening.paid, 1)
    ]
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
