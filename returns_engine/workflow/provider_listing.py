"""What a provider lists, laid into a temporary table a batch at a time: the process stays small."""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from returns_engine.gateways.payments.gateway import ProviderRefund
from returns_engine.queries.compared_refunds import marked
from returns_engine.tables.engine import DATABASE_FAILURES, desk

_BATCH = 500
_CREATE = """
CREATE TEMPORARY TABLE at_provider (
    id text PRIMARY KEY, status text NOT NULL, amount bigint NOT NULL, currency text NOT NULL,
    payment_reference text, charge text, marked uuid, made_at timestamptz NOT NULL)
"""
# A refund that moved between two pages is listed again: the later word counts.
_KEEP = """
INSERT INTO at_provider SELECT * FROM unnest(
    $1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::uuid[],
    $8::timestamptz[])
ON CONFLICT (id) DO UPDATE SET status = excluded.status, amount = excluded.amount,
    currency = excluded.currency, marked = excluded.marked
"""


@asynccontextmanager
async def provider_listing() -> AsyncIterator[asyncpg.Connection]:
    """Give a connection with an empty table `at_provider`, which is gone afterwards."""
    async with desk() as connection:
        await connection.execute(_CREATE)
        try:
            yield connection
        finally:
            await _clear(connection)


async def _clear(connection: asyncpg.Connection) -> None:
    """Drop the table, or else the connection with it; what failed before is what the caller hears.

    A connection that kept the table would fail whoever the pool gives it to next.
    """
    try:
        await connection.execute("DROP TABLE at_provider")
    except DATABASE_FAILURES:
        # One that the server cut off is gone already.
        with suppress(asyncpg.InterfaceError):
            connection.terminate()


async def lay_out(
    connection: asyncpg.Connection,
    refunds: AsyncIterable[ProviderRefund],
    *,
    progress: Callable[[int], None],
) -> int:
    """Keep all `refunds`, telling `progress` how many came each time; return their number."""
    batch: list[ProviderRefund] = []
    total = 0
    async for refund in refunds:
        batch.append(refund)
        if len(batch) == _BATCH:
            await keep(connection, batch)
            progress(len(batch))
            total += len(batch)
            batch = []
    await keep(connection, batch)
    progress(len(batch))
    # Nothing else tells the planner how large a temporary table is.
    await connection.execute("ANALYZE at_provider")
    return total + len(batch)


async def keep(connection: asyncpg.Connection, refunds: Iterable[ProviderRefund]) -> None:
    """Keep some refunds, in the place of what was kept of them before."""
    # The same refund twice in one statement would be refused; the later word counts.
    rows = [_row(refund) for refund in {one.id: one for one in refunds}.values()]
    if rows:
        await connection.execute(_KEEP, *[list(column) for column in zip(*rows, strict=True)])


def _row(refund: ProviderRefund) -> tuple[Any, ...]:
    return (
        refund.id,
        str(refund.status),
        refund.amount,
        refund.currency,
        refund.payment_reference,
        refund.charge,
        marked(refund.metadata),
        refund.created_at,
    )
