"""The database's own guard of money: broken on purpose with plain SQL, alone and two at once."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from returns_engine.rules.lifecycle.refund_states import RESERVING, RefundState
from tests.tables.test_guards import ALL, ORDER, PAYMENT

OURS = "SELECT set_config('app.transition', '1', {})"
# The payment captured 2000.
REFUND = """
INSERT INTO refunds (id, "order", return_id, payment, state, proposed, amount, currency,
                     idempotency_key, proposed_at, inspectors, approval_limit)
VALUES (gen_random_uuid(), 1, 1, 1, $1, $2, $2, 'USD', $3, now(), '[11]', 5000) RETURNING id
"""
OUTSIDE = """
INSERT INTO outside_refunds (payment, provider_refund_id, amount, currency, status, cause,
                             created_at, first_seen_at, checked_at)
VALUES (1, $1, $2, 'USD', $3, 'dashboard', now(), now(), now())
"""


async def connected(url: str) -> asyncpg.Connection:
    """Somebody with plain SQL who even knows how to move a state."""
    connection = await asyncpg.connect(url)
    await connection.execute(OURS.format("false"))
    return connection


@pytest.fixture
async def sql(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await connected(database_url)
    for statement in ALL:
        await connection.execute(statement)
    yield connection
    await connection.close()


async def put(sql: asyncpg.Connection, state: str, amount: int, key: str) -> str:
    refund: str = await sql.fetchval(REFUND, state, amount, key)
    return refund


async def balance(sql: asyncpg.Connection) -> int:
    left: int = await sql.fetchval("SELECT balance FROM payment_balances WHERE payment = 1")
    return left


class TestWhatAPaymentHasLeft:
    @pytest.mark.parametrize("state", RefundState)
    async def test_is_less_what_the_states_of_the_rules_reserve(self, sql, state: RefundState):
        await put(sql, state, 300, "a")

        assert await balance(sql) == (1700 if state in RESERVING else 2000)

    async def test_is_less_what_is_disputed_and_what_went_back_without_us(self, sql):
        for key, status in enumerate(("pending", "requires_action", "succeeded", "failed")):
            await sql.execute(OUTSIDE, f"re_{key}", 100, status)
        await sql.execute("UPDATE payments SET disputed = 50")

        assert await balance(sql) == 2000 - 300 - 50

    async def test_counts_once_what_turned_out_to_be_ours(self, sql):
        await sql.execute(OUTSIDE, "re_ours", 400, "succeeded")
        refund = await put(sql, "succeeded", 400, "a")
        assert await balance(sql) == 1200
        await sql.execute("UPDATE refunds SET provider_refund_id = 're_ours' WHERE id = $1", refund)

        assert await balance(sql) == 1600


class TestARefund:
    async def refuses(self, sql: asyncpg.Connection, statement: str, *values: object) -> None:
        with pytest.raises(asyncpg.CheckViolationError, match="more than the") as refused:
            await sql.execute(statement, *values)
        assert refused.value.constraint_name == "refunds_within_payment"

    @pytest.mark.parametrize("state", sorted(RESERVING))
    async def test_is_not_born_beyond_its_payment(self, sql, state: str):
        await put(sql, state, 1500, "a")

        await self.refuses(sql, REFUND, state, 501, "b")
        await put(sql, state, 500, "b")

    @pytest.mark.parametrize("state", sorted(RESERVING))
    async def test_does_not_enter_a_state_that_takes_more_than_is_left(self, sql, state: str):
        await put(sql, "approved", 1500, "a")
        for before in ("proposed", "failed", "canceled", "refused"):
            refund = await put(sql, before, 501, before)
            await self.refuses(sql, "UPDATE refunds SET state = $1 WHERE id = $2", state, refund)

    async def test_is_not_raised_or_moved_beyond_a_payment(self, sql):
        refund = await put(sql, "approved", 1500, "a")
        raised = "UPDATE refunds SET proposed = 2001, amount = 2001 WHERE id = $1"
        await self.refuses(sql, raised, refund)
        await sql.execute(ORDER.replace("EKR-1", "EKR-2"))
        await sql.execute(
            PAYMENT.replace("(1,", "(2,").replace("pi_1", "pi_2").replace("2000", "9")
        )

        await self.refuses(sql, "UPDATE refunds SET payment = 2 WHERE id = $1", refund)

    async def test_is_not_sent_once_a_dispute_has_taken_what_it_needs(self, sql):
        refund = await put(sql, "approved", 1500, "a")
        await sql.execute("UPDATE payments SET disputed = 501")
        send = "UPDATE refunds SET state = 'submitting' WHERE id = $1"
        await self.refuses(sql, send, refund)
        await sql.execute("UPDATE payments SET disputed = 500")

        await sql.execute(send, refund)

    async def test_leaves_room_for_what_was_refunded_in_the_dashboard(self, sql):
        await sql.execute(OUTSIDE, "re_1", 1000, "pending")

        await self.refuses(sql, REFUND, "approved", 1001, "a")
        await sql.execute("UPDATE outside_refunds SET status = 'failed'")
        await put(sql, "approved", 1001, "a")


class TestAFact:
    async def test_of_the_provider_is_kept_whatever_it_leaves(self, sql):
        refund = await put(sql, "submitting", 2000, "a")
        await sql.execute("UPDATE payments SET disputed = 5000")
        await sql.execute(OUTSIDE, "re_1", 700, "succeeded")
        for state in ("unknown", "pending", "requires_action", "succeeded"):
            await sql.execute("UPDATE refunds SET state = $1 WHERE id = $2", state, refund)

        assert await balance(sql) == 2000 - 2000 - 5000 - 700

    async def test_that_a_failed_refund_lives_is_kept_where_it_was_heard(self, sql):
        refund = await put(sql, "failed", 2000, "a")
        await sql.execute("UPDATE payments SET disputed = 1000")
        lives = "UPDATE refunds SET state = 'succeeded', provider_refund_id = 're_9' WHERE id = $1"
        with pytest.raises(asyncpg.CheckViolationError, match="more than the"):
            await sql.execute(lives, refund)
        await sql.execute("SELECT set_config('app.heard', 're_8', false)")
        with pytest.raises(asyncpg.CheckViolationError, match="more than the"):
            await sql.execute(lives, refund)
        await sql.execute("SELECT set_config('app.heard', 're_9', false)")
        await sql.execute(lives, refund)

        assert await balance(sql) == -1000


class TestTwoAtOnce:
    @pytest.mark.parametrize("isolation", ["read_committed", "repeatable_read", "serializable"])
    async def test_never_take_more_than_there_is(
        self, sql: asyncpg.Connection, database_url: str, isolation: str
    ):
        refunds = [await put(sql, "proposed", 1100, key) for key in ("a", "b")]
        others = [await connected(database_url) for _ in refunds]
        both_began = asyncio.Barrier(2)

        async def approve(other: asyncpg.Connection, refund: str) -> str:
            async with other.transaction(isolation=isolation):
                # A snapshot is taken before either has changed anything.
                await other.fetchval("SELECT count(*) FROM refunds")
                await both_began.wait()
                await other.execute("UPDATE refunds SET state = 'approved' WHERE id = $1", refund)
                await asyncio.sleep(0.1)
            return "approved"

        tries = [approve(other, refund) for other, refund in zip(others, refunds, strict=True)]
        answers = await asyncio.gather(*tries, return_exceptions=True)
        for other in others:
            await other.close()

        assert answers.count("approved") == 1
        refused = next(one for one in answers if one != "approved")
        kinds = (asyncpg.CheckViolationError, asyncpg.SerializationError)
        assert isinstance(refused, kinds)
        assert await balance(sql) == 900


class TestWhatWentBackWithoutUs:
    async def test_stays_on_record_and_only_its_state_changes(self, sql):
        await sql.execute(OUTSIDE, "re_1", 700, "pending")
        for statement in (
            "DELETE FROM outside_refunds",
            "TRUNCATE outside_refunds",
            "UPDATE outside_refunds SET amount = 1",
            "UPDATE outside_refunds SET currency = 'EUR'",
            "UPDATE outside_refunds SET provider_refund_id = 're_2'",
            "UPDATE outside_refunds SET first_seen_at = first_seen_at - interval '1 day'",
        ):
            with pytest.raises(asyncpg.CheckViolationError, match="append only"):
                await sql.execute(statement)
        await sql.execute("UPDATE outside_refunds SET status = 'succeeded', reading = 2")

    async def test_is_kept_once_and_is_what_it_says(self, sql):
        await sql.execute(OUTSIDE, "re_1", 700, "pending")
        with pytest.raises(asyncpg.UniqueViolationError):
            await sql.execute(OUTSIDE, "re_1", 700, "pending")
        for amount, status in ((-1, "pending"), (1, "lost")):
            with pytest.raises(asyncpg.CheckViolationError, match="outside_refunds_ck"):
                await sql.execute(OUTSIDE, "re_2", amount, status)
        with pytest.raises(asyncpg.CheckViolationError, match="payments_ck_mismatch"):
            await sql.execute("UPDATE payments SET mismatch = 'colour'")


class TestAPaymentThatOurOwnRefundsCanHaveOverdrawn:
    async def strained(self, sql: asyncpg.Connection) -> bool:
        marked: bool = await sql.fetchval("SELECT strained FROM payments WHERE id = 1")
        return marked

    async def test_is_marked_where_what_it_captured_is_lowered(self, sql):
        await put(sql, "approved", 1500, "a")
        await sql.execute("UPDATE payments SET captured = 2001")
        assert not await self.strained(sql)
        await sql.execute("UPDATE payments SET captured = 1000")

        assert await self.strained(sql)

    async def test_is_marked_where_a_failed_refund_lives_after_all(self, sql):
        refund = await put(sql, "failed", 2000, "a")
        await put(sql, "succeeded", 2000, "b")
        assert not await self.strained(sql)
        await sql.execute("SELECT set_config('app.heard', 're_9', false)")
        lives = "UPDATE refunds SET state = 'succeeded', provider_refund_id = 're_9' WHERE id = $1"
        await sql.execute(lives, refund)

        assert await self.strained(sql)
        assert await balance(sql) == -2000

    async def test_is_not_marked_by_a_refund_that_goes_its_way(self, sql):
        refund = await put(sql, "approved", 1500, "a")
        for state in ("submitting", "unknown", "pending", "succeeded", "failed", "submitting"):
            await sql.execute("UPDATE refunds SET state = $1 WHERE id = $2", state, refund)

        assert not await self.strained(sql)
