"""The limit of each role, broken on purpose with plain SQL: on insert, on update and later."""

import asyncpg
import pytest

from returns_engine.rules.lifecycle.compensation_states import COUNTED
from returns_engine.rules.lifecycle.refund_states import RefundState
from tests.tables.test_guards import refuses, sql  # noqa: F401 - a fixture

UNDECIDED = {RefundState.PROPOSED, RefundState.REFUSED, RefundState.CANCELED}
DECIDED = sorted(set(RefundState) - UNDECIDED)
ABOVE = "_within_limit"
UNWRITTEN = "_limit_written"

# The payment captured 2000, and 1500 of it are proposed already.
BORN = """
INSERT INTO refunds (id, "order", return_id, payment, state, proposed, amount, currency,
                     idempotency_key, proposed_at, decided_by, approval_limit)
VALUES (gen_random_uuid(), 1, 1, 1, '{}', 1000, 1000, 'USD', 'refund:2', now(), {}, {})
"""
APPROVED = "UPDATE refunds SET state = '{}', amount = 1500, decided_by = {}, approval_limit = {}"
FIRST = (
    "UPDATE refunds SET needs_second = true, first_by = 1, first_at = now(), first_amount = {},"
    " first_limit = {}"
)
PART = """
INSERT INTO refunds (id, "order", return_id, payment, proposed, currency, idempotency_key,
                     proposed_at, proposal)
VALUES (gen_random_uuid(), 1, 1, 1, {0}, 'USD', 'part:{0}', now(),
        '00000000-0000-4000-8000-000000000001')
"""
EXTRA = """
INSERT INTO compensations (id, "order", return_id, return_line, kind, what, value, currency, cause,
                           clause, proposed_at, state, decided_at, decided_by, approval_limit)
VALUES (gen_random_uuid(), 1, 1, 1, 'coupon', 'c', 900, 'USD', 'defective', 'fault.compensation',
        now(), '{}', now(), {}, {})
"""
MOVED = "UPDATE refunds SET state = '{}'"
CHANGED = "UPDATE refunds SET {}"
EXTRA_CHANGED = "UPDATE compensations SET {}"
EXTRA_APPROVED = "UPDATE compensations SET state = 'approved', decided_by = {}, approval_limit = {}"


@pytest.fixture
async def ours(sql: asyncpg.Connection) -> asyncpg.Connection:  # noqa: F811 - the fixture above
    """Somebody with plain SQL, as inside our own transactions."""
    await sql.execute("SELECT set_config('app.transition', '1', false)")
    return sql


async def before_limits(ours: asyncpg.Connection, statement: str) -> None:
    """Do something as it was done before limits were written."""
    table = "compensations" if "compensations" in statement else "refunds"
    trigger = f"TRIGGER {table}_within_limit"
    await ours.execute(f"ALTER TABLE {table} DISABLE {trigger}")
    await ours.execute(statement)
    await ours.execute(f"ALTER TABLE {table} ENABLE {trigger}")


async def refuses_it(connection: asyncpg.Connection, statement: str, guard: str) -> None:
    """Run what a limit forbids; `guard` is how the name of the constraint ends."""
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await connection.execute(statement)
    assert (refused.value.constraint_name or "").endswith(guard), refused.value


def why(limit: str) -> str:
    """Return which guard speaks where this limit, which is too low, is written."""
    return UNWRITTEN if limit == "NULL" else ABOVE


