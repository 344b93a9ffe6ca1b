"""The refunds that move no further by themselves, the longest waiting first; and all of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from returns_engine.queries.place import Place
from returns_engine.queries.rows import rows

PAGE = 50
SENT_WITHIN = timedelta(hours=1)
"""How long an approved refund may take to be sent, and one without an answer to be cleared up."""
FINISHED_WITHIN = timedelta(days=10)

# One refund has one trouble: the first that holds. `at` is since when it waits.
_TROUBLED = """
WITH troubled AS (
  SELECT f.id, COALESCE(f.blocked_since, f.first_sent_at, f.decided_at, f.proposed_at) AS at,
    CASE
      WHEN f.state = 'failed' AND p.disputed > p.disputed_lost THEN 'disputed'
      WHEN f.state = 'failed' AND p.disputed > 0 THEN 'dispute_lost'
      WHEN f.state = 'failed' AND (p.provider = 'external' OR f.manual_reason IS NOT NULL)
           THEN 'came_back'
      WHEN f.state = 'failed' THEN 'failed'
      WHEN f.state = 'requires_action' THEN 'requires_action'
      WHEN f.state = 'unknown' AND f.last_error = 'idempotency_error' THEN 'key_conflict'
      WHEN f.state IN ('unknown', 'submitting') AND f.first_sent_at < {} THEN 'unknown'
      WHEN f.state = 'pending' AND f.first_sent_at < {} THEN 'pending_long'
      WHEN f.state <> 'approved' THEN NULL
      WHEN p.provider = 'external' THEN 'by_hand'
      -- Never to be paid by hand while a dispute, or a refund made elsewhere, has the money.
      WHEN f.manual_since IS NOT NULL
           AND (SELECT b.balance < 0 FROM payment_balances b WHERE b.payment = p.id)
           THEN 'payment_overdrawn'
      WHEN f.manual_since IS NOT NULL AND p.disputed > p.disputed_lost THEN 'disputed'
      WHEN f.manual_since IS NOT NULL AND p.disputed > 0 THEN 'dispute_lost'
      WHEN f.manual_reason IS NOT NULL AND f.manual_since IS NOT NULL THEN 'by_hand'
      WHEN f.manual_reason IS NOT NULL AND f.generation = 1 AND f.first_sent_at IS NULL
           THEN 'to_clear_unsent'
      -- The provider has answered: it is something else that keeps it.
      WHEN f.manual_reason IS NOT NULL AND f.blocked_since IS NOT NULL
           THEN CASE WHEN p.mismatch IS NOT NULL THEN 'payment_mismatch'
                     WHEN p.disputed > p.disputed_lost THEN 'disputed' ELSE 'payment_overdrawn' END
      WHEN f.manual_reason IS NOT NULL THEN 'to_clear'
      WHEN f.blocked_since IS NOT NULL THEN f.last_error
      WHEN f.decided_at < {} THEN 'not_sent'
    END AS trouble
  FROM refunds f JOIN payments p ON p.id = f.payment
  WHERE f.state IN ('failed', 'requires_action', 'unknown', 'submitting', 'pending', 'approved')
)
"""
# bool_or and not EXISTS, which PostgreSQL may answer from all inspections, read once for the page.
_COLUMNS = """
       f.id, f.state, f.proposed, f.amount, f.currency, f.last_error, f.version, f.proposed_at,
       f.succeeded_at, f.provider_refund_id, f.external_reference,
       (SELECT n.number FROM credit_notes n WHERE n.refund = f.id
        ORDER BY n.turn DESC LIMIT 1) AS credit_note,
       p.provider, p.method, p.mismatch, p.captured, p.told_captured, p.told_currency,
       r.number, o.number AS order_number, c.name AS customer,
       COALESCE((SELECT bool_or(i.inspected_by = {}) FROM inspections i
                 WHERE i.return_id = r.id), false)
         OR COALESCE(f.inspectors @> to_jsonb({}::int), false)
         -- What took two to approve is recorded by another than who chose to pay it otherwise.
         OR COALESCE(f.state = 'approved' AND f.needs_second AND f.otherwise_by = {}, false)
         AS barred
