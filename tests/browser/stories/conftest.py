"""The customer in a real browser before the real thing: web, worker, mail and bank on real wires.

One set of processes serves all stories of a process; each test brings its own order. A story is
played on a phone and on a desktop, with JavaScript and without any.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import product

import httpx
import pytest
from playwright.async_api import Browser

from tests.browser.stories.customer import DESKTOP, PHONE, Customer, Way
from tests.browser.test_customer_axe import axe_is_installed  # noqa: F401 - a fixture
from tests.journeys.conftest import another_demo, people
from tests.journeys.shop import Running, Shop

WAYS = [Way(size=size, script=script) for size, script in product((PHONE, DESKTOP), (True, False))]


@pytest.fixture(scope="package")
def running(
    postgres: str, prefix: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("stories")
    with another_demo(postgres, f"{prefix}_stories", template_database, folder) as demo:
        yield Running(demo=demo, keys=asyncio.run(people(demo)))


@pytest.fixture
async def shop(running: Running) -> AsyncIterator[Shop]:
    async with (
        httpx.AsyncClient(base_url=running.demo.api, timeout=60) as api,
        httpx.AsyncClient(base_url=running.demo.sandbox.address, timeout=60) as sandbox,
    ):
        yield Shop(running=running, api=api, sandbox=sandbox)


@pytest.fixture(params=WAYS, ids=str)
def way(request: pytest.FixtureRequest) -> Way:
    return request.param


@pytest.fixture
def locale() -> str:
    """What the customer's browser says that its owner reads."""
    return "en-US"


@pytest.fixture
async def customer(browser: Browser, shop: Shop, way: Way, locale: str) -> AsyncIterator[Customer]:
    """Somebody at a device of their own; at the end, what was wrong with any page they met."""
    context = await browser.new_context(**way.device, locale=locale)
    page = await context.new_page()
    page.set_default_timeout(60_000)
    one = Customer(page=page, shop=shop, way=way, locale=locale)
    yield one
    await context.close()
    assert one.met, "no page was looked at"
    assert one.faults == []
