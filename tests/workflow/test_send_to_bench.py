"""Finance sends a proposal back to the bench: its units are inspected again, and paid only then."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.tables.compensations import Compensation
from returns_engine.tables.messages import Message
from returns_engine.workflow.hold_refund import hold_refund
from returns_engine.workflow.refusals import Conflict, StaleVersion
from returns_engine.workflow.send_to_bench import send_to_bench
from returns_engine.workflow.undo_inspection import undo_inspection
from tests.workflow.orders import NOW, a_line, a_payment, an_order, asked
from tests.workflow.pictures import a_photo
from tests.workflow.shop import (
    BENCH,
    FINANCE,
    SUPPORT,
    approve,
    come_back,
    good,
    inspect,
    let_through,
    opened,
    put_order,
    refunds_of,
    rows,
    the_return,
    value,
)

pytestmark = pytest.mark.usefixtures("database")

WHY = "The photo shows another car seat."


@pytest.fixture
async def photo(database: str, tmp_path: Path) -> str:  # noqa: ARG001 - the engine
    return str(await a_photo(DirectoryPhotoStore(tmp_path), order=None))


async def send(refund: dict[str, Any], **about: Any) -> None:
    given = {"reason": WHY, "actor": FINANCE, "now": NOW} | about
    await send_to_bench(refund["id"], **given)


async def counts(number: str) -> list[tuple[int, int, int, int]]:
    found = await rows(
        "SELECT received, accepted, proposed, refunded FROM return_lines l"
        " JOIN returns r ON r.id = l.return_id WHERE r.number = $1 ORDER BY l.position",
        number,
    )
    return [tuple(row) for row in found]


async def superseded() -> list[int]:
    found = await rows("SELECT superseded FROM inspection_lines ORDER BY id")
    return [row["superseded"] for row in found]


async def one_back() -> tuple[str, dict[str, Any]]:
    await put_order()
    number = await opened()
    return number, (await come_back(number, {"L1": 1}))[0]


class TestSendingAProposalBack:
    async def test_puts_its_units_before_the_bench_and_calls_the_money_off(self):
        number, refund = await one_back()

        await send(refund)

        assert (await the_return(number))["state"] == "received"
        assert await counts(number) == [(1, 0, 0, 0)]
        assert await superseded() == [1]
        assert [one["state"] for one in await refunds_of(number)] == ["canceled"]
        with pytest.raises(TransitionNotAllowed):
            await approve(refund["id"], refund["proposed"])
        assert await value("SELECT count(*) FROM refund_attempts") == 0

    async def test_leads_to_a_new_proposal_by_the_same_inspector(self):
        number, refund = await one_back()
        await send(refund)

        await inspect(number, good())

        first, again = sorted(await refunds_of(number), key=lambda one: one["state"])
        assert (first["state"], again["state"]) == ("canceled", "proposed")
        assert again["proposed"] == refund["proposed"]
        await approve(again["id"], again["proposed"])
        assert await counts(number) == [(1, 1, 1, 0)]

    async def test_is_written_down_with_its_reason_for_staff_alone(self):
        number, refund = await one_back()
        mails = await Message.count()
        await send(refund)

        kept = await rows(
            "SELECT e.type, t.value FROM events e LEFT JOIN event_texts t ON t.event = e.id"
            " WHERE e.chain = $1 AND e.actor_id = $2 ORDER BY e.id",
            number,
            FINANCE.id,
        )
        said = [(row["type"], row["value"]) for row in kept if row["type"].startswith(("r", "l"))]
        assert ("refund.back_to_bench", WHY) in said
        assert ("lines.reopened", None) in said
        assert ("refund.canceled", None) in said
        # The customer reads the state; a mail comes with the next verdict.
        assert await Message.count() == mails

    async def test_happens_once(self):
        number, refund = await one_back()
        await send(refund)
        before = await value("SELECT event_count FROM returns")

        with pytest.raises(TransitionNotAllowed):
            await send(refund)

        assert await value("SELECT event_count FROM returns") == before
        assert await counts(number) == [(1, 0, 0, 0)]

    async def test_is_over_once_it_was_approved(self):
        number, refund = await one_back()
        await approve(refund["id"], refund["proposed"])

        with pytest.raises(TransitionNotAllowed):
            await send(refund)
        assert await counts(number) == [(1, 1, 1, 0)]

    async def test_and_approving_at_the_same_moment_happens_but_one(self):
        number, refund = await one_back()

        done = await asyncio.gather(
            send(refund), approve(refund["id"], refund["proposed"]), return_exceptions=True
        )

        assert [type(one) for one in done].count(TransitionNotAllowed) == 1
        (row,) = await refunds_of(number)
        (line,) = await counts(number)
        assert (row["state"], line) in {("canceled", (1, 0, 0, 0)), ("approved", (1, 1, 1, 0))}

    async def test_is_refused_to_who_saw_an_older_version(self):
        _, refund = await one_back()
        await hold_refund(refund["id"], reason="Wait.", actor=SUPPORT, now=NOW)

        with pytest.raises(StaleVersion):
            await send(refund, expected_version=refund["version"])
        # On hold it can be sent back all the same: nothing is paid.
        await send(refund, expected_version=refund["version"] + 1)

    async def test_keeps_the_inspector_from_taking_the_verdict_back_again(self):
        number, refund = await one_back()
        await send(refund)

        with pytest.raises(Conflict) as refused:
            await undo_inspection(number, actor=BENCH, now=NOW)
        assert refused.value.code == "acted_on"

    async def test_touches_no_other_refund_of_the_return(self):
        line = a_line(quantity=2)
        await put_order(document=an_order(line, discount=0, payments=[a_payment(captured=50_000)]))
        number = await opened(asked(quantity=2))
        (first,) = await come_back(number, {"L1": 1})
        await approve(first["id"], first["proposed"])
        second = next(one for one in await come_back(number, {"L1": 1}) if one["id"] != first["id"])

        await send(second)

        states = {one["id"]: one["state"] for one in await refunds_of(number)}
        assert states == {first["id"]: "approved", second["id"]: "canceled"}
        assert await counts(number) == [(2, 1, 1, 0)]
        assert await superseded() == [0, 1]

    async def test_of_several_payments_is_sent_back_whole(self):
        pays = [a_payment(captured=10_000), a_payment(payment_id="P2", captured=11_600)]
        line = a_line(unit_price=20_000, quantity=1, tax=1_600)
        await put_order(document=an_order(line, discount=0, payments=pays))
        number = await opened()
        first, second = await come_back(number, {"L1": 1})

        await send(second)

        assert {one["state"] for one in await refunds_of(number)} == {"canceled"}
        assert await counts(number) == [(1, 0, 0, 0)]
        with pytest.raises(TransitionNotAllowed):
            await approve(first["id"], first["proposed"])

    async def test_of_several_payments_is_over_once_one_was_approved(self):
        pays = [a_payment(captured=10_000), a_payment(payment_id="P2", captured=11_600)]
        line = a_line(unit_price=20_000, quantity=1, tax=1_600)
        await put_order(document=an_order(line, discount=0, payments=pays))
        number = await opened()
        first, second = await come_back(number, {"L1": 1})
        await approve(first["id"], first["proposed"])

        with pytest.raises(Conflict) as refused:
            await send(second)
        assert refused.value.code == "acted_on"
        assert await counts(number) == [(1, 1, 1, 0)]

    async def test_needs_a_verdict_to_look_at(self):
        await put_order(document=an_order(shipments=[]))
        number = await opened(kind="cancellation")
        (refund,) = await refunds_of(number)

        with pytest.raises(Conflict) as refused:
            await send(refund)
        assert refused.value.code == "no_verdict"

    async def test_ends_what_was_on_top_where_nothing_is_accepted_any_more(self, photo: str):
        await put_order()
        number = await let_through(asked(reason="wrong_item"))
        (refund,) = await come_back(number, {"L1": 1})
        await send(refund)
        assert [one["state"] for one in await Compensation.select()] == ["approved"]

        worn = {"verdict": "rejected", "note": "Worn.", "disposition": "quarantine"}
        await inspect(number, good(photo_ids=[photo], **worn))

        assert [one["state"] for one in await Compensation.select()] == ["refused"]

    async def test_lets_the_same_person_reject_what_they_accepted(self, photo: str):
        number, refund = await one_back()
        await send(refund)

        worn = {"verdict": "rejected", "note": "Worn.", "disposition": "quarantine"}
        await inspect(number, good(photo_ids=[photo], **worn))

        assert (await the_return(number))["state"] == "inspected"
        assert [one["state"] for one in await refunds_of(number)] == ["canceled"]
