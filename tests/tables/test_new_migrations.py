"""Each migration from now on can run while the version before serves: PostgreSQL itself is watched.

What grows is neither rewritten nor locked while it is read through. Those of the table below come
from before there was a shop to disturb.
"""

import asyncio
from collections.abc import Iterator

import psycopg
import pytest

from returns_engine.bootstrap import migrate
from returns_engine.tables.migrating import make_changes
from returns_engine.tables.standing import Change, known_changes
from tests.conftest import at_database, run_sql

LAST_FROM_BEFORE = "2026-11-28T05:20:00:000000"
# What an operator fills by hand stays small; all other tables grow with the shop.
SMALL = {"api_keys", "migration", "piccolo_user", "piccolo_user_sessions", "sessions", "warehouses"}
SMALL |= {"reply_templates"}

_WATCH = """
CREATE TABLE watched_tables AS SELECT oid, relname::text AS name FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace;
CREATE TABLE seen (what text, name text, query text);

CREATE FUNCTION see_rewrite() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO seen SELECT 'rewritten', name, current_query() FROM watched_tables
    WHERE oid = pg_event_trigger_table_rewrite_oid();
END $$;
CREATE EVENT TRIGGER see_rewrite ON table_rewrite EXECUTE FUNCTION see_rewrite();

CREATE FUNCTION see_command() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO seen SELECT 'indexed', w.name, current_query()
    FROM pg_event_trigger_ddl_commands() c
        JOIN pg_index i ON i.indexrelid = c.objid JOIN watched_tables w ON w.oid = i.indrelid
    WHERE c.command_tag = 'CREATE INDEX';
    INSERT INTO seen SELECT 'altered', w.name, current_query()
    FROM pg_event_trigger_ddl_commands() c JOIN watched_tables w ON w.oid = c.objid
    WHERE c.command_tag = 'ALTER TABLE';
END $$;
CREATE EVENT TRIGGER see_command ON ddl_command_end EXECUTE FUNCTION see_command();
"""

STOPS = {
    "ALTER TABLE rate_limits ALTER COLUMN hits TYPE numeric": "rewritten",
    "ALTER TABLE returns ADD COLUMN random uuid DEFAULT gen_random_uuid()": "rewritten",
    "CREATE INDEX plainly ON events (at)": "indexed",
    "ALTER TABLE refunds ADD CONSTRAINT at_once CHECK (amount > 0)": "locked and read through",
    "ALTER TABLE refunds ALTER COLUMN amount SET NOT NULL": "locked and read through",
}
TAKES_A_MOMENT = (
    "CREATE INDEX CONCURRENTLY meanwhile ON events (at)",
    "ALTER TABLE returns ADD COLUMN words text",
    "ALTER TABLE returns ADD COLUMN number_of int NOT NULL DEFAULT 0",
    "ALTER TABLE refunds ADD CONSTRAINT later CHECK (amount > 0) NOT VALID",
    "CREATE TABLE another (id int PRIMARY KEY, number int UNIQUE)",
)


@pytest.fixture
def watched(postgres: str, prefix: str) -> Iterator[str]:
    """A database as it was before the migrations from now on, whose changes are watched."""
    name = f"{prefix}_watched"
    run_sql(postgres, f"CREATE DATABASE {name}")
    url = at_database(postgres, name)
    _make(url, [change for change in known_changes() if not _is_new(change)])
    run_sql(url, _WATCH)
    yield url
    run_sql(postgres, f"DROP DATABASE {name} WITH (FORCE)")


class TestMigrationsFromNowOn:
    def test_let_the_version_before_go_on(self, watched: str):
        migrate(watched)

        assert disturbances(watched) == []


class TestTheWatch:
    def test_sees_what_would_stop_a_shop_and_lets_through_what_takes_a_moment(self, watched: str):
        for statement in (*STOPS, *TAKES_A_MOMENT):
            run_sql(watched, statement)

        assert {query: what for what, _, query in disturbances(watched)} == STOPS


def disturbances(url: str) -> list[tuple[str, str, str]]:
    """Return what was done to tables that grow and takes as long as they are large."""
    with psycopg.connect(url) as session:
        seen = session.execute("SELECT what, name, query FROM seen").fetchall()
    judged = [(_judge(what, query), name, query) for what, name, query in seen]
    return [one for one in judged if one[0] and one[1] not in SMALL]


def _judge(what: str, query: str) -> str:
    words = " ".join(query.upper().split())
    if what == "altered":
        adds = "ADD CONSTRAINT" in words and "NOT VALID" not in words and "USING INDEX" not in words
        return "locked and read through" if adds or "SET NOT NULL" in words else ""
    if what == "indexed":
        return "" if "CONCURRENTLY" in words else what
    return what


def _is_new(change: Change) -> bool:
    return change.app == "returns_engine" and change.id > LAST_FROM_BEFORE


def _make(url: str, changes: list[Change]) -> None:
    asyncio.run(make_changes(url, changes, patience=0, tell=print))
