"""A real PostgreSQL for the tests that ask for one; those that do not, start nothing.

Each test has a database to itself, copied from one that the real migrations made. Where several
processes share the tests out, they share the server, and each has a database of its own.
"""

import os
import signal
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from returns_engine.embedded_postgres import embedded_postgres
from returns_engine.setting_readers import is_live
from returns_engine.settings import SettingError, read_setting
from tests.one_database import OneDatabase
from tests.turns import turn

TESTS = Path(__file__).parent
TEST_KEYS = ("sk_test_", "rk_test_")

# A shell that starts the tests in the background has them ignore Ctrl-C, and all that they start
# with them: programs that are told to stop by it would go on.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionstart() -> None:
    """Refuse to test anything where a key lies about that moves real money."""
    given = os.environ.get("STRIPE_TEST_KEY", "")
    if given and not given.startswith(TEST_KEYS):
        raise pytest.UsageError(
            "STRIPE_TEST_KEY must be a key of Stripe's test mode (sk_test_… or rk_test_…);"
            " no test ever touches real money."
        )
    try:
        ours = read_setting("stripe_key", os.environ, Path(".env")) or ""
    except SettingError:
        ours = ""
    if is_live(ours):
        raise pytest.UsageError(
            "RETURNS_ENGINE_STRIPE_KEY is a live key: no test ever touches real money."
            " Take it out of the environment and .env before you test."
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by folder what needs a browser, and what runs on each Python."""
    for item in items:
        if item.path.is_relative_to(TESTS / "browser"):
            item.add_marker(pytest.mark.browser)
        if item.path.is_relative_to(TESTS / "rules"):
            item.add_marker(pytest.mark.every_python)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let a test that needs the machine to itself have it, where others run beside it."""
    if not hasattr(item.config, "workerinput"):
        return (yield)
    with turn(TESTS.parent / ".data" / "turns", alone=item.get_closest_marker("alone") is not None):
        return (yield)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server: the one that was named, else our own."""
    if named := os.environ.get("RETURNS_ENGINE_TEST_DATABASE_URL"):
        yield named
        return
    with embedded_postgres(TESTS.parent / ".data" / "test-postgres", fast=True) as url:
        yield url


@pytest.fixture(scope="session")
def prefix() -> str:
    """What the names of this run's databases begin with; parallel runs do not meet."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return f"test_{worker}_{os.getpid()}"


@pytest.fixture(scope="session")
def template_database(postgres: str, prefix: str) -> Iterator[str]:
    """The name of an empty database that the real migrations brought up to date."""
    # Piccolo is loaded for the tests that need it alone.
    from returns_engine.bootstrap import migrate  # noqa: PLC0415 - see above

    name = f"{prefix}_template"
    run_sql(postgres, f"CREATE DATABASE {name}")
    migrate(at_database(postgres, name))
    # What a migration puts in is there once, and a test begins with nothing.
    run_sql(at_database(postgres, name), "TRUNCATE reply_templates RESTART IDENTITY")
    yield name
    run_sql(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def one_database(
    postgres: str,
    prefix: str,
    template_database: str,
    plans_looked_at: None,  # noqa: ARG001 - whatever asks a database is looked at
) -> Iterator[OneDatabase]:
    """The database that the tests of this process are given, one after the other."""
    database = OneDatabase(postgres, f"{prefix}_given", template_database)
    yield database
    database.drop()


@pytest.fixture(scope="session")
def plans_looked_at(postgres: str, template_database: str) -> Iterator[None]:
    """With QUERY_PLANS=1: at the end, fail for each statement that reads a growing table whole.

    Two tests look at what every call, page and schedule asks; this looks at all that tests make
    the engine ask.
    """
    if not os.environ.get("QUERY_PLANS"):
        yield
        return
    # asyncpg is loaded for the tests that ask for a database alone.
    from tests.query_plans import read_whole, seen_statements  # noqa: PLC0415 - see above

    with seen_statements() as seen:
        yield
    found = read_whole(at_database(postgres, template_database), seen.texts)
    assert not found, "\n\n".join(found)


@pytest.fixture
def empty_database(postgres: str, template_database: str) -> str:
    """The address of a database that no test writes to: every table and index, and no row."""
    return at_database(postgres, template_database)


@pytest.fixture
def database_url(one_database: OneDatabase) -> Iterator[str]:
    """The address of a migrated database without a row, for one test."""
    yield one_database.provide()
    one_database.take_back()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[str]:
    """The same, with Piccolo's engine pointed at it for as long as the test lasts."""
    from returns_engine.tables.engine import engine_at  # noqa: PLC0415 - Piccolo, when needed

    async with engine_at(database_url):
        yield database_url


def at_database(url: str, name: str) -> str:
    """Return the address of another database of the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def run_sql(url: str, statement: str) -> None:
    """Run one statement outside of any transaction."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
