"""Fill a database with sample orders and returns: streamed by COPY, under every guard it has."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Self

import psycopg
from psycopg import sql

from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.policy import Policy
from returns_engine.sandbox.sample_data.copied_rows import COLUMNS, SERIAL, CopiedRows, send
from returns_engine.sandbox.sample_data.credit_notes import number_credit_notes
from returns_engine.sandbox.sample_data.drawn_case import Drawing, Staff, keep_order_events
from returns_engine.sandbox.sample_data.drawn_order import draw_order
from returns_engine.sandbox.sample_data.stories import LONGEST, draw_return

SPAN = timedelta(days=3 * 365)
_AT_ONCE = 1000


class SampleRefused(Exception):  # noqa: N818 - named for what happened
    """The sample cannot be made as it was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How much is drawn: orders placed evenly over `span` before `until`, some with a return.

    The same seed, span and moment give the same rows. `prefix` begins every order number.
    """

    orders: int
    returns: int
    seed: int
    until: datetime
    span: timedelta = SPAN

    @property
    def prefix(self) -> str:
        """Return what every order number of this sample begins with."""
        return f"SAMPLE{self.seed}-"

    @property
    def with_time_to_return(self) -> int:
        """Return how many of the orders arrived early enough to have a return."""
        return int(self.orders * max(0.0, 1 - LONGEST / self.span))


def fill(
    database_url: str,
    wanted: Wanted,
    policy: Policy,
    on_progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Draw what is wanted and copy it in, all of it or nothing; then let PostgreSQL count.

    Others wait with their writing meanwhile: the row ids are counted here. Holds two
    thousand orders at a time: some are drawn while PostgreSQL takes in others. `on_progress` hears
    how many more are in. Raises SampleRefused.
    """
    if wanted.returns > wanted.with_time_to_return:
        raise SampleRefused(
            f"At most {wanted.with_time_to_return} of {wanted.orders} orders can have a return."
        )
    with psycopg.connect(database_url) as connection, connection.cursor() as cursor:
        _lock(cursor)
        _refuse_same_sample(cursor, wanted)
        rows = CopiedRows(_first_ids(cursor))
        drawing = Drawing(
            draw=Random(wanted.seed),  # noqa: S311 - a sample that can be drawn again
            rows=rows,
            policy=policy,
            staff=_staff(cursor),
            warehouse=_warehouse(cursor),
            until=wanted.until,
        )
        cursor.execute("SELECT set_config('app.transition', '1', true)")
        with _Sending(cursor, on_progress) as sending:
            for number in range(wanted.orders):
                _draw(number, wanted, drawing)
                if (number + 1) % _AT_ONCE == 0:
                    sending.send(rows, orders=_AT_ONCE)
            sending.send(rows, orders=wanted.orders % _AT_ONCE)
        number_credit_notes(cursor, policy)
        _set_ids(cursor, rows)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ANALYZE")


def _draw(number: int, wanted: Wanted, drawing: Drawing) -> None:
    """Draw one order, and its return where it is one of those that have one, evenly spread."""
    fit = wanted.with_time_to_return
    returned = (
        number < fit and (number + 1) * wanted.returns // fit > number * wanted.returns // fit
    )
    since = wanted.until - wanted.span
    placed_at = since + wanted.span * ((number + drawing.draw.random()) / wanted.orders)
    order = draw_order(
        f"{wanted.prefix}{number + 1:07}",
        placed_at,
        wanted.until,
        returned=returned,
        draw=drawing.draw,
        rows=drawing.rows,
    )
    if returned:
        draw_return(order, drawing).finish()
    else:
        keep_order_events(order, [], at=order.imported_at, actor=SYSTEM, drawing=drawing)


class _Sending:
    """Sends rows in a thread, one lot after the other, while further ones are drawn."""

    def __init__(self, cursor: psycopg.Cursor, on_progress: Callable[[int], None]) -> None:
        self._cursor, self._on_progress = cursor, on_progress
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._under_way: tuple[Future[None], int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._thread:
            self._arrive()

    def send(self, rows: CopiedRows, *, orders: int) -> None:
        """Send what was drawn, once the lot before it is in; raises what that one met."""
        self._arrive()
        self._under_way = self._thread.submit(send, self._cursor, rows.take()), orders

    def _arrive(self) -> None:
        if self._under_way is not None:
            (sent, orders), self._under_way = self._under_way, None
            sent.result()
            self._on_progress(orders)


def _lock(cursor: psycopg.Cursor) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, [*COLUMNS, "credit_notes"]))
    cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(names))


def _refuse_same_sample(cursor: psycopg.Cursor, wanted: Wanted) -> None:
    cursor.execute(
        "SELECT EXISTS (SELECT FROM orders WHERE starts_with(number, %s))", [wanted.prefix]
    )
    row = cursor.fetchone()
    if row is not None and row[0]:
        raise SampleRefused(f"The sample of seed {wanted.seed} is here already: take another seed.")


def _first_ids(cursor: psycopg.Cursor) -> dict[str, int]:
    first = {}
    for table in SERIAL:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        row = cursor.fetchone()
        first[table] = row[0] if row else 1
    return first


def _set_ids(cursor: psycopg.Cursor, rows: CopiedRows) -> None:
    for table, last in rows.last_ids().items():
        if last:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])


_PERSON = """
WITH made AS (
    INSERT INTO piccolo_user (username, password, email, active, admin, superuser)
    VALUES (%(name)s, 'nobody signs in', %(name)s, false, false, false)
    ON CONFLICT (username) DO NOTHING RETURNING id
)
SELECT id FROM made UNION ALL SELECT id FROM piccolo_user WHERE username = %(name)s LIMIT 1
"""
_WAREHOUSE = """
WITH made AS (
    INSERT INTO warehouses (code, name, line1, city, region, postal_code, country, takes_returns)
    SELECT 'SAMPLE', 'Returns', '1 Dock Road', 'Chicago', 'IL', '60601', 'US', true
    WHERE NOT EXISTS (SELECT FROM warehouses) RETURNING id
)
SELECT id FROM made UNION ALL SELECT id FROM warehouses ORDER BY id LIMIT 1
"""


def _staff(cursor: psycopg.Cursor) -> Staff:
    """Return who acts: persons that cannot sign in."""
    return Staff(**{role: _person(cursor, role) for role in ("support", "bench", "finance")})


def _person(cursor: psycopg.Cursor, role: str) -> int:
    cursor.execute(_PERSON, {"name": f"sample-{role}@example.com"})
    return _only(cursor)


def _warehouse(cursor: psycopg.Cursor) -> int:
    cursor.execute(_WAREHOUSE)
    return _only(cursor)


def _only(cursor: psycopg.Cursor) -> int:
    row = cursor.fetchone()
    if row is None:
        raise LookupError("PostgreSQL gave no row back.")
    found: int = row[0]
    return found