"""
_FROM = """
JOIN payments p ON p.id = f.payment JOIN orders o ON o.id = f."order"
LEFT JOIN returns r ON r.id = f.return_id LEFT JOIN order_contacts c ON c."order" = o.id
"""
_QUEUE = f"""
{_TROUBLED} SELECT t.trouble, t.at, {_COLUMNS}
FROM troubled t JOIN refunds f ON f.id = t.id {_FROM}
WHERE t.trouble IS NOT NULL
"""  # noqa: S608 - pieces of our own
_COUNT = (
    _TROUBLED
    + """
SELECT trouble, count(*) AS count, min(at) AS oldest_at FROM troubled
WHERE trouble IS NOT NULL GROUP BY trouble
"""
)
_ALL = f"SELECT NULL AS trouble, f.proposed_at AS at, {_COLUMNS} FROM refunds f {_FROM}"  # noqa: S608 - pieces of our own

_SENT = f"""
SELECT NULL AS trouble, f.succeeded_at AS at, {_COLUMNS} FROM refunds f {_FROM}
WHERE f.state = 'succeeded' AND f.succeeded_at >= {{}} AND f.succeeded_at < {{}}
"""  # noqa: S608 - pieces of our own


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """Some refunds, and the place after which the list goes on; None at its end."""

    refunds: Sequence[Mapping[str, Any]]
    after: str | None


async def count_troubles(now: datetime) -> dict[str, Mapping[str, Any]]:
    """Return how many refunds have each trouble, and since when the oldest, by one statement."""
    return {row["trouble"]: row for row in await rows(_COUNT, *_limits(now))}


async def read_troubled(
    now: datetime, *, person: int | None, trouble: str | None, after: Place | None
) -> DeskPage:
    """Return a page of refunds that need somebody; `barred` marks those `person` may not decide."""
    statement, values = _QUEUE, [*_limits(now), *_whose(person)]
    if trouble is not None:
        statement += "AND t.trouble = {} "
        values.append(trouble)
    if after is not None:
        statement += "AND (t.at, t.id) > ({}, {}) "
        values += [after.at, after.id]
    return _page(await rows(f"{statement} ORDER BY t.at, t.id LIMIT {{}}", *values, PAGE + 1))


async def read_all(
    *,
    person: int | None,
    states: Collection[str] | None,
    after: Place | None,
    oldest_first: bool = False,
) -> DeskPage:
    """Return a page of all refunds, or of those in `states`; newest first unless told not to."""
    conditions: list[str] = []
    values: list[object] = _whose(person)
    if states is not None:
        conditions.append("f.state = ANY({})")
        values.append([str(state) for state in states])
    if after is not None:
        conditions.append(f"(f.proposed_at, f.id) {'>' if oldest_first else '<'} ({{}}, {{}})")
        values += [after.at, after.id]
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    way = "" if oldest_first else " DESC"
    order = f" ORDER BY f.proposed_at{way}, f.id{way} LIMIT {{}}"
    return _page(await rows(f"{_ALL} {where} {order}", *values, PAGE + 1))


async def read_sent(
    *, person: int | None, since: datetime, before: datetime, after: Place | None
) -> DeskPage:
    """Return a page of the refunds that succeeded from `since` on and `before`, the last first."""
    statement = _SENT
    values: list[object] = [*_whose(person), since, before]
    if after is not None:
        statement += "AND (f.succeeded_at, f.id) < ({}, {}) "
        values += [after.at, after.id]
    order = "ORDER BY f.succeeded_at DESC, f.id DESC LIMIT {}"
    return _page(await rows(statement + order, *values, PAGE + 1))


def _whose(person: int | None) -> list[object]:
    return [person] * 3


def _limits(now: datetime) -> list[Any]:
    return [now - SENT_WITHIN, now - FINISHED_WITHIN, now - SENT_WITHIN]


def _page(found: Sequence[Mapping[str, Any]]) -> DeskPage:
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    after = str(Place(at=last["at"], id=last["id"])) if last else None
    return DeskPage(refunds=shown, after=after)
