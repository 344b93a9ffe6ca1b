"""The page where finance sees whether our books are the provider's."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from returns_engine.rules.words import Role
from returns_engine.tables.engine import desk, the_engine
from returns_engine.tables.reconciliations import Reconciliation, ReconciliationLine
from returns_engine.workflow.approve_refund import approve_refund
from tests.admin.conftest import StaffSide
from tests.api.orders import NOW
from tests.api.statements import every_statement
from tests.workflow.shop import FINANCE, come_back


async def a_run(*, differing: int = 0, **changes: Any) -> int:
    """Keep a comparison: one refund that both sides have, and each line that differs only here."""
    here = 700 + 700 * differing
    totals = [{"currency": "USD", "at_provider": 700, "in_books": here, "another_system": 0}]
    run = Reconciliation(
        since=NOW - timedelta(days=35),
        before=NOW,
        started_at=NOW,
        differing=differing,
        **{"state": "done", "finished_at": NOW, "totals": json.dumps(totals), **changes},
    )
    await run.save()
    return int(run.id)


async def a_line(run: int, **changes: Any) -> None:
    line = ReconciliationLine(
        reconciliation=run,
        **{
            "kind": "not_at_provider",
            "currency": "USD",
            "in_books": 700,
            "status_in_books": "succeeded",
            "provider_refund_id": "re_1",
            **changes,
        },
    )
    await line.save()


class TestTheReconciliation:
    async def test_says_what_it_is_where_nothing_was_compared_yet(self, staff: StaffSide):
        person = await staff.signed_in("fay", Role.FINANCE)

        await person.open("/admin/reconciliation")

        assert "Nothing was compared yet." in person.text
        assert "Once a day the worker compares" in person.text
        assert "The books are empty" in person.text

    async def test_names_each_line_with_what_to_do(self, staff: StaffSide):
        run = await a_run(differing=1, refunds=7)
        order = await the_engine().fetch_row("SELECT id FROM orders")
        assert order is not None
        await a_line(run, order=order["id"])
        person = await staff.signed_in("fay", Role.FINANCE)

        await person.open("/admin/reconciliation")

        assert "1 line differs" in person.text
        assert "Not at the provider" in person.text
        assert "perhaps a key of another account is set" in person.text
        assert "-$7.00" in person.text
        assert '<a href="/admin/orders/EKR-1001">' in person.text

        with every_statement() as said:
            await person.open("/admin/reconciliation")
        assert len(said) <= 8, "\n\n".join(said)
        await person.open("/admin")
        assert "Differences with the provider" in person.text
        answer = await person.open(f"/admin/reconciliation/{run}/lines.csv")
        (line,) = csv.DictReader(io.StringIO(answer.text))
        assert answer.headers["content-type"].startswith("text/csv")
        assert (line["kind"], line["in_books"]) == ("not_at_provider", "7.00")

    async def test_does_not_say_that_nothing_differs_where_a_sum_does(self, staff: StaffSide):
        sums = {"currency": "USD", "at_provider": 700, "in_books": 900, "another_system": 0}
        await a_run(totals=json.dumps([sums]))
        person = await staff.signed_in("fay", Role.FINANCE)

        await person.open("/admin/reconciliation")

        assert "Nothing differs" not in person.text
        assert "nothing differs" not in person.text
        assert "No line differs, but a sum does" in person.text
        assert "a sum differs" in person.text
        assert "Call whoever runs the engine." in person.text
        assert "tag-good" not in person.text.partition('aria-labelledby="books"')[0]

    async def test_says_that_the_provider_was_away(self, staff: StaffSide):
        await a_run(state="unanswered", totals="[]", error="APIConnectionError")
        person = await staff.signed_in("fay", Role.FINANCE)

        await person.open("/admin/reconciliation")

        assert "The provider did not answer" in person.text
        assert "APIConnectionError" in person.text

    async def test_says_of_one_whose_process_is_gone_that_it_broke_off(self, staff: StaffSide):
        await a_run(state="running", finished_at=None, totals="[]")
        person = await staff.signed_in("fay", Role.FINANCE)

        await person.open("/admin/reconciliation")

        assert "The comparison broke off" in person.text
        assert "Whoever ran it was ended, or the database was; it has no result." in person.text
        assert "A comparison is running" not in person.text

    async def test_leaves_one_that_runs_alone(self, staff: StaffSide):
        await a_run(state="running", finished_at=None, totals="[]")
        person = await staff.signed_in("fay", Role.FINANCE)

        async with desk() as other:
            await other.fetchval("SELECT pg_try_advisory_lock(hashtext('reconcile'))")
            await person.open("/admin/reconciliation")

        assert "A comparison is running" in person.text

    async def test_shows_an_earlier_one_and_goes_on_behind_a_hundred_lines(self, staff: StaffSide):
        first = await a_run(differing=101)
        for number in range(101):
            await a_line(first, provider_refund_id=f"re_{number}")
        await a_run()
        person = await staff.signed_in("fay", Role.FINANCE)

        await person.open("/admin/reconciliation")
        assert "Nothing differs" in person.text
        await person.open(f"/admin/reconciliation?run={first}")
        assert "101 lines differ" in person.text
        assert "re_100 " not in person.text
        last = await the_engine().fetch_row("SELECT max(id) - 1 AS id FROM reconciliation_lines")
        assert last is not None
        await person.open(f"/admin/reconciliation?run={first}&after={last['id']}")
        assert "re_100 " in person.text

    async def test_can_be_ordered_and_two_clicks_order_one(self, staff: StaffSide):
        person = await staff.signed_in("fay", Role.FINANCE)
        await person.open("/admin/reconciliation")
        form = person.form("/admin/reconciliation")
        for _ in range(2):
            await person.send("/admin/reconciliation", form=form)

        assert "The comparison is ordered." in person.text
        jobs = await the_engine().fetch_rows(
            "SELECT FROM procrastinate_jobs WHERE task_name = 'reconcile'"
        )
        assert len(jobs) == 1

    async def test_is_not_there_where_it_is_not(self, staff: StaffSide):
        person = await staff.signed_in("fay", Role.FINANCE)

        for path in ("/admin/reconciliation/99/lines.csv", "/admin/reconciliation/x/lines.csv"):
            assert (await person.open(path)).status_code == 404
        assert (await person.open("/admin/reconciliation?run=nonsense")).status_code == 200


class TestTheJournal:
    async def test_is_handed_out_for_the_days_that_are_asked_for(self, staff: StaffSide):
        number = await staff.open_return()
        (refund,) = await come_back(number, {"L1": 1})
        await approve_refund(
            refund["id"],
            amount=refund["proposed"],
            note=None,
            clause=None,
            external_reference=None,
            policy=staff.services.policy,
            actor=FINANCE,
            now=datetime(2026, 4, 30, 23, 59, tzinfo=UTC),
        )
        person = await staff.signed_in("fay", Role.FINANCE)

        await person.open("/admin/reconciliation")
        assert "owed_to_customers" in person.text
        answer = await person.open("/admin/journal.csv?from=2026-04-30&to=2026-04-30")
        lines = list(csv.DictReader(io.StringIO(answer.text)))
        assert [line["account"] for line in lines][-1] == "owed_to_customers"
        assert "journal-2026-04-30-2026-04-30.csv" in answer.headers["content-disposition"]
        answer = await person.open("/admin/journal.csv?from=2026-05-01&to=2026-05-31")
        assert len(answer.text.splitlines()) == 1

    async def test_and_the_balance_count_days_as_the_shop_does(self, staff: StaffSide):
        (refund,) = await come_back(await staff.open_return(), {"L1": 1})
        await approve_refund(
            refund["id"],
            amount=refund["proposed"],
            note=None,
            clause=None,
            external_reference=None,
            policy=staff.services.policy,
            actor=FINANCE,
            now=datetime(2026, 5, 1, 3, 59, tzinfo=UTC),
        )
        person = await staff.signed_in("fay", Role.FINANCE)
        for days, lines in (("2026-04-01&to=2026-04-30", 4), ("2026-05-01&to=2026-05-31", 1)):
            answer = await person.open(f"/admin/journal.csv?from={days}")
            assert len(answer.text.splitlines()) == lines

        await person.open("/admin/reconciliation?as_of=2026-04-29")
        assert "Days begin at midnight in America/New_York" in person.text
        assert "The books were empty at the end of" in person.text
        await person.open("/admin/reconciliation?as_of=2026-04-30")
        assert "at the end of April 30, 2026" in person.text
        assert "owed_to_customers" in person.text
        total = " ".join(person.text.split("Total in USD")[1].split("</tr>")[0].split())
        assert total.count("$135.34") == 2
        assert "$0.00" in total
        await person.open("/admin/reconciliation?as_of=nonsense")
        assert "What every account comes to now" in person.text

    async def test_needs_two_days_in_their_order(self, staff: StaffSide):
        person = await staff.signed_in("fay", Role.FINANCE)

        for days in ("", "from=x&to=y", "from=2026-05-02&to=2026-05-01", "to=9999-12-31"):
            answer = await person.open(f"/admin/journal.csv?{days}")
            assert answer.status_code == 422
            assert "Give two days, the first not after the last." in person.text
            # It stands far below what the page begins with.
            assert re.search(r'<input[^>]* name="from"[^>]* data-focus-me', person.text)
