"""Keep what a customer has filled in until it is sent, thrown away, or a week old."""

from collections.abc import Collection
from datetime import datetime

from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.draft_in_hand import Pairs, hold_draft, write_draft

_FORGET = """
DELETE FROM request_drafts d USING orders o WHERE o.id = d."order" AND o.number = $1
"""


async def keep_draft(
    order_number: str, fields: Pairs, *, left_out: Collection[str] = (), now: datetime
) -> Pairs:
    """Keep the fields of the forms in place of what was kept before; return what is kept.

    Photos that the draft holds for the same items stay, whether the form knows of them or not, but
    for the ids in `left_out`.
    """
    async with transaction():
        held = await hold_draft(order_number, fields, left_out=left_out, now=now)
        if held is None:
            return fields
        order_id, kept = held
        await write_draft(order_id, kept)
    return kept


async def forget_draft(order_number: str) -> None:
    """Throw the draft of an order away; harmless where there is none."""
    async with transaction():
        await connection().execute(_FORGET, order_number)
