"""Jobs that died: tried as often as they may be, and kept for a person."""

from returns_engine.queries.page import Page, page_of
from returns_engine.queries.rows import rows
from returns_engine.queries.waiting import Waiting

# One that was tried again and died once more has died twice: the last time counts.
_DIED = """
CROSS JOIN LATERAL (
    SELECT max(e.at) AS at FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'failed'
) AS died
"""
_COUNT = f"""
SELECT count(*) AS count, min(died.at) AS oldest_at
FROM procrastinate_jobs j {_DIED} WHERE j.status = 'failed'
"""  # noqa: S608 - a piece of our own
# Of what a mail server said only its number: the rest may repeat an address.
_LIST = f"""
SELECT j.id, j.task_name AS task, j.attempts, died.at AS died_at, f.id AS refund_id,
       COALESCE(fr.number, mr.number, j.args->>'number') AS return_number,
       COALESCE(fo.number, mo.number, po.number) AS order_number,
       q.id AS parcel_id, q.number AS parcel_number,
       COALESCE(d.event_type, w.type) AS event_type,
       COALESCE(f.last_error, d.last_error, d.last_status::text,
                substring(m.error from '^[0-9][0-9. -]*')) AS error
FROM procrastinate_jobs j {_DIED}
LEFT JOIN refunds f ON f.id = (j.args->>'refund_id')::uuid
LEFT JOIN returns fr ON fr.id = f.return_id
LEFT JOIN orders fo ON fo.id = f."order"
LEFT JOIN messages m ON m.id = (j.args->>'message_id')::uuid
LEFT JOIN returns mr ON mr.id = m.return_id
LEFT JOIN orders mo ON mo.id = m."order"
LEFT JOIN payments p ON p.id = (j.args->>'payment_id')::bigint
LEFT JOIN orders po ON po.id = p."order"
LEFT JOIN parcels q ON q.id = (j.args->>'parcel_id')::uuid
LEFT JOIN webhook_deliveries d ON d.id = (j.args->>'delivery_id')::bigint
LEFT JOIN webhook_inbox w ON w.id = (j.args->>'inbox_id')::bigint
WHERE j.status = 'failed' AND j.id > {{}} ORDER BY j.id LIMIT {{}}
"""  # noqa: S608 - a piece of our own


async def count_dead_jobs() -> Waiting:
    """Count the jobs that died, by one statement, and say when the first of them did."""
    row = (await rows(_COUNT))[0]
    return Waiting(count=row["count"], oldest_at=row["oldest_at"])


async def list_dead_jobs(*, limit: int, after: int = 0) -> Page:
    """Return a page of the jobs that died, with what each is about; `after` is the last job before.

    No personal data: of what went wrong there is the code that the refund, the mail or the webhook
    keeps, or None where only the worker's log knows.
    """
    found = await rows(_LIST, after, limit + 1)
    return page_of(found, limit, shape=dict, place=lambda row: str(row["id"]))
