"""How often somebody may try: counted in PostgreSQL, so that all processes count together."""

import ipaddress
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


async def count_try(key: str, *, limit: int, now: datetime) -> None:
    """Count one try of `key`; raises TooMany above `limit` in the hour since its first try.

    `key` must name nobody: it stays in the database.
    """
    async with transaction():
        # Two first tries at once would otherwise open two windows.
        await connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", key)
        row = await first_row(_COUNT, key, now - WINDOW, key, now)
    if row is not None and row["hits"] > limit:
        left = row["window_start"] + WINDOW - now
        raise TooMany(max(1, -(-left // timedelta(seconds=1))))


def address_of(request: Request[Any, Any, Any]) -> str:
    """Return the network address of who calls; of IPv6 the part that belongs to one site."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:  # noqa: PLR2004 - the version of the protocol
        return str(address)
    return str(ipaddress.ip_network((address, _SITE_OF_IPV6), strict=False))
