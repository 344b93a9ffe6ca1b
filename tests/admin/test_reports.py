"""The numbers: the page, who sees which, and figures that were counted by hand."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from admin.reports.registry import REPORTS
from returns_engine.rules.words import Role
from returns_engine.workflow.review_return import withdraw_return
from tests.admin.conftest import StaffSide
from tests.admin.numbers import MARCH, came_back, drawn, figures, more_orders
from tests.admin.test_approvals import EXTERNAL
from tests.api.orders import asked
from tests.api.statements import every_statement
from tests.workflow.shop import SUPPORT, approve, record, refunds_of

LATE_ON_THE_29TH = datetime(2026, 3, 30, 3, 30, tzinfo=UTC)
"""Half past eleven at night in New York."""


def _address(page: str, name: str) -> str:
    """Return where the link of this name leads."""
    (found,) = re.findall(rf'href="([^"]*)"[^>]*>{name}<', page)
    return html.unescape(found)


class TestTheNumbers:
    @pytest.mark.parametrize("role", Role)
    async def test_are_named_with_their_meaning_for_the_role(self, staff: StaffSide, role: Role):
        person = await staff.signed_in("who", role)

        await person.open("/admin/reports")

        for report in REPORTS:
            shown = f'href="/admin/reports/{report.slug}?' in person.text
            assert shown == (role in report.seen_by), report.slug
        assert "Counted by the day" in person.text
        assert 'aria-current="page">Numbers' in person.text

    @pytest.mark.parametrize("report", REPORTS, ids=lambda one: one.slug)
    async def test_say_what_to_do_where_there_is_nothing(self, staff: StaffSide, report):
        person = await staff.signed_in("mona", Role.MANAGER)

        answer = await person.open(f"/admin/reports/{report.slug}?from=2001-01-01&to=2001-01-31")

        assert answer.status_code == 200
        assert report.empty in person.text
        assert "Try more days:" in person.text
        assert "canvas" not in person.text
        assert await figures(staff, report.slug, "from=2001-01-01&to=2001-01-31") == []

    @pytest.mark.parametrize("report", REPORTS, ids=lambda one: one.slug)
    async def test_say_which_days_they_can_be_asked_for(self, staff: StaffSide, report):
        person = await staff.signed_in("mona", Role.MANAGER)

        answer = await person.open(f"/admin/reports/{report.slug}?from=2026-03-31&to=%22%3E")
        assert answer.status_code == 422
        assert "Give two days, the first not after the last." in person.text
        assert 'value="2026-03-31"' in person.text
        answer = await person.open(f"/admin/reports/{report.slug}.csv?from=2026-03-31&to=x")
        assert answer.status_code == 422

    @pytest.mark.parametrize(
        ("pressed", "others"), [("30 days", "This month"), ("This month", "30 days")]
    )
    async def test_mark_the_days_that_were_asked_for_where_two_choices_are_the_same(
        self, staff: StaffSide, pressed: str, others: str
    ):
        # On 30 March this month has thirty days so far.
        person = await staff.signed_in("mona", Role.MANAGER)
        await person.open("/admin/reports")
        await person.open(_address(person.text, pressed))

        for _ in range(2):
            assert f'aria-current="page">{pressed}<' in person.text
            assert f'aria-current="page">{others}<' not in person.text
            (report,) = re.findall(r'href="(/admin/reports/refunds[^"]*)"', person.text)
            await person.open(html.unescape(report))
            assert f'aria-current="page">{pressed}<' in person.text
            assert f'aria-current="page">{others}<' not in person.text
            await person.open(_address(person.text, "All numbers"))

    @pytest.mark.parametrize("report", REPORTS, ids=lambda one: one.slug)
    async def test_are_one_statement_each(self, staff: StaffSide, report):
        person = await staff.signed_in("mona", Role.MANAGER)
        with every_statement() as empty:
            await person.open("/admin/reports")
        with every_statement() as seen:
            await person.open(f"/admin/reports/{report.slug}")

        assert len(seen) == len(empty) + 1


class TestTheFunnel:
    async def test_counts_how_far_the_returns_of_the_days_have_come(self, staff: StaffSide):
        await more_orders(staff, "EKR-1002", "EKR-1003", "EKR-1004")
        one, two, three, _ = [
            await staff.open_return(number)
            for number in ("EKR-1001", "EKR-1002", "EKR-1003", "EKR-1004")
        ]
        await came_back(staff, one)
        await withdraw_return(two, actor=SUPPORT, now=staff.clock())
        await came_back(staff, three)

        found = await figures(staff, "funnel")

        assert found[0] == ("requested", "4", "100.0")
        counted = {step: int(count) for step, count, _ in found}
        assert counted["approved"] == 4
        assert (counted["received"], counted["inspected"]) == (2, 2)
        assert (counted["withdrawn"], counted["declined"], counted["closed"]) == (1, 0, 0)
        (chart,) = await drawn(staff, "funnel")
        assert chart["series"][0]["values"][0] == 4

    async def test_takes_a_day_from_midnight_to_midnight_in_the_merchants_zone(
        self, staff: StaffSide
    ):
        staff.clock.now = LATE_ON_THE_29TH
        await staff.open_return()

        assert await figures(staff, "funnel", "from=2026-03-30&to=2026-03-30") == []
        found = await figures(staff, "funnel", "from=2026-03-29&to=2026-03-29")
        assert found[0] == ("requested", "1", "100.0")
        staff.clock.pass_by(timedelta(hours=1))
        await more_orders(staff, "EKR-1002")
        await staff.open_return("EKR-1002")
        found = await figures(staff, "funnel", "from=2026-03-30&to=2026-03-30")
        assert found[0] == ("requested", "1", "100.0")


class TestTheRefunds:
    async def test_are_owed_when_proposed_and_sent_when_they_are(self, staff: StaffSide):
        await more_orders(staff, "EKR-1002", payments=[EXTERNAL])
        first = await staff.open_return("EKR-1001")
        second = await staff.open_return("EKR-1002")
        await came_back(staff, first)
        staff.clock.now = LATE_ON_THE_29TH
        await came_back(staff, second)
        (refund,) = await refunds_of(second)
        await approve(refund["id"], 10000, note="A strap was cut.", clause="return.condition")
        await record(refund["id"], "amazon-9")

        found = await figures(staff, "refunds", "from=2026-03-29&to=2026-03-31")

        # The first: 135.34 on the 30th, at noon; the second: 100.00, less than was proposed,
        # owed on the 29th by the clocks of New York and sent on the 30th.
        assert found == [
            ("2026-03-29", "USD", "100.00", "0.00", "0", "0.00"),
            ("2026-03-30", "USD", "135.34", "100.00", "1", "135.34"),
        ]
        (chart,) = await drawn(staff, "refunds", "from=2026-03-29&to=2026-03-31")
        assert chart["labels"] == ["2026-03-29", "2026-03-30", "2026-03-31"]
        assert [one["values"] for one in chart["series"]] == [
            [100.0, 135.34, 0],
            [0.0, 100.0, 0],
            [0.0, 135.34, 0],
        ]

    async def test_are_drawn_for_each_currency_by_itself(self, staff: StaffSide):
        await more_orders(staff, "EKR-1002", currency="EUR")
        for number in ("EKR-1001", "EKR-1002"):
            await came_back(staff, await staff.open_return(number))

        drawings = await drawn(staff, "refunds")

        assert [one["currency"] for one in drawings] == ["EUR", "USD"]
        found = await figures(staff, "refunds", role=Role.FINANCE)
        assert [row[1:3] for row in found] == [("EUR", "135.34"), ("USD", "135.34")]


class TestReasonsAndCauses:
    async def test_are_set_against_each_other_by_units(self, staff: StaffSide):
        await more_orders(staff, "EKR-1002", "EKR-1003")
        faulty = asked(reason="defective", quantity=2)
        await came_back(staff, await staff.open_return("EKR-1001", faulty), 2, found_cause="sewing")
        one = await staff.open_return("EKR-1002", asked(reason="defective"))
        await came_back(staff, one, found_cause="none")
        await came_back(staff, await staff.open_return("EKR-1003"))

        assert await figures(staff, "causes", MARCH, Role.SUPPORT) == [
            ("defective", "sewing", "2", "66.7"),
            ("defective", "none", "1", "33.3"),
            ("changed_mind", "", "1", "100.0"),
        ]
        (chart,) = await drawn(staff, "causes")
        assert chart["labels"] == ["Defective", "Changed their mind"]
        assert {one["name"]: one["values"] for one in chart["series"]} == {
            "Sewing": [2.0, None],
            "Nothing wrong": [1.0, None],
            "No cause named": [None, 1.0],
        }
        person = await staff.signed_in("the-support")
        await person.open(f"/admin/reports/causes?{MARCH}")
        assert "No cause named" in person.text
        assert "66.7 %" in person.text


class TestTheGrades:
    async def test_count_the_units_the_bench_graded_on_each_day(self, staff: StaffSide):
        await more_orders(staff, "EKR-1002", "EKR-1003")
        staff.clock.now = LATE_ON_THE_29TH
        await came_back(staff, await staff.open_return("EKR-1001", asked(quantity=2)), 2)
        await came_back(staff, await staff.open_return("EKR-1002"), grade="B")
        staff.clock.pass_by(timedelta(hours=1))
        await came_back(staff, await staff.open_return("EKR-1003"), grade="B")

        assert await figures(staff, "grades", MARCH, Role.WAREHOUSE) == [
            ("2026-03-29", "A", "2", "66.7", "2"),
            ("2026-03-29", "B", "1", "33.3", "1"),
            ("2026-03-30", "B", "1", "100.0", "1"),
        ]
        (chart,) = await drawn(staff, "grades", "from=2026-03-29&to=2026-03-31")
        assert {one["name"]: one["values"] for one in chart["series"]} == {
            "A: as new": [2.0, 0, 0],
            "B: opened": [1.0, 1.0, 0],
        }
