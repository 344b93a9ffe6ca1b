"""What each page of the customer costs: processor time of web and PostgreSQL, and statements."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from litestar.middleware.csrf import generate_csrf_token

from benchmarks.calls.measure import (
    QUICK_ROUNDS,
    QUICK_SECONDS,
    ROUNDS,
    SECONDS,
    Measured,
    Target,
    generate,
    measure,
)
from benchmarks.calls.sizes import FULL, QUICK, sized_place
from benchmarks.calls.supply import Operation, supply
from benchmarks.calls.taken_down import Said, statements_of
from benchmarks.findings import Figure, Finding, Sheet
from benchmarks.place import Place
from returns_engine.tables.access import digest
from returns_engine.web.pages import CSRF_COOKIE, CSRF_HEADER
from returns_engine.web.portal.session import SESSION_COOKIE

MOST_STATEMENTS = 8
_ORDERS, _PEOPLE = 400, 100
_WARM_SECONDS = 0.4
_FREE = ("BEGIN", "COMMIT", "ROLLBACK", "SELECT set_config", "SELECT pg_advisory_unlock_all")
_COLUMNS = ("page", "processor web (ms)", "processor PostgreSQL (ms)", "statements", "p50 (ms)")
_LET_IN = """
INSERT INTO customer_tokens (token_digest, "order", created_at, expires_at)
SELECT %s, id, %s, %s FROM orders WHERE number = %s
"""
_WITH_RETURNS = """
SELECT o.number, r.number FROM returns r JOIN orders o ON o.id = r."order"
ORDER BY r.id DESC LIMIT %s
"""


def run(server: str, folder: Path, *, quick: bool) -> list[Finding]:
    """Open each page over one connection, one web process, in rounds that take turns."""
    size = (QUICK if quick else FULL)[0]
    seconds = QUICK_SECONDS if quick else SECONDS
    with sized_place(server, size, folder) as where:
        pages = _pages(where)
        statements = statements_of(where, {name: _given(asked) for name, asked in pages.items()})
        taken = {name: Measured() for name in pages}
        with where.web() as (web, port):
            for asked in pages.values():
                generate(port, asked, 1, _WARM_SECONDS)
            for _ in range(QUICK_ROUNDS if quick else ROUNDS):
                for name, asked in pages.items():
                    measure(taken[name], Target(web.pid, port, where), asked, 1, seconds)
    most = max(_counted(said) for said in statements.values())
    return [
        Figure(
            name="statements of the customer's page that asks most",
            value=str(most),
            goal=f"{MOST_STATEMENTS} at most",
        ),
        Sheet(
            title=f"Pages of the customer, one connection, {size.orders:,} orders",
            columns=_COLUMNS,
            rows=[
                (
                    name,
                    f"{one.web_ms:.2f}",
                    f"{one.postgres_ms:.2f}",
                    str(_counted(statements[name])),
                    f"{one.quantile(0.5):.1f}",
                )
                for name, one in taken.items()
            ],
        ),
    ]


def _pages(where: Place) -> dict[str, list[Operation]]:
    """Return the pages of the request and of the status, each of many customers in turn."""
    orders = supply(where.database_url, _ORDERS).by_card[:_PEOPLE]
    with psycopg.connect(where.database_url, autocommit=True) as connection:
        returns = connection.execute(_WITH_RETURNS, [_PEOPLE]).fetchall()
        cookies = _signed_in(connection, {*orders, *(order for order, _ in returns)})
    forms = generate_csrf_token(where.environ["RETURNS_ENGINE_SECRET_KEY"])
    chosen = urlencode({"take": "L1", "quantity.L1": "1", "why.L1": "changed_mind"})
    answered = f"{chosen}&{urlencode({'condition.L1': 'as_received'})}"
    review = f"Content-Type: application/x-www-form-urlencoded\r\n{CSRF_HEADER}: {forms}\r\n"
    return {
        "start: find your order": [[_page("/", "")]],
        "order: what went wrong": [[_page("/order", cookies[one])] for one in orders],
        "items": [[_page("/order?issue=not_satisfied", cookies[one])] for one in orders],
        "details": [[_page(f"/order/details?{chosen}", cookies[one])] for one in orders],
        "review": [
            [
                _page("/order/review", f"{cookies[one]}; {CSRF_COOKIE}={forms}", review)
                | {"method": "POST", "body": answered}
            ]
            for one in orders
        ],
        "status of a return": [
            [_page(f"/returns/{number}", cookies[order])] for order, number in returns
        ],
        "policy": [[_page("/policy", "")]],
        "how fast we are": [[_page("/how-fast", "")]],
    }


def _signed_in(connection: psycopg.Connection, orders: Iterable[str]) -> dict[str, str]:
    """Let the customers of some orders in, and return the cookie of each."""
    now = datetime.now(UTC)
    cookies = {}
    for order in orders:
        token = f"ret_bench-{order}"
        until = now + timedelta(hours=1)
        connection.execute(_LET_IN, [digest(token), now, until, order])
        cookies[order] = f"{SESSION_COOKIE}={token}"
    return cookies


def _page(path: str, cookies: str, headers: str = "") -> dict[str, Any]:
    kept = f"Cookie: {cookies}\r\n" if cookies else ""
    return {
        "method": "GET",
        "path": path,
        "headers": f"Accept: text/html\r\n{kept}{headers}",
        "status": 200,
    }


def _given(asked: list[Operation]) -> Callable[[], list[Operation]]:
    return lambda: asked


def _counted(said: Iterable[Said]) -> int:
    return sum(not one.sql.strip().startswith(_FREE) for one in said)
