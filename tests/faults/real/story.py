"""One history as it is played: an order, what came back of it, and the refunds approved for it."""

import asyncio
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from returns_engine.cli.demo.seed import put_order, tell_payment
from returns_engine.documents.policy_file import load_policy
from returns_engine.documents.request import RequestDocument, RequestLineDocument
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.words import Reason
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.workflow.inspect_lines import inspect_lines
from returns_engine.workflow.inspected_units import InspectedUnits
from returns_engine.workflow.receive_parcel import ReceivedUnits, receive_parcel
from returns_engine.workflow.request_return import Opened, request_return
from tests.faults.real.script import HistoryScript, RefundScript
from tests.faults.real.setting import APPROVERS, Setting
from tests.journeys.orders import an_order, line

PRICE = 1000
_PROPOSED = """
SELECT f.id::text AS id, f.proposed FROM refunds f JOIN returns r ON r.id = f.return_id
WHERE r.number = $1
"""


@dataclass(kw_only=True)
class Story:
    """A history on its way; `refunds` are ids with what is to happen to them."""

    number: int
    script: HistoryScript
    reference: str
    refunds: dict[str, RefundScript]
    dispute: str | None = None
    lived: set[str] = field(default_factory=set)
    given_up: set[str] = field(default_factory=set)

    async def play(self, setting: Setting, draw: Random) -> None:
        """Let people click and the bank act, each in its own time, whatever breaks meanwhile."""
        async with asyncio.TaskGroup() as everybody:
            everybody.create_task(self._beside(setting))
            for refund, script in self.refunds.items():
                for click in range(script.clicks):
                    who = APPROVERS[(click + draw.randint(0, 1)) % 2]
                    everybody.create_task(_approve(setting, who, refund, script.approved_at))

    async def live_on(self, setting: Setting) -> None:
        """Let the bank change its mind about what had arrived, once for each refund."""
        for refund in await self.at_the_bank(setting):
            ours = refund["metadata"].get("refund_id", "")
            life = self.refunds[ours].life if ours in self.refunds else "as it comes"
            if ours in self.lived or refund["status"] != "succeeded" or life == "as it comes":
                continue
            self.lived.add(ours)
            move = "fail" if life == "fails late" else "requires-action"
            await setting.control(f"refunds/{move}", refund=refund["id"])

    async def come_to_rest(self, setting: Setting) -> None:
        """Let everything arrive that is on its way at the bank, and end the dispute."""
        for refund in await self.at_the_bank(setting):
            if refund["status"] in {"pending", "requires_action"}:
                await setting.control("refunds/succeed", refund=refund["id"])
        if self.dispute is not None:
            ends = {"dispute won": "won", "dispute lost": "lost", "inquiry": "warning_closed"}
            status = ends[self.script.beside]
            await setting.control("disputes/update", dispute=self.dispute, status=status)
            self.dispute = None

    async def at_the_bank(self, setting: Setting) -> list[dict[str, Any]]:
        """Return the refunds that the provider has of this payment."""
        answer = await setting.bank.get("/_test/ledger", params={"payment_intent": self.reference})
        refunds: list[dict[str, Any]] = answer.json()["items"][0]["refunds"]
        return refunds

    async def _beside(self, setting: Setting) -> None:
        await asyncio.sleep(self.script.beside_at)
        about = {"payment_intent": self.reference, "amount": PRICE}
        match self.script.beside:
            case "dashboard":
                # Not where the customer's bank took it all back before.
                await setting.control("refunds/dashboard", **about)
            case "dispute won" | "dispute lost":
                self.dispute = (await setting.control("disputes", **about))["id"]
            case "inquiry":
                status = "warning_needs_response"
                self.dispute = (await setting.control("disputes", **about, status=status))["id"]


async def begin_story(setting: Setting, number: int, script: HistoryScript) -> Story:
    """Bring an order as far as its proposed refunds, one unit and one return for each."""
    now = setting.clock()
    units = len(script.refunds) + 1
    order = an_order(now, line(quantity=units, price=PRICE, tax=0), discount=0)
    [payment] = order.stripe_payments()
    await tell_payment(setting.bank, payment)
    # In one transaction: the workers see no label to print for what has come back already.
    async with transaction():
        await put_order(order, now)
        ids = [await _come_back(order.number, setting) for _ in script.refunds]
    story = Story(
        number=number,
        script=script,
        reference=payment["reference"],
        refunds=dict(zip(ids, script.refunds, strict=True)),
    )
    for refund, its in story.refunds.items():
        for mode, after, seconds in its.faults:
            match = {"metadata.refund_id": refund}
            fault = {"mode": mode, "after": after, "seconds": seconds, "match": match}
            await setting.control("faults", on="refunds.create", **fault)
    return story


async def _come_back(order_number: str, setting: Setting) -> str:
    policy, now = load_policy(None), setting.clock()
    wish = RequestLineDocument(line_id="L1", quantity=1, reason=Reason.CHANGED_MIND)
    document = RequestDocument(order_number=order_number, lines=[wish])
    opened = await request_return(document, actor=SYSTEM, policy=policy, now=now)
    assert isinstance(opened, Opened)
    number = opened.number
    unit = ReceivedUnits(line_id="L1", quantity=1)
    await receive_parcel(number, lines=[unit], parcel_reference=None, actor=SYSTEM, now=now)
    found = InspectedUnits(
        line_id="L1",
        quantity=1,
        checks={},
        grade="A",
        found_cause=None,
        verdict="accepted",
        disposition="restock",
        note=None,
        photo_ids=[],
    )
    await inspect_lines(number, lines=[found], policy=policy, actor=SYSTEM, now=now)
    row = await the_engine().fetch_row(_PROPOSED, number)
    assert row is not None
    assert row["proposed"] == PRICE
    return str(row["id"])


async def _approve(setting: Setting, who: str, refund: str, at: float) -> None:
    """Click, and click again while it is not said that it is done: by us or by somebody else."""
    await asyncio.sleep(at)
    while True:
        try:
            answer = await setting.decide(who, refund, "approve", amount=PRICE)
        except httpx.TransportError:
            await asyncio.sleep(0.2)
            continue
        if answer.is_success or answer.status_code == httpx.codes.CONFLICT:
            return
        assert answer.is_server_error, f"{answer.status_code} {answer.text}"
        await asyncio.sleep(0.2)
