"""Keep what a customer has filled in until it is sent, thrown away, or a week old."""

import json
from collections.abc import Sequence
from datetime import datetime

from returns_engine.tables.engine import connection, transaction

_KEEP = """
INSERT INTO request_drafts ("order", fields, saved_at)
SELECT o.id, $2::jsonb, $3 FROM orders o WHERE o.number = $1
ON CONFLICT ("order") DO UPDATE SET fields = EXCLUDED.fields, saved_at = EXCLUDED.saved_at
"""
_FORGET = """
DELETE FROM request_drafts d USING orders o WHERE o.id = d."order" AND o.number = $1
"""


async def keep_draft(
    order_number: str, fields: Sequence[tuple[str, str]], *, now: datetime
) -> None:
    """Keep the fields of the forms, in place of what was kept for the order before."""
    async with transaction():
        await connection().execute(_KEEP, order_number, json.dumps(fields), now)


async def forget_draft(order_number: str) -> None:
    """Throw the draft of an order away; harmless where there is none."""
    async with transaction():
        await connection().execute(_FORGET, order_number)
