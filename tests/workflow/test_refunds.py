"""What is proposed and decided: the money of partial returns, several payments, and who may."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.words import ActorKind
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.refund_file import load_refund
from returns_engine.workflow.refusals import (
    Conflict,
    NotFound,
    SamePerson,
    StaleVersion,
    Unprocessable,
)
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.retry_refund import retry_refund
from tests.workflow.orders import NOW, a_line, a_payment, an_order, asked
from tests.workflow.shop import (
    BENCH,
    FINANCE,
    approve,
    come_back,
    good,
    inspect,
    let_through,
    opened,
    put_order,
    receive,
    record,
    refunds_of,
    rows,
    the_return,
    value,
)

CLAUSE = "refund.original_payment"


def one_line(**changes: Any) -> dict[str, Any]:
    return a_line(**({"quantity": 3, "unit_price": 1000, "tax": 0} | changes))


def paid(captured: int, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An order with one payment that captured this much."""
    values = {"discount": 0, "payments": [a_payment(captured=captured)]} | changes
    return an_order(*lines, **values)


FAULT = {"reason": "wrong_item"}
WANTS = {"reason": "changed_mind"}

# An order, the returns of it one after the other, and what goes back for each of them.
SEQUENCES = {
    "three units of ten": (
        paid(3000, one_line()),
        [({"L1": 1}, WANTS)] * 3,
        [1000, 1000, 1000],
    ),
    "a discount that does not divide": (
        paid(2000, one_line(), discount=1000),
        [({"L1": 1}, WANTS)] * 3,
        [666, 667, 667],
    ),
    "a discount over three lines": (
        paid(2000, *[one_line(line_id=f"L{n}", quantity=1) for n in (1, 2, 3)], discount=1000),
        [({"L3": 1}, WANTS), ({"L1": 1}, WANTS), ({"L2": 1}, WANTS)],
        [667, 666, 667],
    ),
    "two units, then one": (
        paid(2000, one_line(), discount=1000),
        [({"L1": 2}, WANTS), ({"L1": 1}, WANTS)],
        [1333, 667],
    ),
    "tax beside the price": (
        paid(3250, one_line(tax=250)),
        [({"L1": 1}, WANTS)] * 3,
        [1083, 1083, 1084],
    ),
    "tax inside the price": (
        paid(3000, one_line(tax=479, tax_included=True)),
        [({"L1": 1}, WANTS)] * 3,
        [1000, 1000, 1000],
    ),
    "yen": (
        paid(2000, one_line(unit_price=667), discount=1, currency="JPY"),
        [({"L1": 1}, WANTS)] * 3,
        [666, 667, 667],
    ),
    "dinars in steps of ten": (
        paid(10000, one_line(unit_price=3670), discount=1010, currency="KWD"),
        [({"L1": 1}, WANTS)] * 3,
        [3330, 3330, 3340],
    ),
    "shipping that is not given back": (
        paid(3500, one_line(), shipping=500),
        [({"L1": 3}, WANTS)],
        [3000],
    ),
    "shipping that goes back for our fault": (
        paid(3500, one_line(), shipping=460, shipping_tax=40),
        [({"L1": 1}, FAULT)] * 3,
        [1166, 1167, 1167],
    ),
    "shipping for our fault alone": (
        paid(3500, one_line(), shipping=500),
        [({"L1": 1}, FAULT), ({"L1": 2}, WANTS)],
        [1166, 2000],
    ),
    "a gift beside goods": (
        paid(1000, one_line(quantity=1), one_line(line_id="L2", quantity=1, unit_price=0)),
        [({"L2": 1, "L1": 1}, WANTS)],
        [1000],
    ),
    "rounding that stays with the merchant": (
        paid(3005, one_line()),
        [({"L1": 3}, WANTS)],
        [3000],
    ),
    "less captured than sold": (
        paid(2500, one_line()),
        [({"L1": 2}, WANTS), ({"L1": 1}, WANTS)],
        [2000, 500],
    ),
}


