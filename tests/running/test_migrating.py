"""`migrate` while the version before serves: it gives way, and nobody else waits for it."""

import json
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from returns_engine.bootstrap import DatabaseUnfit, migrate
from returns_engine.sandbox.sample_order import SampleOrder
from returns_engine.tables import standing
from returns_engine.tables.concurrent_index import build_index
from returns_engine.tables.engine import engine_at
from returns_engine.tables.piccolo_app import APP_CONFIG
from tests.journeys.orders import asked
from tests.running.processes import Machine, Web, until

# What the next version may bring: a column, a guard, and an index on a table that grows.
_NEXT = '''
from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.concurrent_index import build_index
from returns_engine.tables.engine import connection

ID = "{id}"
DESCRIPTION = "{about}"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="returns_engine", description=DESCRIPTION,
        wrap_in_transaction={in_transaction},
    )

    async def change():
        await connection().execute("""{sql}""")

    manager.add_raw({raw})
    return manager
'''
_GUARD = """
CREATE FUNCTION next_guard() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER next_guard BEFORE UPDATE ON returns FOR EACH ROW EXECUTE FUNCTION next_guard();
ALTER TABLE return_lines ADD COLUMN next int NOT NULL DEFAULT 7;
"""


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the code of this test be a version that brings three changes more."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    column = "ALTER TABLE returns ADD COLUMN next text; ALTER TABLE orders ADD COLUMN next text"
    _write(folder, "9000-01-01T00:00:00:000000", "a column of the next version", column)
    _write(folder, "9000-01-01T00:01:00:000000", "a guard of the next version", _GUARD)
    _write(folder, "9000-01-01T00:02:00:000000", "an index of the next version", "")
    monkeypatch.setattr(APP_CONFIG, "migrations_folder_path", str(folder))
    monkeypatch.setattr(standing, "OURS", folder)


@pytest.mark.usefixtures("next_version")
class TestWhileTheVersionBeforeServes:
    def test_no_call_fails_and_none_waits_for_a_long_report(
        self, shop: Machine, order: SampleOrder, key: str
    ):
        told: list[str] = []
        with shop.serving() as web, _report(shop) as report:
            with _calls(web, order, key) as calls:
                migrating = threading.Thread(
                    target=migrate, args=(shop.database_url,), kwargs={"tell": told.append}
                )
                migrating.start()
                until(lambda: any("waits for session" in line for line in told))
                # A change that waited on would keep every reader behind it waiting for the report.
                so_far = len(calls)
                until(lambda: len(calls) > so_far + 20)
                assert migrating.is_alive()
                report.rollback()
                migrating.join(60)

            assert not migrating.is_alive()
            assert set(calls) <= {200, 201}
            assert web.status("/health/ready") == 200
        numbered = [line.split()[0] for line in told if "/3 " in line]
        assert numbered == ["1/3", "2/3", "3/3"]
        assert shop.rows("SELECT count(*) FROM pg_class WHERE relname = 'returns_next'") == [(1,)]

    def test_what_was_done_before_it_gave_up_is_kept(self, shop: Machine):
        with psycopg.connect(shop.database_url) as other:
            other.execute("LOCK TABLE return_lines IN ACCESS SHARE MODE")
            with pytest.raises(DatabaseUnfit, match=r"found no moment .* for session \d+"):
                migrate(shop.database_url, patience=0)

        assert len(standing_of_next(shop)) == 2
        assert len(migrate(shop.database_url)) == 2


class TestTheCommand:
    def test_says_what_it_would_do_and_does_it(self, shop: Machine):
        assert shop.run("migrate", "--check").returncode == 0
        shop.rows(
            "DELETE FROM migration WHERE name = (SELECT max(name) FROM migration) RETURNING 1"
        )

        plan = shop.run("migrate", "--plan")
        check = shop.run("migrate", "--check", "--json")

        assert (plan.returncode, len(plan.stdout.splitlines())) == (0, 1)
        assert (check.returncode, json.loads(check.stdout)["to_do"]) == (1, [plan.stdout.strip()])
        assert shop.run("migrate", "--plan").stdout == plan.stdout


class TestAnIndexThatIsBuiltMeanwhile:
    async def test_is_built_anew_where_a_build_broke_off(self, database_url: str):
        async with engine_at(database_url) as engine:
            await engine.fetch_rows("CREATE INDEX CONCURRENTLY broken ON returns (state)")
            await engine.fetch_rows(
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass"
            )

            await build_index("broken", "returns (state)")()
            await build_index("broken", "returns (state)")()

            row = await engine.fetch_row(
                "SELECT indisvalid FROM pg_index WHERE indexrelid = 'broken'::regclass"
            )
            assert row is not None
            assert row["indisvalid"]


def standing_of_next(shop: Machine) -> list[str]:
    with psycopg.connect(shop.database_url) as session:
        return standing.standing_of(session).to_do


def _write(folder: Path, number: str, about: str, sql: str) -> None:
    text = _NEXT.format(
        id=number,
        about=about,
        sql=sql,
        in_transaction=bool(sql),
        raw="change" if sql else 'build_index("returns_next", "returns (state, next)")',
    )
    (folder / f"next_{number[14:16]}.py").write_text(textwrap.dedent(text), "utf-8")


@contextmanager
def _report(shop: Machine) -> Iterator[psycopg.Connection]:
    """Read in one long transaction, as a report or a dump does."""
    with psycopg.connect(shop.database_url, application_name="a report") as session:
        session.execute("SELECT count(*) FROM returns, orders")
        yield session


@contextmanager
def _calls(web: Web, order: SampleOrder, key: str) -> Iterator[list[int]]:
    """Make calls one after the other; the status of each is kept."""
    headers = {"Authorization": f"Bearer {key}"}
    paths = (f"/orders/{order.number}", "/returns")
    made: list[int] = []
    over = threading.Event()

    def run() -> None:
        with httpx.Client(base_url=f"{web.address}/api/v1", timeout=120, headers=headers) as client:
            while not over.is_set():
                made.extend(client.get(path).status_code for path in paths)

    wish = {"order_number": order.number, "lines": [asked()]}
    first = httpx.post(f"{web.address}/api/v1/returns", json=wish, headers=headers, timeout=120)
    made.append(first.status_code)
    caller = threading.Thread(target=run)
    caller.start()
    try:
        yield made
    finally:
        over.set()
        caller.join()
