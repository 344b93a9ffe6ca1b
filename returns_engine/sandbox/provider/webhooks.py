"""Webhooks out: each event signed and sent to one address, again and again until it says 2xx."""

import asyncio
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import httpx

from returns_engine.sandbox.provider.books import Resource

PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
TIMEOUT = 10.0


@dataclass(slots=True, kw_only=True)
class Delivery:
    """How it went with one event; `status` is the last answer's, None where there was none."""

    event: str
    type: str
    attempts: int = 0
    status: int | None = None
    delivered: bool = False


class WebhookSender:
    """Sends every event from the moment it has an address; each in a task of its own.

    `pauses` are the seconds before each further try. Events may overtake each other, as Stripe's.
    """

    def __init__(
        self,
        unix: Callable[[], int],
        *,
        secret: str,
        url: str | None = None,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self.url = url
        self.secret = secret
        self.deliveries: list[Delivery] = []
        self._unix, self._pauses = unix, tuple(pauses)
        self._client: httpx.AsyncClient | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, event: Resource) -> None:
        """Begin to send an event; without an address it is only listed, as at Stripe."""
        if self.url is None:
            return
        event["pending_webhooks"] = 1
        delivery = Delivery(event=event["id"], type=event["type"])
        self.deliveries.append(delivery)
        task = asyncio.get_running_loop().create_task(self._deliver(event, delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Give up what is still under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    async def _deliver(self, event: Resource, delivery: Delivery) -> None:
        raw = json.dumps(event, indent=2).encode()
        for pause in (0.0, *self._pauses):
            await asyncio.sleep(pause)
            delivery.attempts += 1
            delivery.status = await self._status_of(raw)
            if delivery.status is not None and 200 <= delivery.status < 300:  # noqa: PLR2004 - 2xx
                delivery.delivered = True
                event["pending_webhooks"] = 0
                return

    async def _status_of(self, raw: bytes) -> int | None:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=TIMEOUT, trust_env=False)
        headers = {
            "content-type": "application/json; charset=utf-8",
            "stripe-signature": signature_of(raw, self.secret, self._unix()),
        }
        try:
            answer = await self._client.post(self.url or "", content=raw, headers=headers)
        except httpx.HTTPError:
            return None
        return answer.status_code


def signature_of(raw: bytes, secret: str, signed_at: int) -> str:
    """Return the signature header for a body, by Stripe's published scheme `v1`."""
    mac = hmac.new(secret.encode(), f"{signed_at}.".encode() + raw, sha256)
    return f"t={signed_at},v1={mac.hexdigest()}"
