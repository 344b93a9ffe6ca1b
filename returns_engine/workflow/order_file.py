"""An order in hand: its facts, and what open or settled returns already hold of it."""

from dataclasses import dataclass

import asyncpg

from returns_engine.queries.order_facts import (
    LINES,
    RETURNED,
    SHIPMENTS,
    SWAPPED,
    held_by_returns,
    order_facts,
    settled_by_returns,
)
from returns_engine.queries.rows import loaded
from returns_engine.rules.facts import History, OrderFacts
from returns_engine.tables.engine import connection
from returns_engine.workflow.refusals import NotFound

# What hangs on an order, in one statement.
_CONTENTS = f"""
SELECT {LINES} AS lines, {SHIPMENTS} AS shipments, {RETURNED} AS returned, {SWAPPED} AS swapped
{{}} FROM orders o WHERE o.id = $1
"""  # noqa: S608 - pieces of our own
_READ = _CONTENTS.format("")
_READ_TO_OPEN = _CONTENTS.format(", nextval('returns_id_seq')::int AS return_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFile:
    """An order with the row ids behind its lines, and what its returns hold.

    `history` is what open or settled returns hold, for a decision and its estimate; `settled` the
    units that a refund or replacement was made for, in the order of inspection; `swapped` the ids
    of lines for which the customer chose something else, which may be on its way.
    """

    id: int
    number: str
    facts: OrderFacts
    line_rows: dict[str, int]
    history: History
    settled: History
    swapped: frozenset[str]


# Columns by name: a migration may add one while this runs.
_ORDER = """
SELECT id, number, status, placed_at, paid_at, production_started_at, currency, discount, shipping,
       shipping_tax, country
FROM orders WHERE {} = $1
""".rstrip()
_LOCK = " FOR NO KEY UPDATE"


async def load_order(number: str, *, lock: bool = False) -> OrderFile:
    """Load an order, locked where its units are about to be given; raises NotFound."""
    return (await _load("number", number, _READ, lock=lock))[0]


async def load_order_to_open(number: str) -> tuple[OrderFile, int]:
    """Load an order, locked, with the row id for a return that may come of it."""
    order, found = await _load("number", number, _READ_TO_OPEN, lock=True)
    return order, found["return_id"]


async def load_order_by_id(order_id: int) -> OrderFile:
    """Load an order by its row id, locked."""
    return (await _load("id", order_id, _READ, lock=True))[0]


async def _load(
    column: str, which: str | int, contents: str, *, lock: bool
) -> tuple[OrderFile, asyncpg.Record]:
    asked = _ORDER.format(column) + (_LOCK if lock else "")
    row = await connection().fetchrow(asked, which)
    if row is None:
        raise NotFound("order")
    # Only a statement of its own sees what was committed before the lock became ours.
    found = await connection().fetchrow(contents, row["id"])
    lines, shipments, returned, swapped = (
        loaded(found[name]) or [] for name in ("lines", "shipments", "returned", "swapped")
    )
    order = OrderFile(
        id=row["id"],
        number=row["number"],
        facts=order_facts(row, lines, shipments),
        line_rows={line["line_id"]: line["id"] for line in lines},
        history=held_by_returns(returned),
        settled=settled_by_returns(returned),
        swapped=frozenset(swapped),
    )
    return order, found
