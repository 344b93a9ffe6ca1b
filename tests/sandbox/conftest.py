import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from returns_engine.gateways.clock import shifted_clock
from returns_engine.gateways.payments.webhook_events import StripeWebhooks
from returns_engine.sandbox.server import Sandbox
from tests.sandbox.receiver import Receiver

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
        base_url=sandbox.address, auth=(sandbox.api_key, ""), timeout=60
    ) as client:
        yield client


@pytest.fixture
async def payment(wire) -> str:
    """The reference of a captured payment of 50.00 USD."""
    fields = {"reference": "pi_fifty", "amount": 5000, "currency": "USD"}
    answer = await wire.post("/_test/payments", json=fields)
    assert answer.status_code == 201
    return "pi_fifty"


@pytest.fixture
async def receiver(sandbox) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.talk, "127.0.0.1", 0)
    sandbox.send_webhooks_to(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/webhooks")
    yield receiver
    server.close()
    await server.wait_closed()


@pytest.fixture
def read(sandbox, tmp_path):
    """Read an event as the engine does; raises what the engine raises."""
    webhooks = StripeWebhooks([sandbox.webhook_secret])
    clock = shifted_clock(tmp_path / "clock")
    return lambda raw, signature: webhooks.read_event(raw, signature, clock())
