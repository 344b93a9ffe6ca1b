"""The refunds that wait for finance, and in which order they are gone through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from returns_engine.queries.rows import first_row, rows
from returns_engine.rules.lifecycle.refund_states import OPEN, RefundState

PAGE = 50
_S = RefundState

TABS: Mapping[str, frozenset[RefundState]] = {
    "to_approve": frozenset({_S.PROPOSED}),
    "second": frozenset({_S.PROPOSED}),
    "by_hand": frozenset({_S.APPROVED}),
    "on_the_way": frozenset({_S.APPROVED, _S.SUBMITTING, _S.PENDING}),
    "stuck": frozenset({_S.APPROVED, _S.FAILED, _S.UNKNOWN, _S.REQUIRES_ACTION}),
    "done": frozenset({_S.SUCCEEDED, _S.REFUSED, _S.CANCELED}),
}
"""What the page lists, by the word in its address."""

_BY_HAND = "(p.provider = 'external' OR f.manual_reason IS NOT NULL)"
# Its payment keeps it from being sent.
_BLOCKED = "f.blocked_since IS NOT NULL"
_APPROVED_ONCE = "f.first_at IS NOT NULL"
_ONLY = {
    "second": f"AND {_APPROVED_ONCE} ",
    "by_hand": f"AND {_BY_HAND} ",
    "on_the_way": f"AND NOT (f.state = 'approved' AND ({_BY_HAND} OR {_BLOCKED})) ",
    "stuck": f"AND (f.state <> 'approved' OR {_BLOCKED} AND NOT {_BY_HAND}) ",
}
_COUNT = f"""
SELECT CASE WHEN f.state = 'approved' AND {_BY_HAND} THEN 'by_hand'
            WHEN f.state = 'approved' AND {_BLOCKED} THEN 'blocked' ELSE f.state END AS state,
       count(*) AS count, count(*) FILTER (WHERE {_APPROVED_ONCE}) AS approved_once
FROM refunds f JOIN payments p ON p.id = f.payment
WHERE f.state = ANY({{}}) GROUP BY 1
"""  # noqa: S608 - a piece of our own

# bool_or and not EXISTS, which PostgreSQL may answer from a whole table, read once for the page.
_QUEUE = """
SELECT f.id, f.state, f.proposed, f.amount, f.currency, f.proposed_at, f.decided_at, p.provider,
       f.manual_reason,
       r.number, r.kind, r.late, r.on_hold OR f.held_at IS NOT NULL AS on_hold, r.overridden,
       o.number AS order_number, f.needs_second, f.first_by = {}::int AS approved_by_me,
       f.first_at, c.name AS customer,
       CASE WHEN f.state = 'approved' AND f.blocked_since IS NOT NULL THEN f.last_error
       END AS kept_by,
       (SELECT m.due FROM promises m WHERE m.return_id = r.id AND m.subject = f.id::text
        AND m.kept_at IS NULL AND m.released_at IS NULL) AS due,
       ARRAY(SELECT DISTINCT COALESCE(l.cause, l.reason) FROM return_lines l
             WHERE l.return_id = r.id AND COALESCE(l.cause, l.reason) IS NOT NULL) AS reasons,
       COALESCE((SELECT bool_or(l.rejected > 0) FROM return_lines l
                 WHERE l.return_id = r.id), false) AS partial,
       p.disputed > 0 AS disputed,
       CASE WHEN f.state = 'proposed' THEN GREATEST((
            SELECT b.balance FROM payment_balances b WHERE b.payment = f.payment), 0)
       END AS room,
       COALESCE((SELECT bool_or(i.inspected_by = {}) FROM inspections i
                 WHERE i.return_id = r.id), false) AS mine,
       COALESCE(f.inspectors @> to_jsonb({}::int), false) AS barred,
       COALESCE((SELECT bool_or(e.data->>'refund_id' = f.id::text) FROM events e
                 WHERE e.chain = r.number AND e.reason = 'appeal_upheld'), false) AS after_appeal
