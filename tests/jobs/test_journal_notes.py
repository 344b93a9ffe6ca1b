"""The journal names the credit note of money that went, and the one that takes it back."""

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from returns_engine.queries.journal import journal_csv
from tests.floor import Floor
from tests.jobs.provider import control, hint, later, retry, run, send

pytestmark = pytest.mark.usefixtures("warehouse")

MONEY = {"provider_balance", "paid_elsewhere"}
NEW_YORK = ZoneInfo("America/New_York")


class TestTheCreditNoteOfALine:
    async def test_is_that_of_the_money_it_moved(self, floor: Floor):
        await floor.approved()
        paid = await send(floor)
        await run(floor, "issue_credit_note")
        await later(floor, days=2)
        failed = {"refund": paid["provider_refund_id"], "failure_reason": "lost_or_stolen_card"}
        await control(floor, "refunds/fail", **failed)
        await hint("refund.failed", paid["provider_refund_id"])
        await send(floor)
        await run(floor, "issue_credit_note")
        await later(floor, days=2)
        await retry(floor)
        await send(floor)
        await run(floor, "issue_credit_note")

        year = datetime.now(UTC).astimezone(NEW_YORK).year
        notes = [f"CN-{year}-00000{place}" for place in (1, 2, 3)]
        # A year may end between two of them.
        assert [number[8:] for number in await noted(money=True)] == [one[8:] for one in notes]
        # What was approved moved no money yet.
        assert await noted(money=False, kind="refund.approved") == [""]

    async def test_is_empty_until_it_is_issued(self, floor: Floor):
        await floor.approved()
        await send(floor)

        assert await noted(money=True) == [""]

    async def test_is_not_given_to_money_that_came_back_before_it_was_issued(self, floor: Floor):
        await floor.approved()
        paid = await send(floor)
        failed = {"refund": paid["provider_refund_id"], "failure_reason": "lost_or_stolen_card"}
        await control(floor, "refunds/fail", **failed)
        await hint("refund.failed", paid["provider_refund_id"])
        await send(floor)
        await run(floor, "issue_credit_note")
        await later(floor, days=2)
        await retry(floor)
        await send(floor)
        await run(floor, "issue_credit_note")

        first, reversed_, second = await noted(money=True)
        assert (first, reversed_) == ("", "")
        assert second.endswith("-000001")


async def noted(*, money: bool, kind: str | None = None) -> list[str]:
    """The credit notes of the movements, one each, in their order."""
    beginning, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
    text = "".join([one async for one in journal_csv(beginning, end, zone=NEW_YORK)])
    found: dict[str, set[str]] = {}
    for line in csv.DictReader(io.StringIO(text)):
        if kind in {None, line["kind"]} and (not money or line["account"] in MONEY):
            found.setdefault(line["movement"], set()).add(line["credit_note"])
    assert all(len(notes) == 1 for notes in found.values())
    return [note for notes in found.values() for note in notes]
