"""The peers that the payment contract is held to: the sandbox, and Stripe's test mode on request.

`STRIPE_TEST_KEY=sk_test_… make test-stripe` adds Stripe itself; without a key its part is skipped.
"""

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import httpx
import pytest

from returns_engine.gateways.payments.gateway import RefundOrder
from returns_engine.gateways.payments.stripe_client import STRIPE_ADDRESS, StripeGateway
from returns_engine.sandbox.server import Sandbox, running_sandbox

STRIPE_TEST_KEY = os.environ.get("STRIPE_TEST_KEY", "")
PEERS = ["sandbox", *(["stripe"] if STRIPE_TEST_KEY else [])]
TIMEOUT = 15.0
SOON = 1.0


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A payment provider with our gateway to it, and a plain client to prepare cases with."""

    gateway: StripeGateway
    hasty: StripeGateway
    """The same, but that it gives up soon: for a call that is to have no answer."""
    wire: httpx.AsyncClient

    async def pay(self, amount: int = 5000, method: str = "pm_card_visa", **more: str) -> str:
        """Charge a test card, and return the payment's reference."""
        answer = await self.wire.post(
            "/v1/payment_intents",
            data={
                "amount": str(amount),
                "currency": "usd",
                "payment_method": method,
                "confirm": "true",
                "automatic_payment_methods[enabled]": "true",
                "automatic_payment_methods[allow_redirects]": "never",
                **more,
            },
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["id"]

    async def control(self, path: str, **fields: object) -> dict[str, object]:
        """Use the sandbox's control API."""
        answer = await self.wire.post(f"/_test/{path}", json=fields)
        assert answer.is_success, answer.text
        return answer.json()


def an_order(reference: str, amount: int, **changes: object) -> RefundOrder:
    order = RefundOrder(
        payment_reference=reference,
        amount=amount,
        currency="USD",
        idempotency_key=f"refund:{uuid.uuid4()}:1",
        metadata={"refund_id": str(uuid.uuid4()), "rma": "RMA-00000000"},
    )
    return replace(order, **changes)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture(params=PEERS)
async def peer(request, sandbox) -> AsyncIterator[Peer]:
    if request.param == "stripe":
        address, key = STRIPE_ADDRESS, STRIPE_TEST_KEY
    else:
        address, key = sandbox.address, sandbox.api_key
    async with _peer(address, key) as reached:
        yield reached


@pytest.fixture
async def stand_in(sandbox) -> AsyncIterator[Peer]:
    """The sandbox alone, where a case needs faults or another time."""
    async with _peer(sandbox.address, sandbox.api_key) as reached:
        yield reached
        await reached.wire.delete("/_test/faults")
        await reached.control("clock", offset_seconds=0)


@asynccontextmanager
async def _peer(address: str, key: str) -> AsyncIterator[Peer]:
    async with (
        StripeGateway(api_key=key, address=address, timeout=TIMEOUT) as gateway,
        StripeGateway(api_key=key, address=address, timeout=SOON) as hasty,
        httpx.AsyncClient(base_url=address, auth=(key, ""), timeout=TIMEOUT) as wire,
    ):
        yield Peer(gateway=gateway, hasty=hasty, wire=wire)


@pytest.fixture
def order_of():
    """Give the builder of refund orders."""
    return an_order
