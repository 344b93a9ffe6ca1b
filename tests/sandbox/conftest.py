from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from returns_engine.sandbox.server import Sandbox

QUICK_PAUSES = (0.05, 0.05, 0.05)


@pytest.fixture
def sandbox(tmp_path) -> Iterator[Sandbox]:
    """A sandbox for one test, for these tests move its clock and read all of its books."""
    sandbox = Sandbox(clock_file=tmp_path / "clock", webhook_pauses=QUICK_PAUSES, longest_hang=0.2)
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
async def wire(sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=sandbox.address, auth=(sandbox.api_key, ""), timeout=10
    ) as client:
        yield client


@pytest.fixture
async def payment(wire) -> str:
    """The reference of a captured payment of 50.00 USD."""
    fields = {"reference": "pi_fifty", "amount": 5000, "currency": "USD"}
    answer = await wire.post("/_test/payments", json=fields)
    assert answer.status_code == 201
    return "pi_fifty"
