"""Returns, newest first."""

from returns_engine.queries.page import Page, contains, page_of
from returns_engine.queries.return_rows import return_rows
from returns_engine.queries.return_shape import return_shape

_ON_HOLD = "r.on_hold AND r.state NOT IN ('closed', 'declined', 'withdrawn')"
_SEARCH = """
(r.number ILIKE {} OR o.number ILIKE {} OR r.own_tracking_number ILIKE {} OR EXISTS (
    SELECT 1 FROM order_contacts c WHERE c."order" = o.id
    AND (c.email ILIKE {} OR c.name ILIKE {} OR c.phone ILIKE {})))
"""


async def list_returns(
    *,
    state: str | None = None,
    order_number: str | None = None,
    q: str | None = None,
    appealed: bool | None = None,
    on_hold: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page:
    """Return a page of returns without their decisions, by one statement.

    `on_hold` keeps those that are held and not over; `q` looks for a part of the RMA, order or
    tracking number, name, e-mail or phone; `cursor` is the `next_place` of the page before.
    """
    conditions: list[str] = []
    values: list[object] = []
    for condition, value in (
        ("r.state = {}", state),
        ("o.number = {}", order_number),
        ("r.appealed = {}", appealed),
        ("r.id < {}", None if cursor is None else int(cursor)),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    if on_hold:
        conditions.append(_ON_HOLD)
    if q:
        conditions.append(_SEARCH)
        values.extend([contains(q)] * _SEARCH.count("{}"))
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    found = await return_rows(f"{where} ORDER BY r.id DESC LIMIT {{}}", *values, limit + 1)
    return page_of(found, limit, shape=return_shape, place=lambda row: str(row["id"]))