@pytest.mark.usefixtures("database")
class TestPartialReturns:
    @pytest.mark.parametrize("name", SEQUENCES)
    async def test_refund_exactly_what_was_captured_for_goods(self, name: str):
        document, returns, expected = SEQUENCES[name]
        await put_order(document=document)
        for units, why in returns:
            number = await _return(units, why)
            for refund in await come_back(number, units):
                parts = refund["items"] + refund["tax"] + refund["shipping"] - refund["fees"]
                assert parts == refund["proposed"]
                await approve(refund["id"], refund["proposed"])

        amounts = await rows("SELECT amount FROM refunds ORDER BY proposed_at, return_id")
        assert [row["amount"] for row in amounts] == expected
        assert sum(expected) <= await value("SELECT captured FROM payments")

    async def test_are_worth_the_same_proposed_first_and_approved_later(self):
        await put_order(document=paid(2000, one_line(), discount=1000))
        numbers = [await _return({"L1": 1}, WANTS) for _ in range(3)]
        for number in reversed(numbers):
            await come_back(number, {"L1": 1})

        assert await value("SELECT sum(proposed)::int FROM refunds") == 2000


async def _return(units: dict[str, int], why: dict[str, str]) -> str:
    """Open a return; a fault without photos waits for a person, who lets it through."""
    return await let_through(*[asked(name, count, **why) for name, count in units.items()])


async def a_proposal(document: dict[str, Any] | None = None, units: int = 1) -> dict[str, Any]:
    """A refund that waits for finance."""
    await put_order(document=document)
    number = await opened(asked(quantity=units))
    return (await come_back(number, {"L1": units}))[0]


async def the_refund(refund_id: UUID) -> dict[str, Any]:
    return dict((await rows("SELECT * FROM refunds WHERE id = $1", refund_id))[0])


@pytest.mark.usefixtures("database")
class TestSeveralPayments:
    two = (a_payment("P1", captured=1200), a_payment("P2", captured=1800, provider="external"))

    async def test_are_used_in_the_orders_own_order(self):
        await put_order(document=an_order(one_line(), discount=0, payments=list(self.two)))
        for units, expected in ((1, [1000]), (2, [200, 1800])):
            refunds = await come_back(await opened(asked(quantity=units)), {"L1": units})
            assert [refund["proposed"] for refund in refunds] == expected
            assert len({refund["proposal"] for refund in refunds}) == 1

    async def test_leave_the_return_open_until_all_are_paid(self):
        await put_order(document=an_order(one_line(), discount=0, payments=list(self.two)))
        number = await opened(asked(quantity=3))
        first, second = await come_back(number, {"L1": 3})
        await approve(second["id"], 1800)
        await record(second["id"], "PP-1")
        assert (await the_return(number))["state"] == "settling"
        assert await value("SELECT refunded FROM return_lines") == 0

        await refuse_refund(first["id"], reason="Paid in cash.", actor=FINANCE, now=NOW)
        assert (await the_return(number))["state"] == "closed"
        assert await value("SELECT refunded FROM return_lines") == 3


@pytest.mark.usefixtures("database")
class TestAnExternalPayment:
    external = paid(3000, one_line(), payments=[a_payment(captured=3000, provider="external")])

    async def test_waits_for_its_reference_and_is_never_called(self):
        refund = await a_proposal(self.external)
        await approve(refund["id"], 1000)
        assert (await the_refund(refund["id"]))["state"] == "approved"

        await record(refund["id"], "PP-77")
        held = await the_refund(refund["id"])
        assert (held["state"], held["external_reference"]) == ("succeeded", "PP-77")
        jobs = await rows("SELECT task_name FROM procrastinate_jobs")
        assert "execute_refund" not in {job["task_name"] for job in jobs}

    async def test_can_bring_its_reference_with_the_approval(self):
        refund = await a_proposal(self.external)
        await approve(refund["id"], 1000, external_reference="PP-78")

        assert (await the_refund(refund["id"]))["state"] == "succeeded"
        assert await value("SELECT state FROM returns") == "closed"
        assert await value("SELECT count(*) FROM promises WHERE kept_at IS NULL") == 0

    async def test_is_recorded_once_and_only_when_approved(self):
        refund = await a_proposal(self.external)
        with pytest.raises(TransitionNotAllowed):
            await record(refund["id"], "PP-1")
        await approve(refund["id"], 1000, external_reference="PP-1")
        with pytest.raises(TransitionNotAllowed):
            await record(refund["id"], "PP-2")

    async def test_is_what_a_provider_calls_never_is(self):
        refund = await a_proposal()
        with pytest.raises(Unprocessable, match="nothing to record"):
            await approve(refund["id"], refund["proposed"], external_reference="PP-1")
        assert (await the_refund(refund["id"]))["state"] == "proposed"
        await approve(refund["id"], refund["proposed"])
        with pytest.raises(Unprocessable, match="nothing to record"):
            await record(refund["id"], "PP-1")


