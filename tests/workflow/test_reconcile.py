"""Our books beside the provider's account: nothing differs, or it is named line by line."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from returns_engine.gateways.clock import system_clock
from returns_engine.gateways.payments.stripe_client import StripeGateway
from returns_engine.queries.audit import verify_chains
from returns_engine.queries.reconciliations import Run, latest_runs, lines_csv, lines_of, read_run
from returns_engine.sandbox.server import Sandbox, running_sandbox
from returns_engine.tables.engine import desk
from returns_engine.workflow.execute_refund import execute_refund
from returns_engine.workflow.reconcile import period_before, reconcile, reconcile_daily
from returns_engine.workflow.refusals import Conflict
from tests.noon import noon_clock
from tests.workflow.orders import a_payment, an_order
from tests.workflow.shop import POLICY, approve, come_back, opened, put_order, rows, value

PAID = 27069
DUE = 13534


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
async def bank(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """The account, from the dashboard's side; it has the payment of an order."""
    async with httpx.AsyncClient(
        base_url=sandbox.address, auth=(sandbox.api_key, ""), timeout=30
    ) as client:
        await client.post(
            "/_test/payments", json={"reference": "pi_P1", "amount": PAID, "currency": "USD"}
        )
        yield client


@pytest.fixture
async def gateway(sandbox: Sandbox) -> AsyncIterator[StripeGateway]:
    async with StripeGateway(
        api_key=sandbox.api_key, address=sandbox.address, timeout=30
    ) as reached:
        yield reached


@pytest.fixture
async def refund(
    database: str,  # noqa: ARG001 - must be open
    bank: httpx.AsyncClient,  # noqa: ARG001 - has the payment
    gateway: StripeGateway,
) -> UUID:
    """A refund that was approved, sent and paid."""
    refund_id = await approved()
    await execute_refund(refund_id, payments=gateway, policy=POLICY, clock=system_clock)
    return refund_id


async def approved() -> UUID:
    await put_order()
    proposal = (await come_back(await opened(), {"L1": 1}))[0]
    await approve(proposal["id"], DUE)
    refund_id: UUID = proposal["id"]
    return refund_id


async def refund_in_the_dashboard(bank: httpx.AsyncClient, amount: int, **more: str) -> str:
    form = {"payment_intent": "pi_P1", "amount": str(amount), **more}
    answer = await bank.post("/v1/refunds", data=form)
    answer.raise_for_status()
    refund_id: str = answer.json()["id"]
    return refund_id


async def compared(gateway: StripeGateway) -> Run:
    run_id = await reconcile(
        period_before(system_clock()), payments=gateway, policy=POLICY, clock=system_clock
    )
    run = await read_run(run_id)
    assert run is not None
    return run


async def named(run: Run) -> list[tuple[str, int, int]]:
    return [(one.kind, one.at_provider, one.in_books) for one in await lines_of(run.id)]


async def by_hand(database_url: str, statement: str) -> None:
    """Somebody with SQL, and the guards off."""
    sql = await asyncpg.connect(database_url)
    await sql.execute("SET session_replication_role = replica")
    await sql.execute(statement)
    await sql.close()