FROM refunds f
JOIN payments p ON p.id = f.payment
JOIN orders o ON o.id = f."order"
JOIN returns r ON r.id = f.return_id
LEFT JOIN order_contacts c ON c."order" = o.id
"""


class QueueOrder(StrEnum):
    """What comes first, by the word in the address."""

    LONGEST = "longest"
    AMOUNT = "amount"
    DUE = "due"


_EITHER = (QueueOrder.LONGEST, QueueOrder.AMOUNT)
ORDERS: Mapping[str, Sequence[QueueOrder]] = {
    "to_approve": _EITHER,
    "second": _EITHER,
    # A day is promised once a refund is approved.
    "by_hand": (*_EITHER, QueueOrder.DUE),
    "on_the_way": (*_EITHER, QueueOrder.DUE),
    "stuck": (*_EITHER, QueueOrder.DUE),
    "done": (QueueOrder.LONGEST,),
}
"""In which orders each tab can be gone through, the usual one first."""

_DUE = (
    "COALESCE((SELECT m.due FROM promises m WHERE m.return_id = f.return_id"
    " AND m.subject = f.id::text AND m.kept_at IS NULL AND m.released_at IS NULL),"
    " 'infinity'::timestamptz)"
)
_KEYS: Mapping[QueueOrder, Sequence[str]] = {
    QueueOrder.LONGEST: ("f.proposed_at", "f.id"),
    # Amounts of two currencies are not compared.
    QueueOrder.AMOUNT: ("f.currency", "-COALESCE(f.amount, f.proposed)", "f.id"),
    QueueOrder.DUE: (_DUE, "f.proposed_at", "f.id"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """Some of the queue, and the id after which it goes on; None at its end."""

    refunds: Sequence[Mapping[str, Any]]
    after: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The refunds to approve before and after one."""

    before: UUID | None
    after: UUID | None


async def read_queue(
    tab: str,
    *,
    person: int | None,
    after: UUID | None,
    order: QueueOrder = QueueOrder.LONGEST,
) -> QueuePage:
    """Return a page of the refunds under `tab`; `mine` marks those that `person` inspected.

    `barred` marks those that `person` may not decide, for whatever reason. What is done comes
    newest first, whatever the order.
    """
    done = tab == "done"
    where = "WHERE f.state = ANY({}) " + _ONLY.get(tab, "")
    values: list[object] = [person, person, person, [str(state) for state in TABS[tab]]]
    if after is not None:
        where += _beyond(order, back=done)
        values.append(after)
    found = await rows(_QUEUE + where + _ordered(order, back=done) + "{}", *values, PAGE + 1)
    shown = found[:PAGE]
    return QueuePage(refunds=shown, after=shown[-1]["id"] if len(found) > PAGE else None)


async def count_tabs() -> dict[str, int]:
    """Return how many refunds each tab holds that is worked through."""
    found = await rows(_COUNT, [str(state) for state in OPEN])
    counted = {row["state"]: row["count"] for row in found}
    second = sum(row["approved_once"] for row in found if row["state"] == RefundState.PROPOSED)
    waiting = {
        tab: sum(counted.get(str(state), 0) for state in states)
        for tab, states in TABS.items()
        if tab != "done"
    }
    stuck = waiting["stuck"] - counted.get("approved", 0) + counted.get("blocked", 0)
    return waiting | {"second": second, "by_hand": counted.get("by_hand", 0), "stuck": stuck}


async def neighbours(refund_id: UUID, order: QueueOrder = QueueOrder.LONGEST) -> Neighbours:
    """Return where the keys J and K lead from a refund in an order of the queue."""
    near = await first_row(_near(order), refund_id, refund_id) or {}
    return Neighbours(before=near.get("before"), after=near.get("after"))


def _ordered(order: QueueOrder, *, back: bool) -> str:
    way = " DESC" if back else ""
    return f"ORDER BY {', '.join(key + way for key in _KEYS[order])} LIMIT "


def _beyond(order: QueueOrder, *, back: bool) -> str:
    """Return the condition of coming after a refund in an order, or before it."""
    keys = ", ".join(_KEYS[order])
    place = f"(SELECT {keys} FROM refunds f WHERE f.id = {{}})"  # noqa: S608 - pieces of our own
    return f"AND ({keys}) {'<' if back else '>'} {place} "


def _near(order: QueueOrder) -> str:
    one = "(SELECT f.id FROM refunds f WHERE f.state = 'proposed' "
    before = one + _beyond(order, back=True) + _ordered(order, back=True) + "1)"
    after = one + _beyond(order, back=False) + _ordered(order, back=False) + "1)"
    return f"SELECT {before} AS before, {after} AS after"
