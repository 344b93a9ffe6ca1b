"""The guards of the database itself, each broken on purpose with plain SQL."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

ORDER = """
INSERT INTO orders (number, channel, status, placed_at, currency, country, imported_at)
VALUES ('EKR-1', 'web', 'completed', now(), 'USD', 'US', now()) RETURNING id
"""
LINE = """
INSERT INTO order_lines ("order", line_id, sku, title, category, kind, quantity, unit_price, net)
VALUES (1, 'L1', 'S', 'T', 'accessory', 'stock', 2, 1000, 2000)
"""
PAYMENT = """
INSERT INTO payments ("order", payment_id, provider, reference, method, captured)
VALUES (1, 'P1', 'stripe', 'pi_1', 'card', 2000)
"""
DECISION = """
INSERT INTO decisions (id, "order", as_of, policy_id, policy_version, verdict, request, facts,
                       answer)
VALUES (gen_random_uuid(), 1, now(), 'ekr', 1, 'eligible', '{}', '{}', '{}')
"""
RETURN = """
INSERT INTO returns (number, "order", decision, kind, requested_at)
SELECT 'RMA-1', 1, id, 'return', now() FROM decisions
"""
RETURN_LINE = "INSERT INTO return_lines (return_id, order_line, requested) VALUES (1, 1, 2)"
REFUND = """
INSERT INTO refunds (id, "order", return_id, payment, proposed, currency, idempotency_key,
                     proposed_at, inspectors)
VALUES (gen_random_uuid(), 1, 1, 1, 1500, 'USD', 'refund:1', now(), '[11]')
"""
ATTEMPT = """
INSERT INTO refund_attempts (refund, generation, idempotency_key, parameters, sent_at)
SELECT id, 1, 'refund:1', '{}', now() FROM refunds
"""
REPLACEMENT = """
INSERT INTO replacements (id, return_id, return_line, planned_at)
VALUES (gen_random_uuid(), 1, 1, now())
"""
EVENT = """
INSERT INTO events (chain, sequence, type, at, actor_kind, previous_hash, hash)
VALUES ('RMA-1', 1, 'x', now(), 'system', '', '')
"""
PARCEL = """
INSERT INTO parcels (id, number, quarantined_at, photo_ids)
VALUES (gen_random_uuid(), 'Q-1', now(), '[]')
"""
ALL = (
    ORDER,
    LINE,
    PAYMENT,
    DECISION,
    RETURN,
    RETURN_LINE,
    REFUND,
    ATTEMPT,
    REPLACEMENT,
    EVENT,
    PARCEL,
)


@pytest.fixture
async def sql(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of somebody with plain SQL, and one row in every table that is guarded."""
    connection = await asyncpg.connect(database_url)
    for statement in ALL:
        await connection.execute(statement)
    yield connection
    await connection.close()


async def refuses(sql: asyncpg.Connection, statement: str) -> str:
    """Run a statement that must be refused as a broken check, and return what was said."""
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await sql.execute(statement)
    return str(refused.value)


MOVES = {
    "returns.permission": "UPDATE returns SET permission = 'approved'",
    "returns.state": "UPDATE returns SET state = 'closed'",
    "refunds.state": "UPDATE refunds SET state = 'succeeded', amount = 1",
    "replacements.state": "UPDATE replacements SET state = 'shipped'",
    "parcels.state": "UPDATE parcels SET state = 'sent_back', sent_back_at = now()",
}
BORN = {
    "returns.permission": RETURN.replace("(number,", "(permission, number,").replace(
        "'RMA-1'", "'approved', 'RMA-2'"
    ),
    "returns.state": RETURN.replace("(number,", "(state, number,").replace(
        "'RMA-1'", "'closed', 'RMA-2'"
    ),
    "refunds.state": REFUND.replace("(id,", "(state, id,").replace("(gen", "('refused', gen"),
    "replacements.state": REPLACEMENT.replace("(id,", "(state, id,").replace(
        "(gen", "('shipped', gen"
    ),
    "parcels.state": PARCEL.replace("(id,", "(state, id,").replace("(gen", "('sent_back', gen"),
}


class TestAState:
    async def test_moves_only_inside_our_transactions(self, sql: asyncpg.Connection):
        for statement in MOVES.values():
            assert "moves only by its lifecycle" in await refuses(sql, statement)

    async def test_begins_at_its_beginning(self, sql: asyncpg.Connection):
        for statement in BORN.values():
            assert "moves only by its lifecycle" in await refuses(sql, statement)

    async def test_does_not_vanish(self, sql: asyncpg.Connection):
        for table in ("parcels", "replacements", "refunds", "returns"):
            assert "moves only by its lifecycle" in await refuses(sql, f"DELETE FROM {table}")  # noqa: S608 - our own tables

    async def test_moves_where_our_transaction_says_so(self, sql: asyncpg.Connection):
        async with sql.transaction():
            await sql.execute("SELECT set_config('app.transition', '1', true)")
            await sql.execute(MOVES["returns.state"])
        await refuses(sql, "UPDATE returns SET state = 'requested'")

    async def test_does_not_keep_its_row_from_other_changes(self, sql: asyncpg.Connection):
        await sql.execute("UPDATE returns SET on_hold = true, state = state")

        assert await sql.fetchval("SELECT on_hold FROM returns")


