"""What a refund's papers say as the bank changes its mind, with the real bank and worker."""

from typing import Any

import pytest

from returns_engine.jobs.catalog import JOBS
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.retry_refund import retry_refund
from tests.floor import Floor
from tests.workflow.shop import FINANCE

pytestmark = pytest.mark.usefixtures("warehouse")
THREE_DAYS = 3 * 24 * 3600


async def notes() -> list[tuple[str, int, str | None]]:
    found = await the_engine().fetch_rows(
        "SELECT n.number, n.amount, o.number AS reverses FROM credit_notes n"
        " LEFT JOIN credit_notes o ON o.id = n.reverses ORDER BY n.id"
    )
    return [(row["number"][8:], row["amount"], (row["reverses"] or "")[8:]) for row in found]


async def ask(floor: Floor) -> dict[str, Any]:
    """Ask the bank about the one refund, and do what follows from the answer."""
    refund = await floor.refund()
    await JOBS["ask_about"].run(floor.tools, refund_id=str(refund["id"]))
    await work(floor)
    return await floor.refund()


async def work(floor: Floor) -> None:
    """Do what waits, and what follows from it."""
    await floor.work()
    await floor.work()


async def mails(floor: Floor, subject: str) -> list[dict[str, Any]]:
    """Return the mails that came to the customer with these words in their subject."""
    box = (await floor.bank.get("/messages")).json()["items"]
    return [one for one in box if subject in one["subject"]]


async def bank(floor: Floor, path: str, **body: Any) -> None:
    (await floor.bank.post(f"/_test/{path}", json=body)).raise_for_status()


class TestACreditNote:
    async def test_stays_and_is_reversed_by_the_next_when_the_bank_fails_the_refund(
        self, floor: Floor
    ):
        refund_id = await floor.approved()
        await work(floor)
        refund = await floor.refund_is("succeeded")
        assert await notes() == [("000001", refund["amount"], "")]

        await bank(floor, "refunds/fail", refund=refund["provider_refund_id"])
        assert (await ask(floor))["state"] == "failed"
        assert await notes() == [
            ("000001", refund["amount"], ""),
            ("000002", -refund["amount"], "000001"),
        ]
        await ask(floor)
        await retry_refund(refund_id, actor=FINANCE, now=floor.tools.clock())
        await work(floor)

        assert (await floor.refund())["state"] == "succeeded"
        assert (await notes())[2:] == [("000003", refund["amount"], "")]
        assert sum(amount for _, amount, _ in await notes()) == refund["amount"]


class TestTheTraceNumber:
    async def test_is_kept_when_the_bank_has_it(self, floor: Floor):
        await floor.approved()
        await work(floor)
        assert (await ask(floor))["trace_number"] is None

        await bank(floor, "clock", offset_seconds=THREE_DAYS)
        refund = await ask(floor)
        assert len(refund["trace_number"]) == 23
        assert (refund["state"], refund["reversal"]) == ("succeeded", False)
        (seen,) = await floor.refunds_at_the_bank()
        assert seen["destination_details"]["card"]["reference"] == refund["trace_number"]
        assert await notes() == [("000001", refund["amount"], "")]

    async def test_is_told_to_the_customer_once_with_what_to_do(self, floor: Floor):
        await floor.approved()
        await work(floor)
        await bank(floor, "clock", offset_seconds=THREE_DAYS)
        refund = await ask(floor)
        await ask(floor)

        (mail,) = await mails(floor, "number by which your bank finds")
        assert f"Trace number (ARN): {refund['trace_number']}" in mail["text"]
        assert f"{refund['bank_by']:%B} {refund['bank_by'].day}" in mail["text"]
        assert "tell your bank or card company this number" in " ".join(mail["text"].split())

    async def test_is_told_with_the_money_where_the_bank_has_it_by_then(self, floor: Floor):
        await floor.approved()
        await floor.goes_wrong("pending")
        await work(floor)
        refund = await floor.refund_is("pending")
        await bank(floor, "refunds/succeed", refund=refund["provider_refund_id"])
        await bank(floor, "clock", offset_seconds=THREE_DAYS)
        refund = await ask(floor)
        await ask(floor)

        (mail,) = await mails(floor, "have sent your refund")
        assert f"Trace number (ARN): {refund['trace_number']}" in mail["text"]
        assert await mails(floor, "number by which your bank finds") == []

    async def test_is_not_waited_for_where_the_payment_was_undone(self, floor: Floor):
        await floor.approved()
        await work(floor)
        refund = await floor.refund()
        await bank(floor, "refunds/reversal", refund=refund["provider_refund_id"])
        await bank(floor, "clock", offset_seconds=THREE_DAYS)
        refund = await ask(floor)

        assert (refund["trace_number"], refund["reversal"]) == (None, True)


class TestTheTwoDates:
    async def test_are_kept_as_the_customer_was_told_them(self, floor: Floor):
        await floor.approved()
        await work(floor)
        refund = await floor.refund()

        days = (refund["bank_from"] - refund["sent_on"], refund["bank_by"] - refund["sent_on"])
        assert 5 <= days[0].days < days[1].days <= 20
        (mail,) = await mails(floor, "have sent your refund")
        assert f"{refund['bank_by']:%B} {refund['bank_by'].day}" in mail["text"]
