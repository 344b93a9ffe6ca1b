"""Webhooks out: each event signed and sent to one address, again and again until it says 2xx.

Armed faults make them late, lost, doubled, out of order or badly signed.
"""

import asyncio
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from random import Random

import httpx

from returns_engine.sandbox.agenda import Agenda
from returns_engine.sandbox.fault_modes import WEBHOOK_EVENT, WEBHOOK_TRY, Mode
from returns_engine.sandbox.faults import Fault, Faults
from returns_engine.sandbox.provider.books import Books, Resource, new_id

PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
TIMEOUT = 10.0
OLD_VERSION = "2017-08-15"
SOMEBODY_ELSES = "whsec_somebody_elses"


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
        books: Books,
        faults: Faults,
        agenda: Agenda,
        random: Random,
        *,
        secret: str,
        url: str | None = None,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self.url = url
        self.secret = secret
        self.deliveries: list[Delivery] = []
        self._books, self._faults, self._agenda, self._random = books, faults, agenda, random
        self._pauses = tuple(pauses)
        self._client: httpx.AsyncClient | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[Resource] = []
        self._early: list[asyncio.Event] = []

    def send(self, event: Resource) -> None:
        """Begin to send an event; without an address it is only listed, as at Stripe."""
        if self.url is None:
            return
        faults = self._faults.meet(WEBHOOK_EVENT, _facts(event)).take_all()
        if Mode.WEBHOOK_OLD_VERSION in faults:
            event["api_version"] = OLD_VERSION
        events = [event]
        if Mode.WEBHOOK_TWICE in faults:
            events.append(event)
        if Mode.WEBHOOK_TWIN in faults:
            events.append(self._books.add({**event, "id": new_id("evt")}))
        for one in events:
            self._send_when(one, faults)

    def send_again(self, event: Resource) -> None:
        """Send an event once more, as it was; no fault for events is met."""
        self._start(event, self._listed(event))

    def release(self) -> int:
        """Send what was held back, in an order by chance; answers how many."""
        held, self._held = self._held, []
        self._random.shuffle(held)
        for event in held:
            self._start(event, self._listed(event))
        return len(held)

    async def deliver_early(self) -> None:
        """Wait until the events that overtake their answer were tried once."""
        early, self._early = self._early, []
        for tried in early:
            await tried.wait()

    async def forget(self) -> None:
        """Give up what is still under way or held back."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.deliveries.clear()
        self._held.clear()

    async def close(self) -> None:
        """Give up what is still under way, and close the connections."""
        await self.forget()
        if self._client is not None:
            await self._client.aclose()

    def _send_when(self, event: Resource, faults: dict[Mode, Fault]) -> None:
        if Mode.WEBHOOK_HELD in faults:
            self._held.append(event)
            return
        delivery = self._listed(event)
        if Mode.WEBHOOK_DROPPED in faults:
            return
        seconds = 0.0
        if Mode.WEBHOOK_DELAYED in faults:
            seconds += faults[Mode.WEBHOOK_DELAYED].lasts
        if Mode.WEBHOOK_SHUFFLED in faults:
            seconds += faults[Mode.WEBHOOK_SHUFFLED].lasts * self._random.random()
        if seconds:
            self._agenda.add(seconds, lambda: self._start(event, delivery))
            return
        tried = asyncio.Event()
        if Mode.WEBHOOK_EARLY in faults:
            self._early.append(tried)
        self._start(event, delivery, tried)

    def _listed(self, event: Resource) -> Delivery:
        delivery = Delivery(event=event["id"], type=event["type"])
        self.deliveries.append(delivery)
        return delivery

    def _start(
        self, event: Resource, delivery: Delivery, tried: asyncio.Event | None = None
    ) -> None:
        event["pending_webhooks"] = 1
        deliver = self._deliver(event, delivery, tried or asyncio.Event())
        task = asyncio.get_running_loop().create_task(deliver)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, event: Resource, delivery: Delivery, tried: asyncio.Event) -> None:
        raw = json.dumps(event, indent=2).encode()
        try:
            for pause in (0.0, *self._pauses):
                await asyncio.sleep(pause)
                delivery.attempts += 1
                delivery.status = await self._status_of(raw, self._signature(event, raw))
                tried.set()
                if delivery.status is not None and 200 <= delivery.status < 300:  # noqa: PLR2004 - 2xx
                    delivery.delivered = True
                    event["pending_webhooks"] = 0
                    return
        finally:
            tried.set()

    def _signature(self, event: Resource, raw: bytes) -> str:
        faults = self._faults.meet(WEBHOOK_TRY, _facts(event)).take_all()
        signed_at = self._books.unix()
        if Mode.WEBHOOK_STALE in faults:
            signed_at -= int(faults[Mode.WEBHOOK_STALE].lasts)
        wrong = Mode.WEBHOOK_WRONG_SECRET in faults
        return signature_of(raw, SOMEBODY_ELSES if wrong else self.secret, signed_at)

    async def _status_of(self, raw: bytes, signature: str) -> int | None:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=TIMEOUT, trust_env=False)
        headers = {
            "content-type": "application/json; charset=utf-8",
            "stripe-signature": signature,
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


def _facts(event: Resource) -> Resource:
    return {**event["data"]["object"], "type": event["type"], "event": event["id"]}