@pytest.mark.usefixtures("database")
class TestAnApproval:
    async def test_orders_the_execution_under_the_lock_of_its_payment(self):
        refund = await a_proposal()
        await approve(refund["id"], refund["proposed"])

        job = (await rows("SELECT * FROM procrastinate_jobs WHERE task_name LIKE 'execute%'"))[0]
        assert job["lock"] == f"payment:{refund['payment']}"
        held = await the_refund(refund["id"])
        assert (held["state"], held["amount"]) == ("approved", refund["proposed"])
        assert (held["decided_by"], held["version"]) == (FINANCE.person, 2)

    @pytest.mark.parametrize(
        ("amount", "given", "code"),
        [
            (0, {}, "amount_too_small"),
            (-1, {}, "amount_too_small"),
            (13535, {}, "exceeds_refundable"),
            (10**20, {}, "exceeds_refundable"),
            (13533, {}, "clause_required"),
            (13533, {"note": "A scratch."}, "clause_required"),
            (13533, {"clause": CLAUSE}, "clause_required"),
            (13533, {"clause": CLAUSE, "note": " \n"}, "clause_required"),
            (13533, {"clause": "no.such", "note": "A scratch."}, "clause_required"),
            (13534, {"clause": "no.such"}, "clause_required"),
        ],
    )
    async def test_of_a_wrong_amount_is_refused_and_changes_nothing(self, amount, given, code):
        refund = await a_proposal()
        events = await value("SELECT count(*) FROM events")
        with pytest.raises(Unprocessable) as refused:
            await approve(refund["id"], amount, **given)

        assert refused.value.code == code
        assert (await the_refund(refund["id"]))["state"] == "proposed"
        assert await value("SELECT count(*) FROM events") == events

    async def test_of_less_needs_note_and_clause_and_counts_as_all(self):
        document = paid(3000, one_line(), payments=[a_payment(captured=3000, provider="external")])
        refund = await a_proposal(document, units=1)
        given = {"note": "A scratch.", "clause": CLAUSE, "external_reference": "PP-1"}
        await approve(refund["id"], 400, **given)

        assert await value("SELECT refunded FROM return_lines") == 1
        assert await value("SELECT state FROM returns") == "closed"
        rest = await come_back(await opened(asked(quantity=2)), {"L1": 2})
        assert [one["proposed"] for one in rest] == [2000]
        event = (await rows("SELECT data::text FROM events WHERE type = 'refund.approved'"))[0]
        assert CLAUSE in event["data"]
        assert "scratch" not in event["data"]

    async def test_comes_once(self):
        refund = await a_proposal()
        await approve(refund["id"], refund["proposed"])
        with pytest.raises(TransitionNotAllowed) as refused:
            await approve(refund["id"], refund["proposed"])

        assert refused.value.state == "approved"

    async def test_comes_once_however_many_give_it(self):
        refund = await a_proposal()
        tries = [approve(refund["id"], refund["proposed"]) for _ in range(20)]
        answers = await asyncio.gather(*tries, return_exceptions=True)

        assert answers.count(None) == 1
        assert sum(isinstance(one, TransitionNotAllowed) for one in answers) == 19
        jobs = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'execute_refund'"
        assert await value(jobs) == 1
        assert await value("SELECT count(*) FROM events WHERE type = 'refund.approved'") == 1

    async def test_of_another_version_than_meant_is_refused(self):
        refund = await a_proposal()
        with pytest.raises(StaleVersion):
            await approve(refund["id"], refund["proposed"], expected_version=2)

    async def test_of_nothing_known_finds_nothing(self):
        with pytest.raises(NotFound):
            await approve(uuid4(), 1)

    async def test_promises_when_the_money_goes(self):
        refund = await a_proposal()
        await approve(refund["id"], refund["proposed"])

        due = await value("SELECT due FROM promises WHERE what = 'refund_sent'")
        # Five business days after Monday, 30 March 2026, in New York.
        assert due.isoformat() == "2026-04-07T03:59:59+00:00"