class TestARefund:
    @pytest.mark.parametrize("state", DECIDED)
    async def test_is_not_born_above_a_limit_or_without_one(self, ours, state: str):
        for person in ("2", "NULL"):
            for limit in ("999", "NULL"):
                await refuses_it(ours, BORN.format(state, person, limit), why(limit))
        await ours.execute("UPDATE refunds SET state = 'canceled'")
        await ours.execute(BORN.format(state, 2, 1000))

    @pytest.mark.parametrize("state", DECIDED)
    @pytest.mark.parametrize("before", sorted(UNDECIDED))
    async def test_is_not_approved_above_a_limit_or_without_one(
        self, ours, before: str, state: str
    ):
        await ours.execute(MOVED.format(before))
        for person in ("2", "NULL"):
            for limit in ("1499", "-1", "NULL"):
                await refuses_it(ours, APPROVED.format(state, person, limit), why(limit))
        await ours.execute(APPROVED.format(state, 2, 1500))

    async def test_is_refused_whatever_the_limit(self, ours):
        await ours.execute("UPDATE refunds SET state = 'refused', decided_by = 2, note = 'no'")

    async def test_is_not_raised_above_it_later(self, ours):
        await ours.execute("UPDATE refunds SET proposed = 2000")
        lower = ", clause = 'return.window', note = 'worn'"
        await ours.execute(APPROVED.format("approved", 2, 1600) + lower)

        await refuses_it(ours, "UPDATE refunds SET amount = 1601", ABOVE)
        await ours.execute("UPDATE refunds SET amount = 1600")

    async def test_counts_for_all_payments_of_its_proposal_together(self, ours):
        for amount in (1500, 500):
            await ours.execute(PART.format(amount))
        one = APPROVED.format("approved", 2, 1999) + " WHERE idempotency_key = 'part:1500'"
        await refuses_it(ours, one, ABOVE)
        alone = "UPDATE refunds SET proposal = NULL"
        assert "stays with its proposal" in await refuses(ours, alone)
        await ours.execute("UPDATE refunds SET state = 'refused' WHERE proposed = 500")

        await ours.execute(one)

    async def test_goes_all_its_way_once_it_was_approved(self, ours):
        await ours.execute(APPROVED.format("approved", 2, 1500))
        for state in ("submitting", "failed", "approved", "succeeded", "failed", "pending"):
            await ours.execute(MOVED.format(state))

    async def test_keeps_who_approved_it_and_within_which_limit(self, ours):
        await ours.execute(APPROVED.format("approved", 2, 1500))
        for change in (
            "approval_limit = 1600",
            "approval_limit = NULL",
            "decided_by = 3",
            "decided_by = NULL",
            "first_limit = 1500",
            "currency = 'KWD'",
        ):
            said = await refuses(ours, CHANGED.format(change) + ", state = 'pending'")
            assert "stays as it was" in said, change


class TestAFirstApproval:
    async def test_is_kept_with_its_limit_alone(self, ours):
        for limit in ("1499", "NULL"):
            await refuses_it(ours, FIRST.format(1500, limit), why(limit))
        await ours.execute(FIRST.format(1500, 1500))
        for change in ("first_limit = 1499", "first_amount = 1501"):
            await refuses_it(ours, CHANGED.format(change), ABOVE)
        await refuses_it(ours, CHANGED.format("first_limit = NULL"), UNWRITTEN)

    async def test_is_not_born_without_its_limit(self, ours):
        born = BORN.format("proposed", "NULL", "NULL")
        first = ", needs_second, first_by, first_at, first_amount)"
        given = born.replace(", approval_limit)", first).replace("NULL)", "true, 1, now(), 1)")

        await refuses_it(ours, given, UNWRITTEN)

    async def test_does_not_lend_its_limit_to_the_second(self, ours):
        await ours.execute(FIRST.format(1500, 2000))

        for limit in ("1499", "NULL"):
            await refuses_it(ours, APPROVED.format("approved", 2, limit), why(limit))
        await ours.execute(APPROVED.format("approved", 2, 1500))

    async def test_does_not_borrow_the_limit_of_the_second(self, ours):
        lower = ", clause = 'return.window', note = 'worn'"
        await ours.execute(FIRST.format(1000, 1200))

        await refuses_it(ours, APPROVED.format("approved", 2, 2000) + lower, ABOVE)

    async def test_counts_for_all_payments_of_its_proposal_together(self, ours):
        for amount in (1500, 500):
            await ours.execute(PART.format(amount))

        await refuses_it(
            ours, FIRST.format(1500, 1999) + " WHERE idempotency_key = 'part:1500'", ABOVE
        )


