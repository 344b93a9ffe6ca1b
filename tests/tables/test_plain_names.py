"""Names without accents, of orders that were there before such names were kept."""

from collections.abc import Iterator

import psycopg
import pytest

from returns_engine.bootstrap import migrate
from tests.conftest import at_database, run_sql

AS_BEFORE = "DELETE FROM migration WHERE name = '2026-11-30T11:22:00:000000'"
ORDERS = """
INSERT INTO orders (number, channel, status, placed_at, currency, country, imported_at)
SELECT 'EKR-' || n, 'web', 'completed', now(), 'USD', 'US', now() FROM generate_series(1, 1001) n;
INSERT INTO order_contacts ("order", name, ship_to_name)
SELECT id, 'José Núñez', 'Pat O’Brien' FROM orders;
UPDATE order_contacts SET name = 'Dana', plain_name = 'dana', plain_ship_to_name = '' WHERE id = 7;
"""


@pytest.fixture
def before(postgres: str, prefix: str) -> Iterator[str]:
    """A database of more orders than are filled in at once, from before their names were."""
    name = f"{prefix}_names"
    run_sql(postgres, f"CREATE DATABASE {name}")
    url = at_database(postgres, name)
    migrate(url)
    run_sql(url, AS_BEFORE)
    run_sql(url, ORDERS)
    yield url
    run_sql(postgres, f"DROP DATABASE {name} WITH (FORCE)")


class TestNamesWithoutAccents:
    def test_are_filled_in_for_all_orders_that_are_there(self, before: str):
        migrate(before)

        with psycopg.connect(before) as session:
            found = session.execute(
                "SELECT plain_name, plain_ship_to_name, count(*) FROM order_contacts"
                " GROUP BY 1, 2 ORDER BY 1"
            ).fetchall()
        assert found == [("dana", "", 1), ("jose nunez", "pat obrien", 1000)]