@pytest.mark.usefixtures("database")
class TestWhoInspected:
    @pytest.mark.parametrize(
        "actor",
        [
            BENCH,
            Actor(kind=ActorKind.API_KEY, id="9", person=BENCH.person),
            Actor(kind=ActorKind.STAFF, id="11", person=11),
        ],
    )
    async def test_decides_nothing_by_whatever_door(self, actor: Actor):
        refund = await a_proposal()
        with pytest.raises(SamePerson):
            await approve(refund["id"], 0, actor=actor)
        with pytest.raises(SamePerson):
            await refuse_refund(refund["id"], reason="No.", actor=actor, now=NOW)

        assert (await the_refund(refund["id"]))["state"] == "proposed"

    async def test_a_later_parcel_decides_nothing_about_the_first(self):
        await put_order()
        number = await opened(asked(quantity=2))
        first = (await come_back(number, {"L1": 1}))[0]
        other = Actor(kind=ActorKind.STAFF, id="12", person=12)
        await receive(number, {"L1": 1})
        await inspect(number, good(), actor=other)

        with pytest.raises(SamePerson):
            await approve(first["id"], first["proposed"], actor=other)

    async def test_is_judged_after_what_is_not_there(self):
        with pytest.raises(NotFound):
            await approve(uuid4(), 0, actor=BENCH)


@pytest.mark.usefixtures("database")
class TestTheMaximum:
    async def test_falls_by_what_is_disputed(self):
        refund = await a_proposal()
        await _dispute(20000, lost=True)

        async with transaction():
            assert (await load_refund(refund["id"])).maximum == 27069 - 20000
        with pytest.raises(Unprocessable) as refused:
            await approve(refund["id"], refund["proposed"])
        assert refused.value.code == "exceeds_refundable"
        await approve(refund["id"], 7069, note="Disputed.", clause=CLAUSE)

    async def test_is_proposed_whole_while_a_dispute_holds_a_part(self):
        await put_order(document=paid(3000, one_line(quantity=3)))
        await _dispute(2500)
        refund = (await come_back(await opened(), {"L1": 1}))[0]

        assert refund["proposed"] == 1000
        async with transaction():
            assert (await load_refund(refund["id"])).maximum == 500
        await _dispute(0)
        await approve(refund["id"], 1000)

    async def test_is_approved_by_nobody_while_a_dispute_is_open_and_then_whole(self):
        await put_order(document=paid(3000, one_line(quantity=3)))
        await _dispute(2500)
        refund = (await come_back(await opened(), {"L1": 1}))[0]
        with pytest.raises(Conflict) as refused:
            await approve(refund["id"], 500, note="Disputed.", clause=CLAUSE)
        assert refused.value.code == "payment_disputed"
        await _dispute(0)
        await approve(refund["id"], 1000)

        assert (await the_refund(refund["id"]))["amount"] == 1000

    async def test_leaves_nothing_of_a_payment_that_is_disputed_whole(self):
        await put_order()
        await _dispute(27069)
        refund = (await come_back(await opened(), {"L1": 1}))[0]

        assert refund["proposed"] == 13534
        with pytest.raises(Unprocessable) as refused:
            await approve(refund["id"], 1, note="x", clause=CLAUSE)
        assert refused.value.code == "exceeds_refundable"

    async def test_is_not_lowered_by_what_is_only_proposed(self):
        await put_order(document=paid(1500, one_line(quantity=2)))
        first, second = [(await come_back(await opened(), {"L1": 1}))[0] for _ in range(2)]
        assert [first["proposed"], second["proposed"]] == [1000, 500]

        async with transaction():
            assert (await load_refund(first["id"])).maximum == 1000

    async def test_holds_however_many_returns_are_approved_at_once(self):
        # Six returns of one unit; then a dispute is lost, so that only some can be paid.
        await put_order(document=paid(6000, one_line(quantity=6)))
        refunds = [(await come_back(await opened(), {"L1": 1}))[0] for _ in range(6)]
        await _dispute(3500, lost=True)
        tries = [approve(refund["id"], 1000) for refund in refunds]
        answers = await asyncio.gather(*tries, return_exceptions=True)

        assert answers.count(None) == 2
        refused = {one.code for one in answers if isinstance(one, Unprocessable)}
        assert refused == {"exceeds_refundable"}
        assert await value("SELECT sum(amount)::int FROM refunds") == 2000


