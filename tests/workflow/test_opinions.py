"""Second opinions: no large rejection is one person's, and nobody hears of it before the second."""

from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.queries.audit import verify_chains
from returns_engine.queries.return_view import read_return
from returns_engine.queries.timeline import read_events
from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.words import ActorKind, Disposition, InspectionVerdict
from returns_engine.tables.engine import transaction
from returns_engine.workflow.appeal_return import appeal_return
from returns_engine.workflow.give_opinion import SecondVerdict, decide_opinion, give_opinion
from returns_engine.workflow.inspected_units import InspectedUnits
from returns_engine.workflow.refusals import Conflict, SamePerson, StaleVersion, Unprocessable
from returns_engine.workflow.review_return import approve_return
from returns_engine.workflow.undo_inspection import undo_inspection
from tests.workflow.orders import NOW, a_line, a_payment, an_order, asked
from tests.workflow.pictures import a_photo
from tests.workflow.shop import (
    BENCH,
    DANA,
    POLICY,
    SUPPORT,
    approve,
    good,
    inspect,
    opened,
    put_order,
    receive,
    refunds_of,
    rows,
    the_return,
    value,
)

OTHER = Actor(kind=ActorKind.STAFF, id="44", person=44)
MANAGER = Actor(kind=ActorKind.STAFF, id="55", person=55)
CHECKS = {"as_received": True, "unused": True, "tags_attached": True, "original_packaging": True}
PRICE = 60_000
KEPT = "inspection_result"


@pytest.fixture
async def photo(database: str, tmp_path: Path) -> str:  # noqa: ARG001 - the engine
    return str(await a_photo(DirectoryPhotoStore(tmp_path), order=None))


def bad(photo: str, quantity: int = 1, **changes: Any) -> InspectedUnits:
    values = {
        "grade": "D",
        "verdict": "rejected",
        "disposition": "quarantine",
        "note": "There is dog hair on it.",
        "photo_ids": [photo],
    } | changes
    return good("L1", quantity, **values)


async def at_the_bench(quantity: int = 2, price: int = PRICE) -> str:
    """A return of dear covers that lies on the bench."""
    paid = 2 * price
    line = a_line(unit_price=price, tax=0)
    await put_order(document=an_order(line, discount=0, payments=[a_payment(captured=paid)]))
    number = await opened(asked(quantity=quantity))
    await receive(number, {"L1": quantity})
    return number


async def held(photo: str, quantity: int = 1) -> tuple[str, UUID]:
    """A return whose units were rejected by one person."""
    number = await at_the_bench(quantity)
    await inspect(number, bad(photo, quantity))
    return number, await value("SELECT id FROM opinions")


def second(verdict: str = "rejected", **changes: Any) -> SecondVerdict:
    values: dict[str, Any] = {"checks": CHECKS, "grade": "C", "found_cause": None, "note": "Seen."}
    return SecondVerdict(verdict=InspectionVerdict(verdict), **values | changes)


async def give(
    opinion: UUID, verdict: str = "rejected", *, actor: Actor = OTHER, **more: Any
) -> Any:
    return await give_opinion(opinion, second(verdict), policy=POLICY, actor=actor, now=NOW, **more)


async def decide(opinion: UUID, verdict: str, *, actor: Actor = MANAGER, **changes: Any) -> None:
    values: dict[str, Any] = {
        "disposition": None,
        "note": "That is a thread of the seat.",
    } | changes
    await decide_opinion(
        opinion,
        verdict=InspectionVerdict(verdict),
        policy=POLICY,
        actor=actor,
        now=NOW,
        **values,
    )


async def counts(number: str) -> dict[str, int]:
    case = await read_return(number)
    assert case is not None
    line = case["lines"][0]
    return {name: line[name] for name in ("received", "accepted", "rejected") if line[name]}


async def letters(number: str) -> list[str]:
    found = await rows(
        "SELECT m.template FROM messages m JOIN returns r ON r.id = m.return_id"
        " WHERE r.number = $1",
        number,
    )
    return [row["template"] for row in found]