class TestComparing:
    @pytest.mark.usefixtures("refund")
    async def test_finds_no_difference_where_there_is_none(self, gateway):
        run = await compared(gateway)

        assert run.agrees
        assert (run.refunds, run.mended) == (1, 0)
        assert [(one.at_provider, one.in_books) for one in run.totals] == [(DUE, DUE)]
        assert await named(run) == []

    @pytest.mark.usefixtures("database")
    async def test_finds_an_empty_account_and_empty_books_alike(self, gateway):
        run = await compared(gateway)

        assert run.agrees
        assert run.totals == ()

    @pytest.mark.usefixtures("refund")
    async def test_names_a_refund_made_in_the_dashboard_and_books_it(self, bank, gateway):
        made = await refund_in_the_dashboard(bank, 700)
        run = await compared(gateway)

        assert run.agrees
        assert run.mended == 1
        assert [(one.at_provider, one.in_books) for one in run.totals] == [(DUE + 700, DUE + 700)]
        (line,) = await lines_of(run.id)
        assert (line.kind, line.difference) == ("outside", 0)
        assert (line.provider_refund_id, line.order_number) == (made, "EKR-1001")
        assert (await verify_chains()).ok

    @pytest.mark.usefixtures("database")
    async def test_adopts_a_refund_whose_answer_was_lost(self, bank, gateway):
        refund_id = await approved()
        await bank.post("/_test/faults", json={"on": "refunds.create", "mode": "drop_after"})
        await execute_refund(refund_id, payments=gateway, policy=POLICY, clock=system_clock)
        assert await value("SELECT state FROM refunds") == "unknown"

        run = await compared(gateway)

        assert run.agrees
        assert run.mended == 1
        assert await value("SELECT state FROM refunds") == "succeeded"

    @pytest.mark.usefixtures("refund")
    async def test_takes_in_a_failure_that_no_webhook_told_of(self, bank, gateway):
        provider_id = await value("SELECT provider_refund_id FROM refunds")
        await bank.post("/_test/refunds/fail", json={"refund": provider_id})

        run = await compared(gateway)

        assert run.agrees
        assert await value("SELECT state FROM refunds") == "failed"
        assert [(one.at_provider, one.in_books) for one in run.totals] == [(0, 0)]

    @pytest.mark.usefixtures("refund")
    async def test_lists_what_another_system_refunded_from_the_account(self, bank, gateway):
        await bank.post(
            "/_test/payments", json={"reference": "pi_other", "amount": 900, "currency": "EUR"}
        )
        await refund_in_the_dashboard(bank, 900, payment_intent="pi_other")
        run = await compared(gateway)

        assert run.agrees
        assert await named(run) == [("another_system", 900, 0)]
        assert [(one.currency, one.difference, one.another_system) for one in run.totals] == [
            ("EUR", 0, 900),
            ("USD", 0, 0),
        ]

    @pytest.mark.usefixtures("refund")
    async def test_names_what_our_books_have_and_the_provider_has_not(self, gateway, database):
        await by_hand(database, "UPDATE refunds SET provider_refund_id = 're_never'")
        run = await compared(gateway)

        assert not run.agrees
        assert ("not_at_provider", 0, DUE) in await named(run)

    @pytest.mark.usefixtures("refund")
    async def test_names_another_amount_and_another_currency(self, gateway, database):
        await by_hand(database, "UPDATE refunds SET amount = amount - 1, proposed = proposed - 1")
        assert ("amount", DUE, DUE - 1) in await named(await compared(gateway))

        await by_hand(database, "UPDATE refunds SET currency = 'EUR'")
        run = await compared(gateway)

        assert not run.agrees
        amounts = [one for one in await named(run) if one[0] == "amount"]
        assert sorted(amounts) == [("amount", 0, DUE - 1), ("amount", DUE, 0)]

    async def test_counts_a_copy_of_our_mark_as_made_outside(self, refund, bank, gateway):
        marks = {"metadata[refund_id]": str(refund), "metadata[generation]": "1"}
        await refund_in_the_dashboard(bank, 500, **marks)
        run = await compared(gateway)

        assert run.agrees
        assert await named(run) == [("outside", 500, 500)]

    async def test_names_in_a_line_of_its_own_what_was_paid_a_second_time(
        self, refund, bank, gateway
    ):
        marks = {"metadata[refund_id]": str(refund), "metadata[generation]": "1"}
        again = await refund_in_the_dashboard(bank, DUE, **marks)
        run = await compared(gateway)

        assert not run.agrees
        assert run.differing == 1
        (line,) = await lines_of(run.id, differing=True)
        assert (line.kind, line.difference) == ("paid_again", 0)
        assert (line.provider_refund_id, line.refund_id) == (again, refund)

        await bank.post("/_test/refunds/fail", json={"refund": again})
        assert (await compared(gateway)).agrees

    @pytest.mark.usefixtures("refund")
    async def test_takes_canceled_there_for_failed_here(self, bank, gateway):
        provider_id = await value("SELECT provider_refund_id FROM refunds")
        for step, state in (("requires-action", "requires_action"), ("cancel", "failed")):
            await bank.post(f"/_test/refunds/{step}", json={"refund": provider_id})
            run = await compared(gateway)
            assert run.agrees, await named(run)
            assert await value("SELECT state FROM refunds") == state

        assert await value("SELECT provider_status FROM refunds") == "canceled"
        assert await named(await compared(gateway)) == []

    @pytest.mark.usefixtures("refund")
    async def test_looks_again_for_what_was_made_just_outside_of_the_period(
        self, gateway, database
    ):
        """Sent before midnight by our clock, made after it by theirs."""
        await by_hand(
            database,
            "UPDATE refunds SET first_sent_at = first_sent_at - interval '40 days'",
        )
        period = period_before(system_clock() - timedelta(days=38))
        run_id = await reconcile(period, payments=gateway, policy=POLICY, clock=system_clock)
        run = await read_run(run_id)

        assert run is not None
        assert run.agrees, await named(run)

    @pytest.mark.usefixtures("refund")
    async def test_names_a_payment_whose_own_sum_is_another(self, gateway, database):
        await by_hand(database, "UPDATE payments SET difference = 500, told_refunded = 14034")
        run = await compared(gateway)

        assert not run.agrees
        assert await named(run) == [("payment_total", DUE + 500, DUE)]


