"""Two people for what is large, and a proposal that is held."""

from typing import Any

import pytest

from returns_engine.queries.refunds import read_refund
from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.words import ActorKind
from returns_engine.tables.refunds import Refund
from returns_engine.workflow.hold_refund import hold_refund, release_refund
from returns_engine.workflow.refusals import (
    AboveLimit,
    Conflict,
    SamePerson,
    StaleVersion,
    Unprocessable,
)
from returns_engine.workflow.refuse_refund import refuse_refund
from tests.workflow.orders import NOW, a_line, a_payment, an_order, asked
from tests.workflow.shop import (
    BENCH,
    FINANCE,
    approve,
    come_back,
    good,
    inspect,
    opened,
    put_order,
    receive,
    rows,
    the_return,
    value,
)

pytestmark = pytest.mark.usefixtures("database")

MANAGER = Actor(kind=ActorKind.STAFF, id="44", person=44)
DEAR = a_line(unit_price=120_000, quantity=1, tax=9_600)
WHOLE = 129_600


async def dear_refund(**about: Any) -> dict[str, Any]:
    """A proposal of 1,296.00, which is more than one person approves."""
    changes = {"discount": 0, "payments": [a_payment(captured=WHOLE)]} | about
    await put_order(document=an_order(DEAR, **changes))
    return (await come_back(await opened(), {"L1": 1}))[0]


async def as_it_stands(refund: dict[str, Any]) -> dict[str, Any]:
    found = await Refund.select().where(Refund.id == refund["id"]).first()
    assert found is not None
    return found


async def event_types(refund: dict[str, Any]) -> list[str]:
    found = await rows(
        "SELECT type FROM events WHERE data->>'refund_id' = $1 ORDER BY id", str(refund["id"])
    )
    return [row["type"] for row in found if not row["type"].startswith("promise.")]