class TestARejectionAboveTheValue:
    async def test_waits_and_no_customer_hears_of_it(self, photo: str):
        number, _ = await held(photo)

        case = await read_return(number)
        assert case is not None
        assert case["state"] == "received"
        assert case["next_step"]["says"] == "Your parcel has arrived; we are inspecting it."
        assert await counts(number) == {"received": 1}
        assert KEPT not in await letters(number)
        assert "rejected" not in str(case["lines"][0]["rejected"])
        heard = await read_events(number)
        assert "opinion.asked" in [event["type"] for event in heard]
        assert "lines.inspected" not in [event["type"] for event in heard]
        assert await value("SELECT count(*) FROM inspections") == 0

    async def test_counts_all_that_one_sitting_rejects(self, photo: str):
        number = await at_the_bench(2, price=30_000)
        await inspect(number, bad(photo, 1), bad(photo, 1, note="And a tear."))

        assert await counts(number) == {"received": 2}
        assert await value("SELECT array_agg(worth ORDER BY worth) FROM opinions") == [60_000] * 2

    async def test_of_just_the_value_stands_at_once(self, photo: str):
        number = await at_the_bench(1, price=50_000)
        await inspect(number, bad(photo))

        assert await counts(number) == {"received": 1, "rejected": 1}
        assert KEPT in await letters(number)

    async def test_lets_the_others_stand_and_holds_their_money(self, photo: str):
        number = await at_the_bench(2)
        await inspect(number, good("L1", 1), bad(photo))

        assert await counts(number) == {"received": 2, "accepted": 1}
        assert await refunds_of(number) == []
        told = await value("SELECT context FROM messages WHERE template = $1", KEPT)
        assert "rejected" not in told

    async def test_leaves_the_bench_nothing_to_judge(self, photo: str):
        number, _ = await held(photo)

        with pytest.raises(TransitionNotAllowed):
            await inspect(number, good("L1", 1), actor=OTHER)

    async def test_keeps_its_photos_from_being_purged_and_from_the_customer(self, photo: str):
        _, _ = await held(photo)

        assert await value("SELECT photo_ids FROM opinions") == f'["{photo}"]'


class TestARejectionThatWaits:
    async def test_is_taken_back_by_who_rejected_and_judged_anew(self, photo: str):
        number, opinion = await held(photo)
        written = await letters(number)
        assert not await undo_inspection(number, actor=BENCH, now=NOW)

        assert await value("SELECT state FROM opinions") == "withdrawn"
        assert await value("SELECT in_opinion FROM return_lines") == 0
        assert await letters(number) == written
        with pytest.raises(TransitionNotAllowed):
            await give(opinion)
        await inspect(number, good("L1", 1))
        assert (await the_return(number))["state"] == "settling"

    async def test_goes_with_what_its_sitting_accepted(self, photo: str):
        number = await at_the_bench()
        await inspect(number, good("L1", 1), bad(photo))
        assert await undo_inspection(number, actor=BENCH, now=NOW)

        assert await value("SELECT in_opinion + accepted + rejected FROM return_lines") == 0
        assert await value("SELECT state FROM opinions") == "withdrawn"
        with pytest.raises(Conflict):
            await undo_inspection(number, actor=BENCH, now=NOW)

    async def test_is_taken_back_by_nobody_else_nor_once_one_was_given(self, photo: str):
        number, opinion = await held(photo)
        with pytest.raises(Conflict, match="no verdict of yours"):
            await undo_inspection(number, actor=OTHER, now=NOW)
        await give(opinion, "accepted")
        with pytest.raises(Conflict, match="no verdict of yours"):
            await undo_inspection(number, actor=BENCH, now=NOW)

        assert await value("SELECT state FROM opinions") == "disputed"


