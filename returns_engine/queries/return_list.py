"""Returns, newest first."""

from functools import partial
from typing import Any

import asyncpg

from returns_engine.queries.page import Page, contains, page_of
from returns_engine.queries.return_rows import loaded_return, return_page
from returns_engine.queries.return_shape import return_shape
from returns_engine.queries.written_returns import written_return
from returns_engine.rules.name_likeness import plain_name

_ON_HOLD = "r.on_hold AND r.state NOT IN ('closed', 'declined', 'withdrawn')"
# By a sum: asked with EXISTS, PostgreSQL would read all lines there are, and look into that.
AT_THE_BENCH = """0 < (SELECT sum(l.received - l.accepted - l.rejected - l.in_opinion)
    FROM return_lines l WHERE l.return_id = r.id)"""
"""Of which returns `r` units are here to be judged; a second opinion is not the bench's."""
_SEARCH = """
(r.number ILIKE {} OR o.number ILIKE {} OR r.own_tracking_number ILIKE {} OR EXISTS (
    SELECT 1 FROM order_contacts c WHERE c."order" = o.id
    AND (c.email ILIKE {} OR c.name ILIKE {} OR c.phone ILIKE {} OR c.plain_name LIKE {})))
"""


async def list_returns(
    *,
    state: str | None = None,
    order_number: str | None = None,
    q: str | None = None,
    appealed: bool = False,
    on_hold: bool = False,
    at_the_bench: bool = False,
    limit: int = 50,
    cursor: str | None = None,
    for_staff: bool = False,
    written: bool = False,
    oldest_first: bool = False,
) -> Page:
    """Return a page of returns without their decisions, by one statement.

    `for_staff` adds what customers never hear of; `on_hold` keeps those that are held and not
    over, `at_the_bench` those with units to be judged; `q` looks for a part of the RMA, order or
    tracking number, name, e-mail or phone;
    `cursor` is the `next_place` of the page before; `written` gives the items as JSON;
    `oldest_first` turns the list round.
    """
    conditions: list[str] = []
    values: list[object] = []
    for condition, value in (
        ("r.state = {}", state),
        ("o.number = {}", order_number),
        (f"r.id {'>' if oldest_first else '<'} {{}}", None if cursor is None else int(cursor)),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    # Without a value, or the index of these few would not be thought of.
    if appealed:
        conditions.append("r.appealed")
    if on_hold:
        conditions.append(_ON_HOLD)
    if at_the_bench:
        conditions.append(AT_THE_BENCH)
    if q:
        conditions.append(_SEARCH)
        plain = plain_name(q)
        values.extend([contains(q)] * (_SEARCH.count("{}") - 1))
        values.append(contains(plain) if plain else None)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    way = "" if oldest_first else " DESC"
    found = await return_page(f"{where} ORDER BY r.id{way}", *values, limit + 1)
    return page_of(
        found,
        limit,
        shape=partial(written_return if written else _shown, for_staff=for_staff),
        place=lambda record: str(record["id"]),
    )


def _shown(record: asyncpg.Record, *, for_staff: bool) -> dict[str, Any]:
    return return_shape(loaded_return(record), for_staff=for_staff)