class TestTheRecord:
    @pytest.fixture(autouse=True)
    async def inside_our_transaction(self, sql: asyncpg.Connection) -> None:
        await sql.execute("SELECT set_config('app.transition', '1', false)")

    async def test_is_append_only(self, sql: asyncpg.Connection):
        for statement in (
            "UPDATE events SET type = 'y'",
            "DELETE FROM events",
            "TRUNCATE events CASCADE",
            "UPDATE decisions SET verdict = 'ineligible'",
            "DELETE FROM decisions",
            "TRUNCATE decisions CASCADE",
            "DELETE FROM refund_attempts",
        ):
            assert "append only" in await refuses(sql, statement), statement

    async def test_takes_the_outcome_of_an_attempt_once(self, sql: asyncpg.Connection):
        await sql.execute("UPDATE refund_attempts SET outcome = 'unanswered'")

        said = await refuses(sql, "UPDATE refund_attempts SET outcome = 'accepted'")
        assert "append only" in said
        assert "append only" in await refuses(sql, "UPDATE refund_attempts SET outcome = NULL")

    async def test_has_each_sequence_number_once(self, sql: asyncpg.Connection):
        with pytest.raises(asyncpg.UniqueViolationError):
            await sql.execute(EVENT)


COUNTERS = {
    "a unit that was not asked for arrives": "received = 3",
    "a verdict on what did not arrive": "accepted = 1",
    "two verdicts on one unit": "received = 2, accepted = 2, rejected = 1",
    "what arrived is given up": "received = 2, given_up = 1",
    "what was not rejected goes back": "received = 2, accepted = 2, sent_back = 1",
    "money for what was not accepted": "received = 2, accepted = 1, rejected = 1, proposed = 2",
    "money that was not proposed": "received = 2, accepted = 2, refunded = 1",
    "goods and money": ("received = 2, accepted = 2, proposed = 2, refunded = 2, replaced = 1"),
    "more than was asked for, without goods": "goods_expected = false, proposed = 3, refunded = 3",
    "a return of nothing": "requested = 0",
    **{
        f"less than nothing of {name}": f"{name} = -1"
        for name in (
            "received",
            "accepted",
            "rejected",
            "given_up",
            "sent_back",
            "proposed",
            "refunded",
            "replaced",
        )
    },
}
AMOUNTS = (
    "UPDATE orders SET discount = -1",
    "UPDATE orders SET shipping = -1",
    "UPDATE orders SET shipping_tax = -1",
    "UPDATE orders SET version = 0",
    "UPDATE orders SET status = 'shipped'",
    "UPDATE order_lines SET quantity = 0",
    "UPDATE order_lines SET unit_price = -1",
    "UPDATE order_lines SET tax = -1",
    "UPDATE order_lines SET net = 2001",
    "UPDATE order_lines SET kind = 'gift'",
    "UPDATE payments SET captured = -1",
    "UPDATE payments SET disputed = -1",
    "UPDATE payments SET provider = 'paypal'",
    "UPDATE refunds SET proposed = -1",
    "UPDATE refunds SET amount = 0",
    "UPDATE refunds SET amount = 1501",
    "UPDATE refunds SET items = -1",
    "UPDATE refunds SET fees = -1",
    "UPDATE refunds SET generation = 0",
    "UPDATE refunds SET state = 'approved'",
    "UPDATE refunds SET state = 'lost'",
    "UPDATE returns SET state = 'lost'",
    "UPDATE returns SET permission = 'closed'",
    "UPDATE returns SET kind = 'gift'",
    "UPDATE parcels SET state = 'lost'",
    "UPDATE parcels SET state = 'matched'",
    "UPDATE parcels SET state = 'sent_back'",
    "UPDATE parcels SET counted_at = now()",
    "UPDATE parcels SET version = 0",
    "UPDATE replacements SET quantity = 0",
    "UPDATE replacements SET state = 'lost'",
    "UPDATE refund_attempts SET outcome = 'maybe'",
)


class TestACheck:
    @pytest.fixture(autouse=True)
    async def inside_our_transaction(self, sql: asyncpg.Connection) -> None:
        await sql.execute("SELECT set_config('app.transition', '1', false)")

    async def test_stands_on_every_counter(self, sql: asyncpg.Connection):
        for wrong, change in COUNTERS.items():
            said = await refuses(sql, f"UPDATE return_lines SET {change}")  # noqa: S608 - our own words
            assert "return_lines_ck_" in said, wrong

    async def test_lets_a_whole_life_through(self, sql: asyncpg.Connection):
        for change in (
            "received = 1",
            "received = 2, accepted = 1",
            "rejected = 1, proposed = 1",
            "refunded = 1, sent_back = 1",
        ):
            await sql.execute(f"UPDATE return_lines SET {change}")  # noqa: S608 - our own words

    async def test_stands_on_every_amount_and_state(self, sql: asyncpg.Connection):
        for statement in AMOUNTS:
            assert "_ck_" in await refuses(sql, statement), statement

    async def test_keeps_the_inspector_from_approving(self, sql: asyncpg.Connection):
        approved = (
            "UPDATE refunds SET state = 'approved', amount = 1500, approval_limit = 1500,"
            " decided_by = {}"
        )

        assert "refunds_ck_other_person" in await refuses(sql, approved.format(11))
        await sql.execute(approved.format(1))

    async def test_keeps_a_provider_reference_to_one_payment(self, sql: asyncpg.Connection):
        await sql.execute(ORDER.replace("EKR-1", "EKR-2"))
        with pytest.raises(asyncpg.UniqueViolationError, match="payments_uq_reference"):
            await sql.execute(PAYMENT.replace("(1,", "(2,"))

    async def test_keeps_a_providers_refund_and_a_key_to_one_refund(self, sql: asyncpg.Connection):
        with pytest.raises(asyncpg.UniqueViolationError, match="idempotency_key"):
            await sql.execute(REFUND)
        await sql.execute(REFUND.replace("refund:1", "refund:2"))
        with pytest.raises(asyncpg.UniqueViolationError, match="provider_refund_id"):
            await sql.execute("UPDATE refunds SET provider_refund_id = 're_1'")
