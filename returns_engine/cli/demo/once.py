"""One return from look-up to succeeded refund, over the real HTTP API."""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import rich_click as click

from returns_engine.cli.demo.seed import tell_payment
from returns_engine.sandbox.sample_order import SampleOrder, fresh_order

WITHIN_SECONDS = 60.0
Found = TypeVar("Found")


class Walk:
    """A walk through a return's life; `say` is told each step."""

    def __init__(
        self,
        *,
        api: str,
        sandbox: str,
        keys: dict[str, str],
        folder: Path,
        now: datetime,
        say: Callable[[str], None],
    ) -> None:
        self._api, self._sandbox = (
            httpx.AsyncClient(base_url=api, timeout=30),
            httpx.AsyncClient(base_url=sandbox, timeout=30),
        )
        self._keys, self._folder, self._now, self._say = keys, folder, now, say

    async def run(self) -> dict[str, Any]:
        """Walk, and return what `demo --once --json` prints, the audit aside."""
        async with self._api, self._sandbox:
            order = fresh_order(self._now, f"EKR-{secrets.token_hex(4).upper()}")
            await self._import(order)
            token = await self._come_in(order)
            number = await self._ask(order, token)
            label = await self._label(number, token)
            await self._bench(number)
            refund = await self._refund(number)
            events = await self._closed(number, token)
            return {
                "order_number": order.number,
                "return_number": number,
                "label_pdf": label,
                "refund": {
                    name: refund[name]
                    for name in ("state", "amount", "currency", "provider_refund_id")
                },
                "events": events,
            }

    async def _import(self, order: SampleOrder) -> None:
        for payment in order.stripe_payments():
            await tell_payment(self._sandbox, payment)
        await self._call("PUT", f"/orders/{order.number}", self._keys["shop"], order.document)
        self._say(f"The shop sent order {order.number}, paid by card.")

    async def _come_in(self, order: SampleOrder) -> str:
        who = {"order_number": order.number, "contact": order.email}
        await self._call("POST", "/order-lookups", None, who)
        mail = await _until(lambda: self._mail(order.email, "code"))
        found = re.search(r"\b\d{6}\b", mail["text"])
        if found is None:
            raise click.ClickException("The mail with the code holds no code.")
        access = await self._call(
            "POST", "/order-lookups/verify", None, {**who, "code": found.group()}
        )
        self._say("The customer typed the code from the mail.")
        token: str = access["token"]
        return token

    async def _mail(self, to: str, _about: str) -> dict[str, Any] | None:
        answer = await self._sandbox.get("/messages", params={"to": to})
        items: list[dict[str, Any]] = answer.json()["items"]
        return items[-1] if items else None

    async def _ask(self, order: SampleOrder, token: str) -> str:
        wish = {
            "order_number": order.number,
            "lines": [{"line_id": "L1", "quantity": 1, "reason": "changed_mind"}],
            "resolution": "refund",
        }
        opened = await self._call("POST", "/returns", token, wish)
        says = next(
            rule["says"]
            for rule in opened["decision"]["lines"][0]["rules"]
            if rule["rule"] == "return_window"
        )
        self._say(f"{opened['number']} is {opened['state']}: “{says}”")
        number: str = opened["number"]
        return number

    async def _label(self, number: str, token: str) -> str:
        async def ready() -> dict[str, Any] | None:
            seen = await self._call("GET", f"/returns/{number}", token)
            return seen if seen["state"] == "label_issued" else None

        await _until(ready)
        pdf = await self._api.get(f"/returns/{number}/label.pdf", headers=_bearer(token))
        if not pdf.content.startswith(b"%PDF"):
            raise click.ClickException("The label is no PDF.")
        file = self._folder / f"{number}.pdf"
        await asyncio.to_thread(file.write_bytes, pdf.content)
        self._say(f"The label is printed: {file}")
        return str(file)

    async def _bench(self, number: str) -> None:
        units = {"line_id": "L1", "quantity": 1}
        key = self._keys["bench"]
        await self._call("POST", f"/returns/{number}/receipts", key, {"lines": [units]})
        checks = dict.fromkeys(
            ("as_received", "unused", "tags_attached", "original_packaging"), True
        )
        line = {
            **units,
            "checks": checks,
            "grade": "A",
            "verdict": "accepted",
            "disposition": "restock",
            "photo_ids": [],
        }
        await self._call("POST", f"/returns/{number}/inspections", key, {"lines": [line]})
        self._say("Wanda took the parcel in and accepted what was in it.")

    async def _refund(self, number: str) -> dict[str, Any]:
        key = self._keys["finance"]
        seen = await self._call("GET", f"/returns/{number}", key)
        refund_id = seen["refunds"][0]["id"]
        proposed = (await self._call("GET", f"/refunds/{refund_id}", key))["proposed"]
        await self._call("POST", f"/refunds/{refund_id}/approve", key, {"amount": proposed})
        self._say(f"Finn approved {proposed / 100:.2f}.")

        async def succeeded() -> dict[str, Any] | None:
            refund = await self._call("GET", f"/refunds/{refund_id}", key)
            return refund if refund["state"] == "succeeded" else None

        refund = await _until(succeeded)
        self._say(f"The money is on its way, once: {refund['provider_refund_id']}.")
        return refund

    async def _closed(self, number: str, token: str) -> int:
        async def closed() -> dict[str, Any] | None:
            seen = await self._call("GET", f"/returns/{number}", token)
            return seen if seen["state"] == "closed" else None

        await _until(closed)
        events = await self._call("GET", f"/returns/{number}/events", token)
        count = len(events["items"])
        self._say(f"The return is closed; {count} events tell how.")
        return count

    async def _call(
        self,
        method: str,
        path: str,
        key: str | None,
        body: Any = None,  # noqa: ANN401 - JSON
    ) -> dict[str, Any]:
        headers = _bearer(key)
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid4())
        answer = await self._api.request(method, path, json=body, headers=headers)
        if answer.is_error:
            raise click.ClickException(f"{method} {path}: {answer.status_code} {answer.text}")
        found: dict[str, Any] = answer.json()
        return found


def _bearer(key: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}


async def _until(look: Callable[[], Awaitable[Found | None]]) -> Found:
    """Look again and again until something is found."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            found = await look()
            if found is not None:
                return found
            await asyncio.sleep(0.1)
