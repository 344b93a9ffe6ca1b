"""The guards of approvals, each broken on purpose with plain SQL."""

import asyncpg
import pytest

from tests.tables.test_guards import refuses, sql  # noqa: F401 - a fixture

FIRST = (
    "UPDATE refunds SET needs_second = true, first_by = 1, first_at = now(), first_amount = 1500,"
    " first_limit = 2000"
)
APPROVED = (
    "UPDATE refunds SET state = 'approved', amount = {}, decided_by = {}, approval_limit = 2000"
)
EXTRA = """
INSERT INTO compensations (id, "order", return_id, return_line, kind, what, value, currency, cause,
                           clause, proposed_at, needs_second, first_by, first_at, first_limit)
VALUES (gen_random_uuid(), 1, 1, 1, 'coupon', 'c', 9000, 'USD', 'defective', 'fault.compensation',
        now(), true, 1, now(), 9000)
"""


@pytest.fixture
async def ours(sql: asyncpg.Connection) -> asyncpg.Connection:  # noqa: F811 - the fixture above
    """The same connection, as inside our own transactions."""
    await sql.execute("SELECT set_config('app.transition', '1', false)")
    return sql


class TestWhatNeedsTwo:
    async def test_is_not_approved_by_one(self, ours: asyncpg.Connection):
        await ours.execute("UPDATE refunds SET needs_second = true")

        assert "refunds_ck_two_persons" in await refuses(ours, APPROVED.format(1500, 2))

    async def test_is_not_approved_twice_by_the_same(self, ours: asyncpg.Connection):
        await ours.execute(FIRST)

        assert "refunds_ck_two_persons" in await refuses(ours, APPROVED.format(1500, 1))
        await ours.execute(APPROVED.format(1500, 2))

    async def test_is_approved_by_persons_alone(self, ours: asyncpg.Connection):
        await ours.execute(FIRST)

        assert "refunds_ck_two_persons" in await refuses(ours, APPROVED.format(1500, "NULL"))

    async def test_is_not_approved_at_another_amount(self, ours: asyncpg.Connection):
        await ours.execute(FIRST)
        lower = APPROVED.format(1400, 2) + ", clause = 'return.window', note = 'worn'"

        assert "refunds_ck_two_persons" in await refuses(ours, lower)

    async def test_does_not_count_who_inspected(self, ours: asyncpg.Connection):
        await ours.execute(FIRST.replace("first_by = 1", "first_by = 11"))

        assert "refunds_ck_two_persons" in await refuses(ours, APPROVED.format(1500, 2))

    async def test_needs_two_to_the_end(self, ours: asyncpg.Connection):
        await ours.execute(FIRST)
        for statement in (
            "UPDATE refunds SET needs_second = false",
            APPROVED.format(1500, 1) + ", needs_second = false",
        ):
            assert "needs them to the end" in await refuses(ours, statement)
        assert "refunds_ck_first" in await refuses(ours, "UPDATE refunds SET first_amount = NULL")

    async def test_is_refused_by_one(self, ours: asyncpg.Connection):
        await ours.execute(FIRST)

        await ours.execute("UPDATE refunds SET state = 'refused', decided_by = 1, note = 'no'")

    async def test_holds_for_what_goes_on_top(self, ours: asyncpg.Connection):
        await ours.execute(EXTRA)
        approved = (
            "UPDATE compensations SET state = 'approved', decided_at = now(), decided_by = {},"
            " approval_limit = 9000"
        )

        assert "compensations_ck_two_persons" in await refuses(ours, approved.format(1))
        assert "compensations_ck_two_persons" in await refuses(ours, approved.format("NULL"))
        alone = "UPDATE compensations SET needs_second = false"
        assert "needs them to the end" in await refuses(ours, alone)
        await ours.execute(approved.format(2))

    async def test_holds_for_the_same_thing_again(self, ours: asyncpg.Connection):
        await ours.execute("UPDATE replacements SET needs_second = true, first_by = 1")
        ordered = "UPDATE replacements SET state = 'ordered', ordered_by = {}"

        assert "replacements_ck_two_persons" in await refuses(ours, ordered.format(1))
        alone = "UPDATE replacements SET needs_second = false"
        assert "needs them to the end" in await refuses(ours, alone)
        await ours.execute(ordered.format(2))


class TestARefundOnHold:
    async def test_is_not_approved(self, ours: asyncpg.Connection):
        await ours.execute("UPDATE refunds SET held_at = now(), held_by = 1, hold_reason = 'x'")

        assert "refunds_ck_hold" in await refuses(ours, APPROVED.format(1500, 2))
        await ours.execute("UPDATE refunds SET state = 'refused', decided_by = 2, note = 'no'")


class TestLessThanProposed:
    async def test_rests_on_a_clause(self, ours: asyncpg.Connection):
        lower = APPROVED.format(1400, 2) + ", note = 'worn'"

        assert "refunds_ck_lower_clause" in await refuses(ours, lower)

    async def test_says_why(self, ours: asyncpg.Connection):
        lower = APPROVED.format(1400, 2) + ", clause = 'return.window'"

        assert "needs a clause and a note" in await refuses(ours, lower)
        assert "needs a clause and a note" in await refuses(ours, lower + ", note = ' '")
        await ours.execute(lower + ", note = 'worn'")

    async def test_is_not_lowered_later_in_silence(self, ours: asyncpg.Connection):
        await ours.execute(APPROVED.format(1500, 2))
        await ours.execute("UPDATE refunds SET note = NULL, clause = 'return.window'")

        assert "needs a clause" in await refuses(ours, "UPDATE refunds SET amount = 1")

    async def test_forgets_its_words_with_the_person(self, ours: asyncpg.Connection):
        lower = APPROVED.format(1400, 2) + ", clause = 'return.window', note = 'worn'"
        await ours.execute(lower)

        await ours.execute("UPDATE refunds SET note = NULL")
        await ours.execute("UPDATE refunds SET state = 'succeeded'")


class TestWhatNeedsTwoAndIsPaidOtherwise:
    async def test_is_not_recorded_by_who_chose_it(self, ours: asyncpg.Connection):
        await ours.execute(FIRST)
        await ours.execute(APPROVED.format(1500, 2))
        recorded = "UPDATE refunds SET state = 'succeeded', otherwise_by = 1, recorded_by = {}"

        assert "refunds_ck_other_payer" in await refuses(ours, recorded.format(1))
        await ours.execute(recorded.format(2))
