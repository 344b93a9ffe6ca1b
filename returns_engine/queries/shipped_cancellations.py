"""Units that were cancelled and shipped all the same: nobody must pay for what is on its way."""

from collections.abc import Sequence
from dataclasses import dataclass

from returns_engine.queries.rows import rows

# Units withdrawn or declined are nobody's to hold back any more.
_SHIPPED = """
SELECT r.number, r.on_hold, l.line_id, rl.id AS return_line,
       LEAST(rl.requested - rl.given_up, (
           SELECT COALESCE(sum(p.quantity), 0)::int FROM shipment_lines p WHERE p.order_line = l.id)
       + (SELECT sum(other.requested - other.given_up)::int FROM return_lines other
          JOIN returns c ON c.id = other.return_id
          WHERE other.order_line = l.id AND c.kind = 'cancellation'
          AND c.permission NOT IN ('withdrawn', 'declined', 'expired'))
       - l.quantity) AS units
FROM returns r JOIN return_lines rl ON rl.return_id = r.id
JOIN order_lines l ON l.id = rl.order_line
WHERE r."order" = {} AND r.kind = 'cancellation'
AND r.permission NOT IN ('withdrawn', 'declined', 'expired') ORDER BY r.id, rl.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledLine:
    """A line of a cancellation; `units` of it were shipped meanwhile, 0 where all is well."""

    number: str
    on_hold: bool
    line_id: str
    return_line: int
    units: int


async def cancelled_lines(order_id: int) -> Sequence[CancelledLine]:
    """Return the lines of every cancellation of an order that counts, by one statement."""
    found = await rows(_SHIPPED, order_id)
    return [CancelledLine(**{**row, "units": max(0, row["units"])}) for row in found]