class TestASecondOpinion:
    async def test_that_agrees_lets_the_first_verdict_stand(self, photo: str):
        number, opinion = await held(photo)

        assert await give(opinion) == "agreed"

        assert await counts(number) == {"received": 1, "rejected": 1}
        assert (await letters(number)).count(KEPT) == 1
        kept = await rows(
            "SELECT i.inspected_by, l.grade, l.note FROM inspection_lines l"
            " JOIN inspections i ON i.id = l.inspection"
        )
        assert [tuple(row) for row in kept] == [(11, "D", "There is dog hair on it.")]
        assert (await verify_chains()).ok

    async def test_makes_a_verdict_that_nobody_takes_back_alone(self, photo: str):
        number, opinion = await held(photo)
        await give(opinion)

        with pytest.raises(Conflict, match="alone"):
            await undo_inspection(number, actor=BENCH, now=NOW)

    async def test_that_agrees_lets_the_money_of_the_others_go(self, photo: str):
        number = await at_the_bench(2)
        await inspect(number, good("L1", 1), bad(photo))
        await give(await value("SELECT id FROM opinions"))

        assert [one["proposed"] for one in await refunds_of(number)] == [PRICE]

    async def test_that_differs_waits_for_a_third_person(self, photo: str):
        number, opinion = await held(photo)

        assert await give(opinion, "accepted") == "disputed"

        assert await counts(number) == {"received": 1}
        assert KEPT not in await letters(number)

    async def test_is_another_persons(self, photo: str):
        _, opinion = await held(photo)

        with pytest.raises(SamePerson):
            await give(opinion, actor=BENCH)

    async def test_is_given_once(self, photo: str):
        _, opinion = await held(photo)
        await give(opinion)

        with pytest.raises(TransitionNotAllowed):
            await give(opinion, actor=MANAGER)

    async def test_is_refused_with_a_page_of_before(self, photo: str):
        _, opinion = await held(photo)
        await give(opinion, "accepted")

        with pytest.raises(StaleVersion):
            await give(opinion, actor=MANAGER, expected_version=1)

    async def test_is_another_persons_in_the_database_too(self, photo: str):
        _, opinion = await held(photo)

        async with transaction():
            with pytest.raises(asyncpg.CheckViolationError, match="other_person"):
                await rows(
                    "UPDATE opinions SET state = 'agreed', given_at = now(), second_by = 11,"
                    " second_verdict = 'rejected', second_grade = 'D' WHERE id = $1 RETURNING id",
                    opinion,
                )

    async def test_leaves_the_first_as_it_was(self, photo: str):
        await held(photo)

        async with transaction():
            with pytest.raises(asyncpg.CheckViolationError, match="append only"):
                await rows("UPDATE opinions SET first_by = 12 RETURNING id")


class TestTheManager:
    async def test_lets_the_customer_have_it(self, photo: str):
        number, opinion = await held(photo)
        await give(opinion, "accepted")

        await decide(opinion, "accepted", disposition=Disposition.REFURBISH)

        assert await counts(number) == {"received": 1, "accepted": 1}
        refund = (await refunds_of(number))[0]
        assert refund["proposed"] == PRICE
        kept = await rows("SELECT grade, disposition FROM inspection_lines")
        assert [tuple(row) for row in kept] == [("C", "refurbish")]

    async def test_lets_nobody_who_judged_decide_the_refund(self, photo: str):
        number, opinion = await held(photo)
        await give(opinion, "accepted")
        await decide(opinion, "accepted")
        refund = (await refunds_of(number))[0]

        for judge in (OTHER, MANAGER):
            with pytest.raises(SamePerson):
                await approve(refund["id"], PRICE, actor=judge)

    async def test_rejects_with_the_first_inspectors_note(self, photo: str):
        number, opinion = await held(photo)
        await give(opinion, "accepted")

        await decide(opinion, "rejected")

        assert await counts(number) == {"received": 1, "rejected": 1}
        told = await value("SELECT context::text FROM messages WHERE template = $1", KEPT)
        assert "dog hair" in told
        assert "thread" not in told

    async def test_says_why(self, photo: str):
        _, opinion = await held(photo)
        await give(opinion, "accepted")

        with pytest.raises(Unprocessable):
            await decide(opinion, "accepted", note=" ")

    async def test_is_a_third_person(self, photo: str):
        _, opinion = await held(photo)
        await give(opinion, "accepted")

        for judge in (BENCH, OTHER):
            with pytest.raises(SamePerson):
                await decide(opinion, "accepted", actor=judge)


class TestAnAppealAfterwards:
    async def test_is_heard_and_judged_by_none_of_the_two(self, photo: str):
        number, opinion = await held(photo)
        await give(opinion)
        await appeal_return(number, message="Not our dog.", actor=DANA, policy=POLICY, now=NOW)
        assert await value("SELECT refusers FROM returns") == "[11, 44]"
        await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW)

        for judge in (BENCH, OTHER):
            with pytest.raises(SamePerson):
                await inspect(number, good("L1", 1), actor=judge)
        await inspect(number, bad(photo), actor=MANAGER)
        again = await value("SELECT id FROM opinions WHERE state = 'asked'")
        with pytest.raises(SamePerson):
            await give(again, actor=OTHER)
        await give(again, actor=Actor(kind=ActorKind.STAFF, id="66", person=66))
        assert await counts(number) == {"received": 1, "rejected": 1}
