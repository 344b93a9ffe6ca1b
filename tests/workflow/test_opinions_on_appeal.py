"""An appeal against a rejection: another person grades from the photos, and its hearer reads it."""

from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.queries.audit import verify_chains
from returns_engine.queries.opinions import count_opinions, read_opinion
from returns_engine.queries.timeline import read_events
from returns_engine.rules.actor import Actor
from returns_engine.rules.event_audience import FOR_STAFF_ALONE
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.opinion_states import OpinionCause
from returns_engine.rules.words import ActorKind
from returns_engine.tables.engine import transaction
from returns_engine.workflow.refusals import SamePerson
from returns_engine.workflow.reopen_rejected import require_other_inspector
from tests.api.statements import every_statement
from tests.workflow.orders import NOW
from tests.workflow.pictures import a_photo
from tests.workflow.shop import BENCH, SUPPORT, good, inspect, rows, value
from tests.workflow.test_appeals import (
    appeal,
    bad,
    consent,
    counts,
    declined,
    dismiss,
    rejected,
    uphold,
)
from tests.workflow.test_opinions import MANAGER, OTHER, at_the_bench, decide, give

SIXTH = Actor(kind=ActorKind.STAFF, id="66", person=66)


@pytest.fixture
async def photo(database: str, tmp_path: Path) -> str:  # noqa: ARG001 - the engine
    return str(await a_photo(DirectoryPhotoStore(tmp_path), order=None))


async def appealed(photo: str, quantity: int = 1, of: int = 1) -> tuple[str, UUID]:
    """A return whose rejection is appealed against, and the opinion that is asked for."""
    number = await rejected(photo, quantity, of)
    await appeal(number)
    return number, await value("SELECT id FROM opinions")


async def stands() -> list[tuple[Any, ...]]:
    found = await rows("SELECT state, cause, quantity, decided_verdict FROM opinions ORDER BY id")
    return [tuple(row) for row in found]


async def types_of(number: str) -> list[str]:
    return [event["type"] for event in await read_events(number)]


@pytest.mark.usefixtures("database")
class TestAnAppeal:
    async def test_asks_for_a_blind_opinion_whatever_the_goods_are_worth(self, photo: str):
        number, opinion = await appealed(photo)

        assert await stands() == [("asked", "appeal", 1, None)]
        one = await read_opinion(opinion)
        assert one is not None
        assert one["worth"] == 13534
        assert one["photo_ids"] == [photo]
        hidden = ("note", "grade", "checks", "cause", "disposition", "clause", "name")
        assert {one[f"first_{name}"] for name in hidden} == {None}
        assert "opinion.asked" in await types_of(number)
        assert "dog hair" not in str(await value("SELECT array_agg(data) FROM events"))
        assert await counts(number) == {"received": 1, "rejected": 1}

    async def test_asks_about_each_rejection_that_stands(self, photo: str):
        number = await at_the_bench(2, price=10_000)
        await inspect(number, bad(photo, 1), bad(photo, 1, note="And a tear."))
        await appeal(number)

        assert await stands() == [("asked", "appeal", 1, None)] * 2
        assert await value("SELECT array_agg(worth) FROM opinions") == [20_000] * 2

    async def test_asks_nothing_about_what_the_customer_let_us_keep(self, photo: str):
        number = await rejected(photo, 2, of=2)
        await consent(number)
        await appeal(number)

        assert await stands() == [("asked", "appeal", 1, None)]

    async def test_asks_nobody_where_two_people_said_it_already(self, photo: str):
        number = await at_the_bench(1)
        await inspect(number, bad(photo))
        await give(await value("SELECT id FROM opinions"))
        await appeal(number)

        assert await stands() == [("agreed", "value", 1, None)]

    async def test_asks_nobody_where_the_bench_rejected_nothing(self):
        await appeal(await declined())

        assert await stands() == []

    async def test_asks_about_two_by_no_more_statements_than_about_one(self, photo: str):
        number = await at_the_bench(2, price=10_000)
        await inspect(number, bad(photo, 1), bad(photo, 1, note="And a tear."))
        with every_statement() as said:
            await appeal(number)

        assert await value("SELECT count(*) FROM opinions") == 2
        assert 3 < len(said) <= 12, "\n\n".join(said)


