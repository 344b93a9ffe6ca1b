"""The running engine as people meet it: shop, customer, bench, support, finance, and the bank."""

import asyncio
import io
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import httpx
from PIL import Image

from returns_engine.cli.demo.parts import Demo
from returns_engine.cli.demo.seed import tell_payment
from returns_engine.sandbox.sample_order import SampleOrder
from tests.journeys.orders import an_order, asked, good, units

Found = TypeVar("Found")
WITHIN_SECONDS = 90.0


async def until(look: Callable[[], Awaitable[Found | None]]) -> Found:
    """Look again and again until something is found."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            found = await look()
            if found is not None and found is not False:
                return found
            await asyncio.sleep(0.05)


@dataclass(frozen=True, kw_only=True)
class Running:
    """The demo's processes with a key for each person."""

    demo: Demo
    keys: dict[str, str]


@dataclass(kw_only=True)
class Shop:
    """Calls the API by who is asking, and looks into mailbox and ledger."""

    running: Running
    api: httpx.AsyncClient
    sandbox: httpx.AsyncClient
    tokens: dict[str, str] = field(default_factory=dict)
    until = staticmethod(until)

    # Calls

    async def send(
        self, who: str, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        """Send one call with the key or token of `who`, whatever comes of it."""
        key = self.tokens.get(who) or self.running.keys[who]
        sent = {"Authorization": f"Bearer {key}", **headers}
        return await self.api.request(method, path, json=body, headers=sent)

    async def get(self, who: str, path: str) -> dict[str, Any]:
        answer = await self.send(who, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, who: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = await self.send(who, "POST", path, {} if body is None else body)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    async def refused(self, who: str, path: str, body: Any, status: int, code: str) -> dict:
        """Make a call that must be refused, and return the problem."""
        answer = await self.send(who, "POST", path, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        return answer.json()

    # Orders and customers

    def now(self) -> Any:
        return self.running.demo.clock()

    async def order(self, *lines: dict[str, Any], **about: Any) -> SampleOrder:
        """Send an order; its card payment is on the bank's books."""
        return await self.send_in(an_order(self.now(), *lines, **about))

    async def send_in(self, order: SampleOrder) -> SampleOrder:
        for payment in order.stripe_payments():
            await tell_payment(self.sandbox, payment)
        answer = await self.send("shop", "PUT", f"/orders/{order.number}", dict(order.document))
        assert answer.status_code == 201, answer.text
        return order

    async def customer(self, order: SampleOrder) -> str:
        """Let the customer come in by the code in the mail; returns the name to call with."""
        who = {"order_number": order.number, "contact": order.email}
        answer = await self.api.post("/order-lookups", json=who)
        assert answer.status_code == 202, answer.text
        mail = await self.mail(order, "code")
        code = re.search(r"\b\d{6}\b", mail["text"])
        assert code is not None
        access = await self.api.post("/order-lookups/verify", json={**who, "code": code.group()})
        assert access.status_code == 200, access.text
        self.tokens[order.email] = access.json()["token"]
        return order.email

    async def mails(self, order: SampleOrder) -> list[dict[str, Any]]:
        answer = await self.sandbox.get("/messages", params={"to": order.email})
        return answer.json()["items"]

    async def mail(self, order: SampleOrder, about: str) -> dict[str, Any]:
        """Wait for the mail with `about` in its subject."""

        async def arrived() -> dict[str, Any] | None:
            found = [m for m in await self.mails(order) if about in m["subject"].lower()]
            return found[-1] if found else None

        return await until(arrived)

    # A return

    async def ask(
        self, order: SampleOrder, *lines: dict[str, Any], who: str = "support", **more: Any
    ) -> dict[str, Any]:
        """Ask for a return of one unit, or of `lines`."""
        wish = {"order_number": order.number, "lines": list(lines) or [asked()], **more}
        return await self.post(who, "/returns", wish)

    async def case(self, number: str) -> dict[str, Any]:
        return await self.get("support", f"/returns/{number}")

    async def state_is(self, number: str, state: str) -> dict[str, Any]:
        """Wait until a return's headline is `state`."""

        async def there() -> dict[str, Any] | None:
            case = await self.case(number)
            return case if case["state"] == state else None

        return await until(there)

    async def events(self, number: str) -> list[dict[str, Any]]:
        return (await self.get("support", f"/returns/{number}/events"))["items"]

    async def receive(self, number: str, *lines: dict[str, Any]) -> dict[str, Any]:
        return await self.post(
            "bench", f"/returns/{number}/receipts", {"lines": list(lines) or [units()]}
        )

    async def inspect(
        self, number: str, *lines: dict[str, Any], who: str = "bench"
    ) -> dict[str, Any]:
        return await self.post(
            who, f"/returns/{number}/inspections", {"lines": list(lines) or [good()]}
        )

    async def photo(self) -> str:
        """Take a picture at the bench."""
        picture = io.BytesIO()
        Image.new("RGB", (40, 30), "gray").save(picture, "JPEG")
        answer = await self.api.post(
            "/photos",
            files={"file": ("photo.jpg", picture.getvalue(), "image/jpeg")},
            headers={"Authorization": f"Bearer {self.running.keys['bench']}"},
        )
        assert answer.status_code == 201, answer.text
        return answer.json()["photo_id"]

    # Money

    async def proposed(self, order: SampleOrder | None = None) -> dict[str, Any]:
        """Bring a return of one unit as far as a proposal, and return the refund."""
        case = await self.ask(order or await self.order())
        await self.receive(case["number"])
        return await self.refund(await self.inspect(case["number"]))

    async def refund(self, case: dict[str, Any], place: int = -1) -> dict[str, Any]:
        return await self.get("finance", f"/refunds/{case['refunds'][place]['id']}")

    async def approve(self, refund: dict[str, Any], **body: Any) -> dict[str, Any]:
        body = {"amount": refund["proposed"]} | body
        return await self.post("finance", f"/refunds/{refund['id']}/approve", body)

    async def recorded(self, refund: dict[str, Any], reference: str) -> dict[str, Any]:
        """Record what was paid by hand, as soon as the provider was asked."""
        url = f"/refunds/{refund['id']}"

        async def payable() -> bool:
            return (await self.get("finance", url))["manual_since"] is not None

        await until(payable)
        return await self.post("finance", f"{url}/record", {"external_reference": reference})

    async def refund_is(self, refund: dict[str, Any], state: str) -> dict[str, Any]:
        """Wait until a refund is in `state`."""

        async def there() -> dict[str, Any] | None:
            seen = await self.get("finance", f"/refunds/{refund['id']}")
            return seen if seen["state"] == state else None

        return await until(there)

    async def ledger(self, order: SampleOrder) -> dict[str, Any]:
        """What the bank says of the order's one card payment."""
        reference = order.document["payments"][0]["reference"]
        answer = await self.sandbox.get("/_test/ledger", params={"payment_intent": reference})
        return answer.json()["items"][0]

    async def control(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self.sandbox.post(f"/_test/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    async def goes_wrong(self, order: SampleOrder, mode: str, times: int = 1) -> None:
        """Arm a fault for refunds of this order's payment alone."""
        reference = order.document["payments"][0]["reference"]
        await self.control(
            "faults",
            on="refunds.create",
            mode=mode,
            times=times,
            match={"payment_intent": reference},
        )

    async def later(self, **more: float) -> None:
        """Move the clock of bank and engine on, by what a timedelta takes."""
        offset = (await self.sandbox.get("/_test/clock")).json()["offset_seconds"]
        seconds = int(timedelta(**more).total_seconds())
        await self.control("clock", offset_seconds=offset + seconds)
