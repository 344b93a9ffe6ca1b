"""All value given for an order: in sum, and line by line."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from returns_engine.queries.rows import first_row, rows
from returns_engine.rules.lifecycle.compensation_states import COUNTED
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.lifecycle.replacement_states import ReplacementState
from returns_engine.rules.money.allocation import allocate
from returns_engine.rules.value_given import ValueGiven


def _listed(states: Iterable[str]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


_UNDECIDED = {RefundState.PROPOSED, RefundState.REFUSED, RefundState.CANCELED}
# A failed refund is still owed: it was decided, and is tried again or paid otherwise.
_REFUNDED = _listed(set(RefundState) - _UNDECIDED)
_AGAIN = _listed({ReplacementState.ORDERED, ReplacementState.SHIPPED, ReplacementState.DELIVERED})
_ON_TOP = _listed(COUNTED)
# A replacement from before its worth was kept is worth its share of the line.
WORTH = """
COALESCE(a.items + a.tax, (l.net + CASE WHEN l.tax_included THEN 0 ELSE l.tax END)
         * a.quantity / l.quantity)
""".strip()
"""What a replacement `a` of an order line `l` is worth, in SQL."""

VALUE_COLUMNS = f"""
  (SELECT COALESCE(sum(p.captured), 0)::bigint FROM payments p WHERE p."order" = o.id) AS paid,
  o.rounding,
  (SELECT COALESCE(sum(f.amount), 0)::bigint FROM refunds f
   JOIN payments p ON p.id = f.payment
   WHERE p."order" = o.id AND f.state IN ({_REFUNDED})) AS refunded,
  (SELECT COALESCE(sum(w.outside), 0)::bigint FROM payments p
   JOIN payment_balances w ON w.payment = p.id WHERE p."order" = o.id) AS outside,
  (SELECT COALESCE(sum(p.disputed), 0)::bigint FROM payments p
   WHERE p."order" = o.id) AS disputed,
  (SELECT COALESCE(sum({WORTH}), 0)::bigint FROM replacements a
   JOIN returns r ON r.id = a.return_id JOIN return_lines t ON t.id = a.return_line
   JOIN order_lines l ON l.id = t.order_line
   WHERE r."order" = o.id AND a.state IN ({_AGAIN})) AS replaced,
  (SELECT COALESCE(sum(c.value), 0)::bigint FROM compensations c
   WHERE c."order" = o.id AND c.state IN ({_ON_TOP})) AS on_top
"""  # noqa: S608 - pieces of our own
"""Columns of a statement that reads `orders o`, for `value_of`."""

_ORDER = f"SELECT {VALUE_COLUMNS} FROM orders o WHERE o.number = {{}}"  # noqa: S608 - likewise

_LINES = f"""
WITH lines AS (
    SELECT l.id, l.line_id, l.title, l.quantity, l.position,
           l.net + CASE WHEN l.tax_included THEN 0 ELSE l.tax END AS charged
    FROM order_lines l JOIN orders o ON o.id = l."order" WHERE o.number = {{}})
SELECT 'line' AS what, l.id AS line, l.line_id, l.title, l.quantity::bigint AS units,
       l.charged AS amount, NULL::uuid AS proposal, NULL::text AS kind
FROM lines l
UNION ALL
SELECT 'part', t.order_line, NULL, NULL, f.quantity,
       f.items + f.tax + f.shipping, r.proposal, NULL
FROM lines l JOIN return_lines t ON t.order_line = l.id
JOIN refund_lines f ON f.return_line = t.id JOIN refunds r ON r.id = f.refund
UNION ALL
SELECT 'refund', NULL, NULL, NULL, NULL, f.amount, f.proposal, NULL
FROM refunds f WHERE f.state IN ({_REFUNDED})
AND f."order" = (SELECT o.id FROM orders o WHERE o.number = {{}})
UNION ALL
SELECT 'again', t.order_line, NULL, NULL, a.quantity, {WORTH}, NULL, a.state
FROM lines d JOIN return_lines t ON t.order_line = d.id
JOIN replacements a ON a.return_line = t.id JOIN order_lines l ON l.id = d.id
WHERE a.state IN ({_AGAIN})
UNION ALL
SELECT 'on_top', t.order_line, NULL, c.what, NULL, c.value, NULL, c.kind
FROM lines l JOIN return_lines t ON t.order_line = l.id
JOIN compensations c ON c.return_line = t.id WHERE c.state IN ({_ON_TOP})
"""  # noqa: S608 - likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class LineValue:
    """One order line: what it cost, and what was given for it, in minor units with tax."""

    line_id: str
    title: str
    quantity: int
    charged: int
    refunded: int
    replaced: int
    on_top: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderValue:
    """All value given for an order; `beside` was refunded for no line of its own.

    What an appeal gave back, for instance: its units were counted before.
    """

    sums: ValueGiven
    lines: Sequence[LineValue]
    beside: int

    @property
    def anything(self) -> bool:
        """Say whether anything was given at all."""
        return self.sums.total > 0


def value_of(row: Mapping[str, Any], *, on_top_free: int) -> ValueGiven:
    """Return the sums of a row with VALUE_COLUMNS; `on_top_free` is the policy's cap (B-30)."""
    return ValueGiven(
        paid=row["paid"],
        charged=row["paid"] - row["rounding"],
        refunded=row["refunded"],
        outside=row["outside"],
        disputed=row["disputed"],
        replaced=row["replaced"],
        on_top=row["on_top"],
        on_top_free=on_top_free,
    )


async def read_value_given(order_number: str, *, on_top_free: int) -> OrderValue | None:
    """Return what was given for an order, by two statements; None where there is no such order."""
    sums = await first_row(_ORDER, order_number)
    if sums is None:
        return None
    return await with_lines(value_of(sums, on_top_free=on_top_free), order_number)


async def with_lines(sums: ValueGiven, order_number: str) -> OrderValue:
    """Return the sums of an order with what was given line by line, by one statement."""
    found = await rows(_LINES, order_number, order_number)
    refunded, beside = _refunded(found)
    again, on_top = _by_line(found, "again"), _by_line(found, "on_top")
    lines = [
        LineValue(
            line_id=row["line_id"],
            title=row["title"],
            quantity=row["units"],
            charged=row["amount"],
            refunded=refunded[row["line"]],
            replaced=again[row["line"]],
            on_top=on_top[row["line"]],
        )
        for row in found
        if row["what"] == "line"
    ]
    return OrderValue(sums=sums, lines=lines, beside=beside)


def _by_line(found: Sequence[Mapping[str, Any]], what: str) -> dict[int, int]:
    sums: dict[int, int] = defaultdict(int)
    for row in found:
        if row["what"] == what:
            sums[row["line"]] += row["amount"]
    return sums


def _refunded(found: Sequence[Mapping[str, Any]]) -> tuple[dict[int, int], int]:
    """Return what was approved by line, split as it was proposed, and what belongs to none."""
    given: dict[Any, int] = defaultdict(int)
    parts: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for row in found:
        if row["what"] == "refund":
            given[row["proposal"]] += row["amount"]
        elif row["what"] == "part":
            parts[row["proposal"]].append(row)
    by_line: dict[int, int] = defaultdict(int)
    beside = 0
    for proposal, amount in given.items():
        of_it = parts[proposal]
        weights = [part["amount"] for part in of_it]
        if not any(weights):
            beside += amount
            continue
        for part, share in zip(of_it, allocate(amount, weights), strict=True):
            by_line[part["line"]] += share
    return by_line, beside
