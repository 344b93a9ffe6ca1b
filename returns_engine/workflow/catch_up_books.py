"""Post what the books missed: refunds from before there were any, or moved by an older version."""

from datetime import datetime
from uuid import UUID

from returns_engine.queries.books_check import misbooked_refunds
from returns_engine.tables.engine import transaction
from returns_engine.workflow.post_ledger import post_refund
from returns_engine.workflow.refund_file import load_refund

_AT_ONCE = 500


async def catch_up_books(*, now: datetime) -> int:
    """Post the difference for every refund that stands elsewhere than its entries say; count them.

    Entries stay as they are: what is posted is added to them, at `now`. Entries whose refund is
    gone are left for the audit to tell of.
    """
    done: set[UUID] = set()
    while found := await _misbooked(besides=done):
        for refund_id in found:
            async with transaction():
                refund = await load_refund(refund_id)
                await post_refund(refund.row, return_number=refund.case.number, now=now)
        done |= found
    return len(done)


async def _misbooked(*, besides: set[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    async with transaction():
        async for one in misbooked_refunds():
            if one.refund is not None and one.refund not in besides:
                found.add(one.refund)
            if len(found) == _AT_ONCE:
                break
    return found