class TestTheProviderAway:
    @pytest.mark.usefixtures("refund")
    async def test_changes_nothing_and_is_said(self, bank, gateway):
        await bank.post(
            "/_test/faults", json={"on": "refunds.list", "mode": "http_503_before", "times": 9}
        )
        run = await compared(gateway)

        assert (run.state, run.agrees) == ("unanswered", False)
        assert run.error
        assert await named(run) == []

    @pytest.mark.usefixtures("refund")
    async def test_while_asking_leaves_the_difference_named(self, bank, gateway):
        await refund_in_the_dashboard(bank, 700)
        await bank.post(
            "/_test/faults",
            json={"on": "payment_intents.retrieve", "mode": "http_503_before", "times": 9},
        )
        run = await compared(gateway)

        assert (run.state, run.agrees) == ("done", False)
        assert run.error
        assert await named(run) == [("not_booked", 700, 0)]


class TestTheDay:
    @pytest.mark.usefixtures("refund")
    async def test_is_compared_once(self, gateway):
        clock = noon_clock()
        for _ in range(3):
            await reconcile_daily(payments=gateway, policy=POLICY, clock=clock)

        (run,) = await latest_runs()
        assert run.day == clock().date()
        assert run.agrees

    @pytest.mark.usefixtures("refund")
    async def test_is_compared_again_in_the_same_run_until_somebody_answers(self, bank, gateway):
        clock = noon_clock()
        await bank.post("/_test/faults", json={"on": "refunds.list", "mode": "http_503_before"})
        await reconcile_daily(payments=gateway, policy=POLICY, clock=clock)
        assert [one.state for one in await latest_runs()] == ["unanswered"]

        await reconcile_daily(payments=gateway, policy=POLICY, clock=clock)

        assert [(one.state, one.error) for one in await latest_runs()] == [("done", None)]

    @pytest.mark.usefixtures("refund")
    async def test_is_left_to_the_one_who_is_at_it(self, gateway):
        async with desk() as other:
            await other.fetchval("SELECT pg_try_advisory_lock(hashtext('reconcile'))")
            await reconcile_daily(payments=gateway, policy=POLICY, clock=system_clock)
            with pytest.raises(Conflict, match="Another reconciliation"):
                await compared(gateway)

        assert await latest_runs() == []


class TestTheLines:
    @pytest.mark.usefixtures("database")
    async def test_are_handed_out_as_csv_that_no_spreadsheet_calculates(self, bank, gateway):
        await put_order("=EKR", document=an_order(payments=[a_payment()]))
        await refund_in_the_dashboard(bank, 700)
        run = await compared(gateway)
        text = "".join([piece async for piece in lines_csv(run.id)])

        header, line = text.splitlines()
        assert header.startswith("kind,currency,at_provider,in_books")
        assert line.startswith("outside,USD,7.00,7.00,succeeded,succeeded,re_")
        assert "'=EKR" in line

    @pytest.mark.usefixtures("refund")
    async def test_leave_no_table_behind(self, gateway):
        await compared(gateway)

        found: list[Any] = list(await rows("SELECT FROM pg_class WHERE relname = 'at_provider'"))
        assert found == []
