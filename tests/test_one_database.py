"""What one test leaves behind in the database, the next one does not find."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import run_sql
from tests.one_database import OneDatabase

WAREHOUSE = (
    "INSERT INTO warehouses (code, name, line1, city, postal_code, country)"
    " VALUES ('W1', 'EKR', '1 Dock Rd', 'Chicago', '60601', 'US')"
)
CONSENT = "(given_at, return_line, disposition) VALUES (now(), 1, 'scrap')"
AS_A_COPY_WOULD = "SET session_replication_role = replica"  # asks for no return of that number


@pytest.fixture
def given(postgres: str, prefix: str, template_database: str) -> Iterator[OneDatabase]:
    database = OneDatabase(postgres, f"{prefix}_told", template_database)
    yield database
    database.drop()


def asked(url: str, query: str) -> list[tuple]:
    with psycopg.connect(url, autocommit=True) as session:
        return session.execute(query).fetchall()


def number(url: str) -> int:
    """The database's own number: another one is a new copy."""
    return asked(url, "SELECT oid FROM pg_database WHERE datname = current_database()")[0][0]


class TestTheNextTest:
    def test_finds_no_row_and_counts_from_one(self, given: OneDatabase):
        run_sql(given.provide(), WAREHOUSE)
        given.take_back()

        url = given.provide()

        assert asked(url, "SELECT * FROM warehouses") == []
        assert asked(url, f"{WAREHOUSE} RETURNING id") == [(1,)]

    def test_finds_no_row_that_may_never_be_deleted(self, given: OneDatabase):
        run_sql(given.provide(), f"{AS_A_COPY_WOULD}; INSERT INTO consents {CONSENT}")
        with pytest.raises(psycopg.errors.CheckViolation, match="append only"):
            run_sql(given.url, "DELETE FROM consents")
        given.take_back()

        assert asked(given.provide(), "SELECT * FROM consents") == []

    def test_is_given_the_same_database_where_only_rows_were_written(self, given: OneDatabase):
        before = number(given.provide())
        if asked(given.url, "SHOW is_superuser") != [("on",)]:
            pytest.skip("only a superuser of the server can empty tables that are append only")
        run_sql(given.url, WAREHOUSE)
        given.take_back()

        assert number(given.provide()) == before

    def test_finds_the_planner_knowing_nothing(self, given: OneDatabase):
        sizes = "SELECT relpages, reltuples FROM pg_class WHERE relname = 'warehouses'"
        new = asked(given.provide(), sizes)
        run_sql(given.url, WAREHOUSE)
        given.take_back()

        assert asked(given.provide(), sizes) == new

    def test_finds_nobody_connected(self, given: OneDatabase):
        left = psycopg.connect(given.provide())
        left.execute("SELECT pg_advisory_lock(7)")
        given.take_back()

        assert asked(given.provide(), "SELECT pg_try_advisory_lock(7)") == [(True,)]
        with pytest.raises(psycopg.OperationalError):
            left.execute("SELECT 1")
        left.close()

    @pytest.mark.parametrize(
        "change",
        [
            "ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_no_truncate",
            "ALTER TABLE orders ADD COLUMN more text",
            "ALTER TABLE orders DROP COLUMN currency",
            "ALTER TABLE refunds SET (fillfactor = 50)",
            "CREATE TABLE more (id int)",
            "DROP TABLE rate_limits",
            "INSERT INTO migration (name) VALUES ('another')",
            "DELETE FROM migration",
            "SELECT nextval('migration_id_seq')",
            "ANALYZE",
            "CREATE SCHEMA another",
        ],
    )
    def test_gets_a_new_copy_where_more_than_rows_was_changed(
        self, given: OneDatabase, change: str
    ):
        before = number(given.provide())
        run_sql(given.url, change)
        given.take_back()

        assert number(given.provide()) != before

    @pytest.mark.parametrize("setting", ["ALLOW_CONNECTIONS false", "SET timezone = 'Asia/Tokyo'"])
    def test_gets_a_new_copy_where_the_database_was_set_otherwise(
        self, given: OneDatabase, postgres: str, prefix: str, setting: str
    ):
        before = number(given.provide())
        run_sql(postgres, f"ALTER DATABASE {prefix}_told {setting}")
        given.take_back()

        assert number(given.provide()) != before
        assert asked(given.url, "SHOW timezone") == [("UTC",)]

    def test_gets_a_new_copy_where_the_database_was_dropped(
        self, given: OneDatabase, postgres: str, prefix: str
    ):
        given.provide()
        run_sql(postgres, f"DROP DATABASE {prefix}_told")
        given.take_back()

        assert asked(given.provide(), "SELECT count(*) FROM orders") == [(0,)]
