"""How often somebody may try: counted in PostgreSQL, so that all processes count together."""

import ipaddress
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from litestar import Request

from returns_engine.queries.rows import first_row
from returns_engine.tables.engine import connection, transaction
from returns_engine.web.problems import TooMany

WINDOW = timedelta(hours=1)
_SITE_OF_IPV6 = 64

_COUNT = """
WITH current AS (
    SELECT id FROM rate_limits WHERE key = {} AND window_start > {}
    ORDER BY window_start DESC LIMIT 1
), counted AS (
    UPDATE rate_limits SET hits = hits + 1 WHERE id IN (SELECT id FROM current)
    RETURNING hits, window_start
), opened AS (
    INSERT INTO rate_limits (key, window_start, hits)
    SELECT {}, {}, 1 WHERE NOT EXISTS (SELECT FROM current)
    RETURNING hits, window_start
)
SELECT hits, window_start FROM counted UNION ALL SELECT hits, window_start FROM opened
"""
_LOOK = """
SELECT hits, window_start FROM rate_limits WHERE key = {} AND window_start > {}
ORDER BY window_start DESC LIMIT 1
"""


async def count_try(key: str, *, limit: int, now: datetime) -> None:
    """Count one try of `key`; raises TooMany above `limit` in the hour since its first try.

    `key` must name nobody: it stays in the database.
    """
    await count_tries({key: limit}, now=now)


async def count_tries(limits: Mapping[str, int], *, now: datetime) -> None:
    """Count one try under each of these keys, in their order; raises TooMany above any limit.

    What one limit refuses is not counted under those after it: who is shut out cannot use up
    another's tries. Whoever then waits as long as was said is let through by all of them.
    """
    left = timedelta()
    for key, limit in limits.items():
        if left:
            left = max(left, await _left_of_full(key, limit, now))
        else:
            left = await _counted(key, limit, now)
    if left:
        raise TooMany(-(-left // timedelta(seconds=1)))


async def _counted(key: str, limit: int, now: datetime) -> timedelta:
    """Count a try and return how long is to be waited; nothing within the limit."""
    async with transaction():
        # Two first tries at once would otherwise open two windows.
        await connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", key)
        row = await first_row(_COUNT, key, now - WINDOW, key, now)
    return _left(row, limit + 1, now)


async def _left_of_full(key: str, limit: int, now: datetime) -> timedelta:
    return _left(await first_row(_LOOK, key, now - WINDOW), limit, now)


def _left(row: Mapping[str, Any] | None, full: int, now: datetime) -> timedelta:
    if row is None or row["hits"] < full:
        return timedelta()
    window_start: datetime = row["window_start"]
    return window_start + WINDOW - now


def address_of(request: Request[Any, Any, Any]) -> str:
    """Return the network address of who calls; of IPv6 the part that belongs to one site.

    It is the connection's own, or what a proxy says that the server was told to trust; a header
    that the caller wrote is never read here.
    """
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return str(ipaddress.ip_network((address, _SITE_OF_IPV6), strict=False))
        address = address.ipv4_mapped
    return str(address)
