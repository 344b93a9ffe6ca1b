"""What the last sitting at the bench came to: the confirmation on the empty scan page."""

from dataclasses import dataclass

from returns_engine.queries.rows import first_row

_LAST = """
SELECT r.number, r.state, o.currency, COALESCE(held.units, 0)::int AS held,
  held.units IS NOT NULL OR last.inspected_by = mine.id AND last.undone_at IS NULL AS can_undo,
  (SELECT COALESCE(sum(l.quantity), 0)::int FROM inspection_lines l WHERE l.inspection = last.id
   AND l.verdict = 'accepted') AS accepted,
  (SELECT COALESCE(sum(l.quantity), 0)::int FROM inspection_lines l WHERE l.inspection = last.id
   AND l.verdict = 'rejected') AS rejected,
  (SELECT COALESCE(sum(l.received - l.accepted - l.rejected - l.in_opinion), 0)::int
   FROM return_lines l WHERE l.return_id = r.id) AS waiting,
  (SELECT COALESCE(sum(l.in_opinion), 0)::int FROM return_lines l
   WHERE l.return_id = r.id) AS in_opinion,
  (SELECT COALESCE(sum(l.requested - l.given_up - l.received), 0)::int FROM return_lines l
   WHERE l.return_id = r.id AND l.goods_expected) AS outstanding,
  (SELECT COALESCE(sum(f.proposed), 0)::bigint FROM refunds f WHERE f.return_id = r.id
   AND f.state = 'proposed') AS proposed
FROM returns r JOIN orders o ON o.id = r."order" CROSS JOIN (SELECT {}::int) AS mine (id)
LEFT JOIN LATERAL (
    SELECT p.asked_at AS at, sum(p.quantity) AS units FROM opinions p
    WHERE p.return_id = r.id AND p.cause = 'value' AND p.state = 'asked' AND p.first_by = mine.id
    GROUP BY p.asked_at ORDER BY p.asked_at DESC LIMIT 1) asked ON true
LEFT JOIN LATERAL (SELECT i.id, i.inspected_at, i.inspected_by, i.undone_at FROM inspections i
                   WHERE i.return_id = r.id ORDER BY i.id DESC LIMIT 1) newest ON true
LEFT JOIN LATERAL (SELECT newest.* WHERE newest.inspected_at >= COALESCE(asked.at, '-infinity')
                   ) last ON true
LEFT JOIN LATERAL (
    SELECT asked.units WHERE newest.undone_at IS NOT NULL
    OR newest.inspected_by IS DISTINCT FROM mine.id OR asked.at >= newest.inspected_at) held ON true
WHERE r.number = {}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class JustSaved:
    """Counts of the last inspection, of what is still open, and what was proposed.

    `held` are units that the person rejected last, and that wait for another person.
    """

    number: str
    state: str
    currency: str
    held: int
    accepted: int
    rejected: int
    waiting: int
    in_opinion: int
    outstanding: int
    proposed: int
    can_undo: bool | None


async def just_saved(number: str, *, person: int | None) -> JustSaved | None:
    """Return what was saved last of return `number`, or None where there is no such return.

    `can_undo` says that the last verdict is of `person` and stands, or waits for a second opinion
    that nobody has given; None where there is none.
    """
    row = await first_row(_LAST, person, number)
    return None if row is None else JustSaved(**row)