class TestALargeRefund:
    async def test_stays_proposed_until_another_person_confirms(self):
        refund = await dear_refund()
        await approve(refund["id"], WHOLE)

        shown = await read_refund(refund["id"])
        assert shown is not None
        assert (shown["state"], shown["amount"]) == ("proposed", None)
        assert shown["needs_second_approval"]
        assert [(one["amount"], one["note"]) for one in shown["approvals"]] == [(WHOLE, None)]
        assert (
            await value(
                "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'execute_refund'"
            )
            == 0
        )

        await approve(refund["id"], WHOLE, actor=MANAGER)

        shown = await read_refund(refund["id"])
        assert shown is not None
        assert (shown["state"], shown["amount"]) == ("approved", WHOLE)
        assert not shown["needs_second_approval"]
        assert len(shown["approvals"]) == 2
        assert await event_types(refund) == [
            "refund.proposed",
            "refund.first_approved",
            "refund.approved",
        ]

    async def test_is_not_confirmed_by_the_same_person(self):
        refund = await dear_refund()
        await approve(refund["id"], WHOLE)

        with pytest.raises(SamePerson):
            await approve(refund["id"], WHOLE)
        by_key = Actor(kind=ActorKind.API_KEY, id="9", person=FINANCE.person)
        with pytest.raises(SamePerson):
            await approve(refund["id"], WHOLE, actor=by_key)
        assert (await as_it_stands(refund))["state"] == "proposed"

    async def test_is_not_confirmed_by_who_inspected(self):
        refund = await dear_refund()
        with pytest.raises(SamePerson):
            await approve(refund["id"], WHOLE, actor=BENCH)
        await approve(refund["id"], WHOLE)
        with pytest.raises(SamePerson):
            await approve(refund["id"], WHOLE, actor=BENCH)

    async def test_at_another_amount_asks_for_another_person_again(self):
        refund = await dear_refund()
        await approve(refund["id"], WHOLE)
        await approve(
            refund["id"], 120_000, note="A scratch.", clause="return.condition", actor=MANAGER
        )

        row = await as_it_stands(refund)
        assert (row["state"], row["first_by"], row["first_amount"]) == ("proposed", 44, 120_000)
        with pytest.raises(SamePerson):
            await approve(refund["id"], 120_000, actor=MANAGER)

        # Who confirms need not write it again.
        await approve(refund["id"], 120_000)
        row = await as_it_stands(refund)
        assert (row["state"], row["decided_by"]) == ("approved", 22)
        assert (row["note"], row["clause"]) == ("A scratch.", "return.condition")

    async def test_stays_one_for_two_though_it_is_lowered_below_the_line(self):
        refund = await dear_refund()
        await approve(refund["id"], WHOLE)
        await approve(refund["id"], 100, note="A scratch.", clause="return.condition")

        row = await as_it_stands(refund)
        assert (row["state"], row["first_amount"]) == ("proposed", 100)

    async def test_that_is_lowered_below_the_line_at_once_takes_one(self):
        refund = await dear_refund()
        await approve(refund["id"], 100_000, note="A scratch.", clause="return.condition")

        assert (await as_it_stands(refund))["state"] == "approved"

    async def test_is_refused_by_one(self):
        refund = await dear_refund()
        await approve(refund["id"], WHOLE)
        await refuse_refund(refund["id"], reason="Used.", actor=FINANCE, now=NOW)

        assert (await as_it_stands(refund))["state"] == "refused"

    async def test_counts_as_one_over_all_its_payments(self):
        parts = [a_payment("P1", captured=65_000), a_payment("P2", captured=64_600)]
        first = await dear_refund(payments=parts)
        await approve(first["id"], 65_000)

        assert (await as_it_stands(first))["state"] == "proposed"

    async def test_forgets_a_first_approval_by_who_inspected_since(self):
        line = a_line(unit_price=120_000, quantity=2, tax=19_200)
        payment = a_payment(captured=2 * WHOLE)
        await put_order(document=an_order(line, discount=0, payments=[payment]))
        number = await opened(asked(quantity=2))
        refund = (await come_back(number, {"L1": 1}))[0]
        await approve(refund["id"], WHOLE)
        await receive(number, {"L1": 1})
        await inspect(number, good(), actor=FINANCE)

        await approve(refund["id"], WHOLE, actor=MANAGER)

        row = await as_it_stands(refund)
        assert (row["state"], row["first_by"]) == ("proposed", 44)

    async def test_takes_the_reference_of_a_payment_made_elsewhere_at_its_end(self):
        elsewhere = a_payment(captured=WHOLE, provider="external", reference="amazon-1")
        refund = await dear_refund(payments=[elsewhere])
        with pytest.raises(Unprocessable) as refused:
            await approve(refund["id"], WHOLE, external_reference="A-1")
        assert refused.value.code == "second_approval_first"
        assert not (await as_it_stands(refund))["needs_second"]

        await approve(refund["id"], WHOLE)
        await approve(refund["id"], WHOLE, actor=MANAGER, external_reference="A-1")
        assert (await as_it_stands(refund))["state"] == "succeeded"

    async def test_knows_which_version_was_confirmed(self):
        refund = await dear_refund()
        await approve(refund["id"], WHOLE, expected_version=1)

        with pytest.raises(StaleVersion):
            await approve(refund["id"], WHOLE, actor=MANAGER, expected_version=1)


