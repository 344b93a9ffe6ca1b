"""The sandbox as a receiver of the engine's webhooks."""

from datetime import UTC, datetime

import httpx

from returns_engine.gateways.webhook_receivers.signatures import secret_of, signed_headers
from returns_engine.sandbox.server import Sandbox

SECRET, OTHER = secret_of(b"1" * 32), secret_of(b"2" * 32)
BODY = '{"type":"ping","data":{}}'


async def post(sandbox: Sandbox, secret: str, name: str = "msg_1") -> int:
    headers = signed_headers(name, BODY, secrets=[secret], at=datetime.now(UTC))
    async with httpx.AsyncClient() as client:
        answer = await client.post(sandbox.webhooks_received, headers=headers, content=BODY)
        return answer.status_code


async def received(sandbox: Sandbox) -> list[str]:
    async with httpx.AsyncClient() as client:
        items = (await client.get(sandbox.webhooks_received)).json()["items"]
        return [one["webhook_id"] for one in items]


class TestTheSandbox:
    async def test_takes_what_the_engine_signed_once(self, sandbox: Sandbox):
        sandbox.expect_webhooks(SECRET)

        answers = [await post(sandbox, SECRET, name) for name in ("msg_1", "msg_2", "msg_1")]
        assert answers == [204, 204, 204]
        assert await received(sandbox) == ["msg_1", "msg_2"]

    async def test_takes_nothing_that_somebody_else_signed(self, sandbox: Sandbox):
        assert await post(sandbox, SECRET) == 401
        sandbox.expect_webhooks(SECRET)

        assert await post(sandbox, OTHER) == 401
        assert await received(sandbox) == []