async def _dispute(amount: int, *, lost: bool = False) -> None:
    async with transaction():
        await connection().execute(
            "UPDATE payments SET disputed = $1, disputed_lost = $2", amount, amount if lost else 0
        )


@pytest.mark.usefixtures("database")
class TestARefusal:
    async def test_closes_the_return_and_says_why(self):
        refund = await a_proposal()
        await refuse_refund(refund["id"], reason="Paid in cash.", actor=FINANCE, now=NOW)

        assert (await the_refund(refund["id"]))["state"] == "refused"
        assert await value("SELECT state FROM returns") == "closed"
        assert await value("SELECT count(*) FROM messages WHERE template = 'refund_refused'") == 1
        assert await value("SELECT refunded FROM return_lines") == 0

    async def test_comes_once_and_not_after_an_approval(self):
        refund = await a_proposal()
        await approve(refund["id"], refund["proposed"])
        with pytest.raises(TransitionNotAllowed):
            await refuse_refund(refund["id"], reason="No.", actor=FINANCE, now=NOW)

    async def test_frees_the_money_for_other_returns(self):
        await put_order(document=paid(1500, one_line(quantity=2)))
        first = (await come_back(await opened(), {"L1": 1}))[0]
        await refuse_refund(first["id"], reason="No.", actor=FINANCE, now=NOW)
        second = (await come_back(await opened(), {"L1": 1}))[0]

        assert second["proposed"] == 1000


@pytest.mark.usefixtures("database")
class TestARetry:
    async def test_is_for_what_failed_alone(self):
        refund = await a_proposal()
        with pytest.raises(TransitionNotAllowed):
            await retry_refund(refund["id"], actor=FINANCE, now=NOW)


@pytest.mark.usefixtures("database")
class TestAProposalOfNothing:
    free = paid(0, one_line(unit_price=0))

    async def test_makes_no_refund_and_closes_the_return(self):
        await put_order(document=self.free)
        number = await opened(asked(quantity=2))

        assert await come_back(number, {"L1": 2}) == []
        assert (await the_return(number))["state"] == "closed"
        assert await value("SELECT refunded FROM return_lines") == 2


@pytest.mark.usefixtures("database")
class TestLaterParcels:
    async def test_make_further_proposals_and_one_missing_unit_holds_nothing(self):
        await put_order(document=paid(2000, one_line(), discount=1000))
        number = await opened(asked(quantity=3))
        await come_back(number, {"L1": 2})
        assert (await the_return(number))["state"] == "partially_received"
        refunds = await come_back(number, {"L1": 1})

        assert [refund["proposed"] for refund in refunds] == [1333, 667]
        assert (await the_return(number))["state"] == "settling"

    async def test_wait_for_every_verdict(self):
        await put_order()
        number = await opened(asked(quantity=2))
        await receive(number, {"L1": 2})
        await inspect(number, good())

        assert await refunds_of(number) == []