class TestAnOpinionOnAppeal:
    @pytest.mark.parametrize(
        ("verdict", "state"), [("rejected", "agreed"), ("accepted", "disputed")]
    )
    async def test_moves_nothing_by_itself(self, photo: str, verdict: str, state: str):
        number, opinion = await appealed(photo)
        assert await give(opinion, verdict) == state

        assert await counts(number) == {"received": 1, "rejected": 1}
        assert await value("SELECT state FROM returns") == "in_review"
        assert await value("SELECT count(*) FROM inspections") == 1
        assert await value("SELECT count(*) FROM refunds") == 0
        assert (await verify_chains()).ok

    async def test_is_never_the_first_inspectors(self, photo: str):
        _, opinion = await appealed(photo)

        with pytest.raises(SamePerson):
            await give(opinion, actor=BENCH)

    async def test_is_nobodys_who_refused_anything_of_it(self, photo: str):
        number = await at_the_bench(2, price=10_000)
        await inspect(number, bad(photo, 1))
        await inspect(number, bad(photo, 1), actor=OTHER)
        await appeal(number)

        for one in await rows("SELECT id FROM opinions"):
            for judge in (BENCH, OTHER):
                with pytest.raises(SamePerson):
                    await give(one["id"], actor=judge)
            await give(one["id"], actor=MANAGER)

    async def test_is_between_colleagues(self, photo: str):
        number, opinion = await appealed(photo)
        await give(opinion)
        await dismiss(number)

        about = {one for one in await types_of(number) if one.startswith("opinion.")}
        assert about == {"opinion.asked", "opinion.agreed"}
        assert {*about, "opinion.withdrawn"} <= FOR_STAFF_ALONE

    async def test_is_decided_by_the_appeal_and_by_no_manager(self, photo: str):
        _, opinion = await appealed(photo)
        await give(opinion, "accepted")

        with pytest.raises(TransitionNotAllowed, match="hears the appeal"):
            await decide(opinion, "accepted")

    async def test_is_counted_apart_from_those_for_the_value(self, photo: str):
        _, opinion = await appealed(photo)
        await give(opinion, "accepted")

        counted = await count_opinions(since=NOW)
        assert (counted.agreed, counted.given) == (0, 1)
        assert (counted.disputed.count, counted.disputed_on_appeal.count) == (0, 1)
        assert counted.by_cause[OpinionCause.APPEAL].given == 1
        assert counted.by_cause[OpinionCause.VALUE].given == 0


class TestWhoeverHearsIt:
    @pytest.mark.parametrize("hear", [uphold, dismiss])
    async def test_is_not_who_gave_it(self, photo: str, hear: Any):
        number, opinion = await appealed(photo)
        await give(opinion)

        with pytest.raises(SamePerson, match="second opinion"):
            await hear(number, actor=OTHER)
        await hear(number, actor=SUPPORT)

    @pytest.mark.parametrize("hear", [uphold, dismiss])
    async def test_decides_without_what_nobody_gave(self, photo: str, hear: Any):
        number, opinion = await appealed(photo)
        await hear(number)

        assert await stands() == [("withdrawn", "appeal", 1, None)]
        assert "opinion.withdrawn" in await types_of(number)
        with pytest.raises(TransitionNotAllowed):
            await give(opinion)
        assert (await verify_chains()).ok

    @pytest.mark.parametrize(("hear", "verdict"), [(uphold, "accepted"), (dismiss, "rejected")])
    async def test_decides_between_two_that_differ(self, photo: str, hear: Any, verdict: str):
        number, opinion = await appealed(photo)
        await give(opinion, "accepted")
        await hear(number)

        assert await stands() == [("decided", "appeal", 1, verdict)]
        assert await value("SELECT decided_by FROM opinions") == SUPPORT.person
        assert "opinion.decided" in await types_of(number)

    async def test_overrules_who_agreed_with_the_rejection(self, photo: str):
        number, opinion = await appealed(photo)
        await give(opinion)
        await uphold(number)

        for judge in (BENCH, OTHER):
            with pytest.raises(SamePerson):
                await inspect(number, good("L1", 1), actor=judge)
        await inspect(number, good("L1", 1), actor=SIXTH)

    async def test_bars_nobody_from_the_bench_where_it_stands(self, photo: str):
        number = await at_the_bench(2, price=10_000)
        await inspect(number, bad(photo, 1))
        await appeal(number)
        await give(await value("SELECT id FROM opinions"))
        await dismiss(number)

        await require_other_inspector(number, actor=OTHER)
        await inspect(number, good("L1", 1), actor=OTHER)
        assert await counts(number) == {"received": 2, "accepted": 1, "rejected": 1}


class TestTheDatabase:
    async def test_lets_none_be_withdrawn_that_was_given(self, photo: str):
        number = await at_the_bench(1)
        await inspect(number, bad(photo))
        await give(await value("SELECT id FROM opinions"))

        async with transaction():
            with pytest.raises(asyncpg.CheckViolationError, match="opinions_ck_given"):
                await rows("UPDATE opinions SET state = 'withdrawn' RETURNING id")

    async def test_knows_two_causes(self, photo: str):
        number = await at_the_bench(1)
        await inspect(number, bad(photo))

        async with transaction():
            with pytest.raises(asyncpg.CheckViolationError, match="opinions_ck_cause"):
                await rows("UPDATE opinions SET cause = 'whim' RETURNING id")
