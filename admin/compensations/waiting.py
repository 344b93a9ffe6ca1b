"""What goes on top for our fault, by what is to be done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from returns_engine.queries.rows import rows
from returns_engine.rules.lifecycle.compensation_states import CompensationState

PAGE = 50
_S = CompensationState

TABS: Mapping[str, frozenset[CompensationState]] = {
    "to_approve": frozenset({_S.PROPOSED}),
    "to_give": frozenset({_S.APPROVED}),
    "done": frozenset({_S.GIVEN, _S.REFUSED}),
}
"""What the page lists, by the word in its address."""

# bool_or and not EXISTS, which PostgreSQL may answer from all inspections, read once for the page.
_LIST = """
SELECT c.id, c.kind, c.what, c.value, c.currency, c.state, c.cause, c.clause, c.proposed_at,
       c.decided_at, c.given_at, c.reference, c.version, c.needs_second, c.first_at,
       c.first_by = {}::int AS approved_first,
       (SELECT COALESCE(NULLIF(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username)
        FROM piccolo_user u WHERE u.id = c.first_by) AS first_name,
       r.number, o.number AS order_number,
       ol.title, l.reason, l.resolution, t.name AS customer,
       (SELECT COALESCE(sum(other.value), 0)::bigint FROM compensations other
        WHERE other."order" = c."order" AND other.state IN ('approved', 'given')) AS on_order,
       COALESCE((SELECT bool_or(i.inspected_by = {}) FROM inspections i
                 WHERE i.return_id = r.id), false) AS mine
FROM compensations c
JOIN returns r ON r.id = c.return_id
JOIN orders o ON o.id = c."order"
JOIN return_lines l ON l.id = c.return_line
JOIN order_lines ol ON ol.id = l.order_line
LEFT JOIN order_contacts t ON t."order" = o.id
WHERE c.state = ANY({})
"""
_PLACE = "(SELECT proposed_at, id FROM compensations WHERE id = {}) "


@dataclass(frozen=True, slots=True, kw_only=True)
class Compensations:
    """Some of a list, and the id after which it goes on; None at its end."""

    listed: Sequence[Mapping[str, Any]]
    after: UUID | None


async def read_compensations(
    tab: str, *, person: int | None, after: UUID | None = None
) -> Compensations:
    """Return a page of `tab`, the longest waiting first; `mine` marks what `person` inspected."""
    done = tab == "done"
    statement = _LIST
    values: list[object] = [person, person, [str(state) for state in TABS[tab]]]
    if after is not None:
        statement += f"AND (c.proposed_at, c.id) {'<' if done else '>'} {_PLACE}"
        values.append(after)
    way = " DESC" if done else ""
    statement += f"ORDER BY c.proposed_at{way}, c.id{way} LIMIT {{}}"
    found = await rows(statement, *values, PAGE + 1)
    shown = found[:PAGE]
    return Compensations(listed=shown, after=shown[-1]["id"] if len(found) > PAGE else None)
