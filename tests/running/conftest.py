import asyncio
import json
from pathlib import Path

import pytest

from returns_engine.cli.demo.seed import put_order
from returns_engine.gateways.clock import system_clock
from returns_engine.sandbox.sample_order import SampleOrder
from returns_engine.tables.engine import engine_at
from tests.journeys.orders import an_order
from tests.running.processes import Machine, machine


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Machine:
    """A machine whose database is up to date and empty."""
    return machine(database_url, tmp_path)


@pytest.fixture
def order(shop: Machine) -> SampleOrder:
    """An order that the shop knows."""
    order = an_order(system_clock())

    async def put() -> None:
        async with engine_at(shop.database_url, pool_size=2):
            await put_order(order, system_clock())

    asyncio.run(put())
    return order


@pytest.fixture
def key(shop: Machine) -> str:
    """A program's key that may read and write orders and ask for returns."""
    scopes = ("orders:write", "returns:read", "returns:write")
    words = [word for scope in scopes for word in ("--scope", scope)]
    made = shop.run("api-key", "create", "--name", "shop", *words, "--json")
    assert made.returncode == 0, made.stderr
    found: str = json.loads(made.stdout)["key"]
    return found
