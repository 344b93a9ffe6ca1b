"""The real thing: web and worker as processes of their own, sandbox and mail server on real wires.

One set of processes serves all journeys; each test brings its own orders.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from returns_engine.cli.demo.parts import Demo, running_demo
from returns_engine.cli.demo.seed import STAFF, seed
from returns_engine.rules.words import ROLE_SCOPES, Role, Scope
from returns_engine.tables.engine import engine_at
from returns_engine.workflow.make_api_key import make_api_key
from tests.conftest import at_database, run_sql
from tests.journeys.shop import Running, Shop

PEOPLE = {
    "support": Role.SUPPORT,
    "bench": Role.WAREHOUSE,
    "finance": Role.FINANCE,
    "manager": Role.MANAGER,
}


@pytest.fixture(scope="session")
def running(
    postgres: str, prefix: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("journeys")
    with another_demo(postgres, f"{prefix}_journeys", template_database, folder) as demo:
        yield Running(demo=demo, keys=asyncio.run(people(demo)))


@contextmanager
def another_demo(postgres: str, name: str, template: str, folder: Path) -> Iterator[Demo]:
    """Run the demo on a database of this name, which is there as long as it runs."""
    run_sql(postgres, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    ours = {name for name in os.environ if name.startswith("RETURNS_ENGINE_")}
    environ = {name: value for name, value in os.environ.items() if name not in ours} | {
        "RETURNS_ENGINE_DATABASE_URL": at_database(postgres, name),
        "RETURNS_ENGINE_DATA_DIR": str(folder),
        "RETURNS_ENGINE_LOOKUP_LIMIT_CONTACT": "1000",
        "RETURNS_ENGINE_LOOKUP_LIMIT_ADDRESS": "1000",
        "RETURNS_ENGINE_PAYMENT_TIMEOUT": "2",
        "RETURNS_ENGINE_LOG_LEVEL": "warning",
        "RETURNS_ENGINE_SHOP_URL": "https://ekrauto.example/new",
    }
    with running_demo(environ, folder / "no.env") as demo:
        yield demo
    run_sql(postgres, f"DROP DATABASE {name} WITH (FORCE)")


async def people(demo: Demo) -> dict[str, str]:
    """Make staff and warehouse, and a key for the shop and for each person."""
    async with engine_at(demo.database_url, pool_size=2):
        now = demo.clock()
        await seed(demo.sandbox.address, now)
        keys = {
            "shop": await make_api_key(
                name="shop", scopes=[Scope.ORDERS_WRITE], staff_email=None, now=now
            )
        }
        for name, role in PEOPLE.items():
            keys[name] = await make_api_key(
                name=name, scopes=ROLE_SCOPES[role], staff_email=STAFF[role][0], now=now
            )
    return keys


@pytest.fixture
async def shop(running: Running) -> AsyncIterator[Shop]:
    async with (
        httpx.AsyncClient(base_url=running.demo.api, timeout=60) as api,
        httpx.AsyncClient(base_url=running.demo.sandbox.address, timeout=60) as sandbox,
    ):
        yield Shop(running=running, api=api, sandbox=sandbox)
