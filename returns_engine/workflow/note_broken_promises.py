"""Note the promises that were not kept in time: once each, for everybody to see."""

from datetime import datetime

from returns_engine.queries.moments import utc_text
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.promises import Owed, PromiseKind
from returns_engine.tables.engine import connection, the_engine, transaction
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import load_case, save_case

_OVERDUE = """
SELECT m.id, m.what, m.subject, r.number FROM promises m JOIN returns r ON r.id = m.return_id
WHERE m.kept_at IS NULL AND m.released_at IS NULL AND m.broken_at IS NULL AND m.due < $1
ORDER BY m.due, m.id LIMIT 500
"""
# Kept, released or noted meanwhile, it is left alone.
_NOTE = """
UPDATE promises SET broken_at = $2
WHERE id = $1 AND kept_at IS NULL AND released_at IS NULL AND broken_at IS NULL RETURNING due
"""


async def note_broken_promises(*, now: datetime) -> int:
    """Record what is overdue in the case it is about, and return how many promises that were."""
    overdue = await the_engine().fetch_rows(_OVERDUE, now)
    for row in overdue:
        promise = Owed(PromiseKind(row["what"]), row["subject"])
        async with transaction():
            case = await load_case(row["number"])
            due = await connection().fetchval(_NOTE, row["id"], now)
            if due is None:
                continue
            data = {"what": str(promise.what), "due": utc_text(due)}
            if promise.subject:
                data["refund_id"] = promise.subject
            case.record(NewEvent(type="promise.broken", data=data))
            await save_case(case, actor=SYSTEM, now=now)
    return len(overdue)