class TestWhatWasApprovedBeforeLimitsWereWritten:
    async def test_goes_on_as_it_is_and_gets_none(self, ours):
        lower = ", clause = 'return.window', note = 'worn', proposed = 2000"
        await before_limits(ours, APPROVED.format("approved", 2, "NULL") + lower)
        for state in ("submitting", "failed", "approved", "succeeded", "failed", "pending"):
            await ours.execute(MOVED.format(state))

        await refuses_it(ours, "UPDATE refunds SET amount = 1501", UNWRITTEN)
        assert "stays as it was" in await refuses(ours, "UPDATE refunds SET approval_limit = 9")

    async def test_waits_for_a_first_approval_with_a_limit(self, ours):
        await before_limits(ours, FIRST.format(1500, "NULL"))

        await refuses_it(ours, APPROVED.format("approved", 2, 1500), UNWRITTEN)
        await ours.execute("UPDATE refunds SET state = 'refused', decided_by = 2, note = 'no'")

    async def test_is_approved_anew_within_one(self, ours):
        await before_limits(ours, APPROVED.format("approved", 2, "NULL"))
        await ours.execute("UPDATE refunds SET state = 'canceled'")

        await refuses_it(ours, "UPDATE refunds SET state = 'approved'", UNWRITTEN)


class TestSomethingExtra:
    @pytest.mark.parametrize("state", sorted(COUNTED))
    async def test_is_not_born_above_a_limit_or_without_one(self, ours, state: str):
        for person in ("2", "NULL"):
            for limit in ("899", "NULL"):
                await refuses_it(ours, EXTRA.format(state, person, limit), why(limit))

    async def test_is_approved_by_itself_within_what_the_caps_had_left(self, ours):
        await ours.execute(EXTRA.format("approved", "NULL", 900))

        await refuses_it(ours, "UPDATE compensations SET value = 901", ABOVE)
        for change in ("approval_limit = 5000", "decided_by = 2", "currency = 'KWD'"):
            said = await refuses(ours, EXTRA_CHANGED.format(change))
            assert "stays as it was" in said, change
        await ours.execute(
            "UPDATE compensations SET state = 'given', given_at = now(), reference = 'SORRY-1'"
        )

    async def test_is_not_approved_above_a_limit_or_without_one(self, ours):
        await ours.execute(EXTRA.format("proposed", "NULL", "NULL"))
        for person in ("2", "NULL"):
            for limit in ("899", "NULL"):
                await refuses_it(ours, EXTRA_APPROVED.format(person, limit), why(limit))

        await ours.execute(EXTRA_APPROVED.format(2, 900))

    async def test_is_approved_first_within_a_limit(self, ours):
        await ours.execute(EXTRA.format("proposed", "NULL", "NULL"))
        first = (
            "UPDATE compensations SET needs_second = true, first_by = 1, first_at = now(),"
            " first_limit = {}"
        )
        for limit in ("899", "NULL"):
            await refuses_it(ours, first.format(limit), why(limit))
        await ours.execute(first.format(900))
        await refuses_it(ours, "UPDATE compensations SET value = 901", ABOVE)
        await refuses_it(ours, EXTRA_APPROVED.format(2, 899), ABOVE)

        await ours.execute(EXTRA_APPROVED.format(2, 900))

    async def test_of_before_is_given_as_it_is_and_taken_back(self, ours):
        await before_limits(ours, EXTRA.format("approved", "NULL", "NULL"))
        await refuses_it(ours, "UPDATE compensations SET value = 901", UNWRITTEN)

        await ours.execute("UPDATE compensations SET state = 'refused'")
        await refuses_it(ours, "UPDATE compensations SET state = 'approved'", UNWRITTEN)
