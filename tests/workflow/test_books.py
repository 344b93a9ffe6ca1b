"""The books follow the refunds: in the same transaction, once, and never edited."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from returns_engine.queries.audit import verify_chains
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.catch_up_books import catch_up_books
from returns_engine.workflow.post_ledger import (
    post_disputes,
    post_outside_refund,
    post_refund,
)
from returns_engine.workflow.refund_file import load_refund
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.settle_refund import settle_refund
from tests.workflow.orders import NOW, a_payment, an_order
from tests.workflow.shop import (
    FINANCE,
    POLICY,
    approve,
    come_back,
    opened,
    put_order,
    record,
    refunds_of,
    rows,
    value,
)

LATER = NOW + timedelta(days=3)


async def a_proposal(**changes: Any) -> dict[str, Any]:
    await put_order(document=an_order(payments=[a_payment(**changes)]))
    return (await come_back(await opened(), {"L1": 1}))[0]


async def an_approved(**changes: Any) -> UUID:
    refund = await a_proposal(**changes)
    await approve(refund["id"], refund["proposed"])
    refund_id: UUID = refund["id"]
    return refund_id


async def settle(refund_id: UUID, *states: RefundState) -> None:
    for state in states:
        async with transaction():
            refund = await load_refund(refund_id)
            values = {"provider_refund_id": "re_1"}
            await settle_refund(refund, state, values, policy=POLICY, now=LATER)


async def books() -> dict[str, int]:
    """Every account that holds something, debits positive."""
    found = await rows(
        "SELECT account, sum(debit - credit)::bigint AS balance FROM ledger_entries"
        " GROUP BY account HAVING sum(debit) <> sum(credit)"
    )
    return {row["account"]: row["balance"] for row in found}


async def an_outside_refund(status: str) -> None:
    """What the provider's dashboard shows of a refund of ours to nobody's return."""
    async with transaction():
        await connection().execute(
            "INSERT INTO outside_refunds (payment, provider_refund_id, amount, currency, status,"
            " cause, created_at, first_seen_at, checked_at)"
            " SELECT id, 're_9', 700, 'USD', $1, 'dashboard', $2, $2, $2 FROM payments"
            " ON CONFLICT (provider_refund_id) DO UPDATE SET status = excluded.status",
            status,
            NOW,
        )
        await post_outside_refund("re_9", now=NOW)


async def kinds() -> list[str]:
    found = await rows(
        "SELECT kind FROM ledger_entries GROUP BY subject, movement, kind ORDER BY min(id)"
    )
    return [row["kind"] for row in found]


@pytest.mark.usefixtures("database")
class TestTheBooks:
    async def test_hold_nothing_of_a_proposal_nor_of_one_refused(self):
        refund = await a_proposal()
        await refuse_refund(refund["id"], reason="No.", actor=FINANCE, now=NOW)

        assert await books() == {}
        assert await kinds() == []

    async def test_owe_the_customer_what_was_approved(self):
        await an_approved()

        assert await books() == {
            "returned_goods": 12495,
            "returned_tax": 1039,
            "owed_to_customers": -13534,
        }

    async def test_name_return_order_payment_and_moment(self):
        refund_id = await an_approved()
        line = (await rows("SELECT * FROM ledger_entries ORDER BY id LIMIT 1"))[0]

        assert line["refund"] == refund_id
        assert line["return_number"].startswith("RMA-")
        assert line["order"] == await value("SELECT id FROM orders")
        assert line["payment"] == await value("SELECT id FROM payments")
        assert line["at"] == NOW

    async def test_follow_the_money_to_the_bank_and_back(self):
        refund_id = await an_approved()
        await settle(refund_id, RefundState.SUBMITTING, RefundState.PENDING)
        assert (await books())["on_its_way"] == -13534

        await settle(refund_id, RefundState.SUCCEEDED)
        assert (await books())["provider_balance"] == -13534

        await settle(refund_id, RefundState.FAILED)
        assert (await books())["owed_to_customers"] == -13534
        assert "provider_balance" not in await books()
        assert await kinds() == [
            "refund.approved",
            "refund.pending",
            "refund.succeeded",
            "refund.failed",
        ]

    async def test_hold_nothing_of_what_is_called_off_after_all(self):
        refund_id = await an_approved()
        await settle(refund_id, RefundState.FAILED, RefundState.CANCELED)

        assert await books() == {}

    async def test_tell_what_was_paid_by_hand_from_what_the_provider_paid(self):
        refund_id = await an_approved(provider="external", reference="amazon-1")
        await record(refund_id, "bank transfer 17")

        assert (await books())["paid_elsewhere"] == -13534
        assert await value("SELECT DISTINCT reference FROM ledger_entries WHERE movement = 2") == (
            "bank transfer 17"
        )

    async def test_post_the_same_movement_once(self):
        refund_id = await an_approved()
        for _ in range(2):
            async with transaction():
                refund = await load_refund(refund_id)
                await post_refund(refund.row, return_number=refund.case.number, now=LATER)

        assert await kinds() == ["refund.approved"]

    async def test_post_disputes_as_they_come_and_go(self):
        await put_order()

        async def stand(taken: int, lost: int) -> None:
            async with transaction():
                await connection().execute("UPDATE payments SET disputed = $1", taken)
                await post_disputes(await value("SELECT id FROM payments"), lost=lost, now=NOW)

        await stand(500, 0)
        assert await books() == {"disputed": 500, "provider_balance": -500}
        await stand(0, 0)
        assert await books() == {}
        await stand(500, 500)
        assert await books() == {"charged_back": 500, "provider_balance": -500}
        assert (await verify_chains()).ok

    async def test_post_what_was_refunded_in_the_dashboard_until_it_fails(self):
        await put_order()
        await an_outside_refund("succeeded")
        assert await books() == {"refunded_outside": 700, "provider_balance": -700}

        await an_outside_refund("failed")
        assert await books() == {}
        assert (await verify_chains()).ok


@pytest.mark.usefixtures("database")
class TestTheAudit:
    async def test_finds_the_books_whole(self):
        refund_id = await an_approved()
        await settle(refund_id, RefundState.SUCCEEDED)

        assert (await verify_chains()).ok

    async def test_names_a_refund_that_the_books_tell_otherwise_of(self, database_url: str):
        refund_id = await an_approved()
        sql = await asyncpg.connect(database_url)
        await sql.execute("UPDATE refunds SET amount = amount - 1, clause = 'x', note = 'x'")
        await sql.close()

        report = await verify_chains()

        assert [problem.fault for problem in report.problems] == ["misbooked"]
        assert f"refund:{refund_id}" in report.problems[0].says

    async def test_names_entries_whose_refund_is_gone_and_those_that_do_not_balance(
        self, database_url: str
    ):
        await an_approved()
        sql = await asyncpg.connect(database_url)
        await sql.execute("SET session_replication_role = replica")
        await sql.execute(
            "INSERT INTO ledger_entries (subject, movement, kind, account, debit, currency,"
            " \"order\", at) SELECT 'refund:gone', 1, 'x', 'disputed', 5, 'USD', id, now()"
            " FROM orders"
        )
        await sql.close()

        report = await verify_chains()

        assert [problem.fault for problem in report.problems] == ["misbooked", "unbalanced"]

    async def test_is_content_once_the_books_have_caught_up(self, database_url: str):
        """A refund from before there were books."""
        refund_id = await an_approved()
        await an_outside_refund("pending")
        sql = await asyncpg.connect(database_url)
        await sql.execute("SET session_replication_role = replica")
        await sql.execute("DELETE FROM ledger_entries")
        await sql.execute("UPDATE payments SET disputed = 300")
        await sql.close()
        assert len((await verify_chains()).problems) == 3

        assert await catch_up_books(now=LATER) == 3
        assert (await verify_chains()).ok
        assert await catch_up_books(now=LATER) == 0
        assert (await refunds_of((await rows("SELECT number FROM returns"))[0]["number"]))[0][
            "id"
        ] == refund_id


ENTRY = """
INSERT INTO ledger_entries (subject, movement, kind, account, debit, credit, currency, "order", at)
SELECT 'test', 1, 'test', $1, $2, $3, $4, id, now() FROM orders
"""


async def post(sql: asyncpg.Connection, *lines: tuple[str, int, int, str]) -> None:
    async with sql.transaction():
        await sql.executemany(ENTRY, lines)


class TestTheDatabase:
    @pytest.fixture
    async def sql(self, database: str) -> Any:
        await put_order()
        connection = await asyncpg.connect(database)
        yield connection
        await connection.close()

    async def test_refuses_a_movement_that_does_not_balance(self, sql: asyncpg.Connection):
        lines = (("disputed", 500, 0, "USD"), ("provider_balance", 0, 499, "USD"))

        with pytest.raises(asyncpg.CheckViolationError, match="does not balance"):
            await post(sql, *lines)

    async def test_refuses_to_balance_one_currency_with_another(self, sql: asyncpg.Connection):
        lines = (("disputed", 500, 0, "USD"), ("provider_balance", 0, 500, "EUR"))

        with pytest.raises(asyncpg.CheckViolationError, match="does not balance"):
            await post(sql, *lines)

    async def test_refuses_a_movement_posted_twice_and_a_line_of_nothing(
        self, sql: asyncpg.Connection
    ):
        await post(sql, ("disputed", 500, 0, "USD"), ("provider_balance", 0, 500, "USD"))

        with pytest.raises(asyncpg.UniqueViolationError):
            await sql.execute(ENTRY, "disputed", 500, 0, "USD")
        for debit, credit in ((0, 0), (1, 1), (-1, 0), (0, -1)):
            with pytest.raises(asyncpg.CheckViolationError):
                await sql.execute(ENTRY, "charged_back", debit, credit, "USD")

    async def test_is_append_only(self, sql: asyncpg.Connection):
        await post(sql, ("disputed", 500, 0, "USD"), ("provider_balance", 0, 500, "USD"))

        for statement in (
            "UPDATE ledger_entries SET debit = 1",
            "DELETE FROM ledger_entries",
            "TRUNCATE ledger_entries",
        ):
            with pytest.raises(asyncpg.CheckViolationError, match="append only"):
                await sql.execute(statement)