class TestALimit:
    async def test_of_a_role_is_named_with_who_may_do_more(self):
        line = a_line(unit_price=300_000, quantity=1, tax=0)
        payment = a_payment(captured=300_000)
        await put_order(document=an_order(line, discount=0, payments=[payment]))
        refund = (await come_back(await opened(), {"L1": 1}))[0]

        with pytest.raises(AboveLimit) as refused:
            await approve(refund["id"], 300_000)

        assert refused.value.code == "above_your_limit"
        assert "2500.00 USD" in refused.value.detail
        assert "manager" in refused.value.detail
        # What is lowered to the limit is theirs to approve, as the first of two.
        await approve(refund["id"], 250_000, note="Worn.", clause="return.condition")
        assert (await as_it_stands(refund))["first_amount"] == 250_000

    async def test_that_held_is_written_with_each_approval(self):
        await rows("INSERT INTO piccolo_user (id, username, password) VALUES (44, 'manager', '-')")
        await rows("INSERT INTO staff_roles (staff, role) VALUES (44, 'manager')")
        refund = await dear_refund()
        await approve(refund["id"], WHOLE)
        row = await as_it_stands(refund)
        assert (row["first_limit"], row["approval_limit"]) == (250_000, None)
        await approve(refund["id"], WHOLE, actor=MANAGER)

        row = await as_it_stands(refund)
        assert (row["first_limit"], row["approval_limit"]) == (250_000, 1_000_000)

    async def test_that_nobody_wrote_makes_another_approval_the_first(self):
        refund = await dear_refund()
        await approve(refund["id"], WHOLE)
        # As it stands where the first was given before limits were written.
        await rows("ALTER TABLE refunds DISABLE TRIGGER refunds_within_limit")
        await rows("UPDATE refunds SET first_limit = NULL")
        await rows("ALTER TABLE refunds ENABLE TRIGGER refunds_within_limit")

        await approve(refund["id"], WHOLE, actor=MANAGER)
        row = await as_it_stands(refund)
        assert (row["state"], row["first_by"], row["first_limit"]) == ("proposed", 44, 250_000)
        await approve(refund["id"], WHOLE)
        assert (await as_it_stands(refund))["state"] == "approved"


class TestAHold:
    async def test_keeps_a_proposal_from_being_approved_until_it_is_released(self):
        refund = await dear_refund()
        await approve(refund["id"], WHOLE)
        await hold_refund(refund["id"], reason="Fraud desk asks.", actor=FINANCE, now=NOW)

        with pytest.raises(Conflict) as refused:
            await approve(refund["id"], WHOLE, actor=MANAGER)
        assert refused.value.code == "on_hold"
        shown = await read_refund(refund["id"])
        assert shown is not None
        assert shown["hold"]["reason"] == "Fraud desk asks."

        await release_refund(refund["id"], actor=MANAGER, now=NOW)
        await approve(refund["id"], WHOLE, actor=MANAGER)
        assert (await as_it_stands(refund))["state"] == "approved"
        held = [
            one for one in await event_types(refund) if one in {"refund.held", "refund.released"}
        ]
        assert held == ["refund.held", "refund.released"]

    async def test_is_put_once_and_released_once(self):
        refund = await dear_refund()
        with pytest.raises(Conflict, match="not on hold"):
            await release_refund(refund["id"], actor=MANAGER, now=NOW)
        await hold_refund(refund["id"], reason="Wait.", actor=FINANCE, now=NOW)
        with pytest.raises(Conflict, match="on hold"):
            await hold_refund(refund["id"], reason="Wait.", actor=FINANCE, now=NOW)

    async def test_is_for_proposals_alone(self):
        refund = await dear_refund()
        await refuse_refund(refund["id"], reason="Used.", actor=FINANCE, now=NOW)

        with pytest.raises(TransitionNotAllowed):
            await hold_refund(refund["id"], reason="Wait.", actor=FINANCE, now=NOW)

    async def test_does_not_keep_from_refusing(self):
        refund = await dear_refund()
        await hold_refund(refund["id"], reason="Wait.", actor=FINANCE, now=NOW)
        await refuse_refund(refund["id"], reason="Used.", actor=MANAGER, now=NOW)

        shown = await read_refund(refund["id"])
        assert shown is not None
        assert (shown["state"], shown["hold"]) == ("refused", None)

    async def test_leaves_the_hold_of_a_cancellation_alone(self):
        refund = await dear_refund()
        number = await value("SELECT r.number FROM returns r JOIN refunds f ON f.return_id = r.id")
        await hold_refund(refund["id"], reason="Wait.", actor=FINANCE, now=NOW)

        assert not (await the_return(number))["on_hold"]
