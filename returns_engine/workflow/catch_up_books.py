"""Post what the books missed: refunds from before there were any, or moved by an older version."""

from datetime import datetime
from uuid import UUID

from returns_engine.queries.books_check import misbooked_others, misbooked_refunds
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.post_ledger import (
    post_compensation,
    post_disputes,
    post_outside_refund,
    post_refund,
)
from returns_engine.workflow.refund_file import load_refund

_AT_ONCE = 500
_LOCKED = {
    "outside": """
SELECT p.id FROM payments p JOIN outside_refunds s ON s.payment = p.id
WHERE s.provider_refund_id = $1 FOR NO KEY UPDATE OF p
""",
    "dispute": "SELECT id FROM payments WHERE id = $1::text::int FOR NO KEY UPDATE",
    "compensation": """
SELECT c.*, r.number AS return_number FROM compensations c JOIN returns r ON r.id = c.return_id
WHERE c.id = $1::text::uuid FOR NO KEY UPDATE OF c
""",
}


async def catch_up_books(*, now: datetime) -> int:
    """Post the difference for everything that stands elsewhere than its entries say; count it.

    Disputes count as contested until the provider is asked about them next. Entries stay as they
    are: what is posted is added to them, at `now`. Those whose subject is gone are left for the
    audit to tell of.
    """
    done: set[UUID] = set()
    while found := await _misbooked(besides=done):
        for refund_id in found:
            async with transaction():
                refund = await load_refund(refund_id)
                await post_refund(refund.row, return_number=refund.case.number, now=now)
        done |= found
    return len(done) + await _catch_up_others(now)


async def _catch_up_others(now: datetime) -> int:
    async with transaction():
        subjects = await misbooked_others()
    caught = 0
    for subject in subjects:
        kind, _, name = subject.partition(":")
        async with transaction():
            row = await connection().fetchrow(_LOCKED[kind], name)
            if row is None:
                continue
            caught += 1
            if kind == "outside":
                await post_outside_refund(name, now=now)
            elif kind == "dispute":
                await post_disputes(row["id"], lost=0, now=now)
            else:
                await post_compensation(row, return_number=row["return_number"], now=now)
    return caught


async def _misbooked(*, besides: set[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    async with transaction():
        async for one in misbooked_refunds():
            if one.refund is not None and one.refund not in besides:
                found.add(one.refund)
            if len(found) == _AT_ONCE:
                break
    return found
