"""The other numbers, counted by hand: times, rates, promises, what was given, the difference."""

import json
from datetime import timedelta
from typing import Any

from admin.words import STATES
from returns_engine.rules.words import Role
from returns_engine.workflow.decide_compensation import give_compensation
from returns_engine.workflow.review_return import approve_return, withdraw_return
from tests.admin.conftest import StaffSide
from tests.admin.numbers import MARCH, came_back, drawn, figures, more_orders
from tests.admin.opinions import asked_for
from tests.admin.test_reconciliation import a_run
from tests.api.orders import asked, line
from tests.workflow.shop import POLICY, SUPPORT

FEBRUARY = "from=2026-02-01&to=2026-02-28"
TITLE = "Seat covers, Ford F-150, black"


class TestTheTimes:
    async def test_are_how_long_each_state_lasted_and_how_many_are_in_it(self, staff: StaffSide):
        await more_orders(staff, "EKR-1002", "EKR-1003")
        first, second, _ = [
            await staff.open_return(number) for number in ("EKR-1001", "EKR-1002", "EKR-1003")
        ]
        staff.clock.pass_by(timedelta(hours=6))
        await came_back(staff, first)
        staff.clock.pass_by(timedelta(hours=4))
        await came_back(staff, second)

        found = {row[0]: row[1:] for row in await figures(staff, "times")}

        # Six hours and ten: between them, and a tenth below the longer one; the third waits.
        assert found["approved"] == ("8.0", "9.6", "2", "1")
        assert found["requested"] == ("0.0", "0.0", "3", "0")
        assert found["settling"] == ("", "", "0", "2")

    async def test_are_those_of_the_return_and_of_no_opinion_about_it(self, staff: StaffSide):
        await asked_for(staff)

        found = {row[0] for row in await figures(staff, "times")}

        assert found <= {str(state) for state in STATES}

    async def test_are_not_counted_for_more_than_half_a_year(self, staff: StaffSide):
        person = await staff.signed_in("mona", Role.MANAGER)

        answer = await person.open("/admin/reports/times?from=2025-01-01&to=2026-01-01")

        assert answer.status_code == 422
        assert "So many days take too long to count; ask for fewer." in person.text
        assert "12 months" not in person.text


class TestTheRates:
    async def test_are_units_asked_back_of_those_sold(self, staff: StaffSide):
        mats = line(line_id="L2", sku="EKR-MAT-4", title="Mats", quantity=1, vehicle=None)
        both = {"lines": [line(), mats], "discount": 0}
        payment = {
            "payment_id": "P1",
            "provider": "external",
            "reference": "amazon-7",
            "method": "marketplace",
            "captured": 43143,
            "refundable_until": None,
        }
        await staff.put_order("EKR-1002", **both, payments=[payment])
        await more_orders(staff, "EKR-1003", placed_at="2026-01-31T20:00:00Z")
        await more_orders(staff, "EKR-1004", status="canceled")
        await staff.open_return("EKR-1001", asked(reason="wrong_model_chosen"))
        await staff.open_return("EKR-1003", asked(quantity=2))
        taken_back = await staff.open_return("EKR-1002")
        await withdraw_return(taken_back, actor=SUPPORT, now=staff.clock())

        # Two orders of two covers and one of mats; the third is of January, the fourth canceled.
        assert await figures(staff, "rate-by-sku", FEBRUARY) == [
            ("EKR-F150-BLK", TITLE, "4", "1", "25.0"),
            ("EKR-MAT-4", "Mats", "1", "0", "0.0"),
        ]
        assert await figures(staff, "rate-by-vehicle", FEBRUARY) == [
            ("Ford F-150", "4", "1", "1", "25.0")
        ]
        (chart,) = await drawn(staff, "rate-by-sku", FEBRUARY)
        assert (chart["labels"][0], chart["series"][0]["values"][0]) == ("EKR-F150-BLK", 25.0)


class TestTheProductionWeeks:
    async def test_count_what_was_faulty_of_what_was_made(self, staff: StaffSide):
        made: dict[str, Any] = {
            "lines": [line(kind="custom")],
            "confirmed_at": "2026-02-20T16:00:00Z",
        }
        # Ten at night on a Sunday in New York, and an hour past midnight on the Monday.
        sunday, monday = "2026-02-23T03:00:00Z", "2026-02-23T06:00:00Z"
        await more_orders(staff, "EKR-1", "EKR-2", production_started_at=sunday, **made)
        await more_orders(staff, "EKR-3", production_started_at=monday, **made)
        defective = asked(reason="defective")
        await came_back(staff, await staff.open_return("EKR-1", defective), found_cause="sewing")
        await came_back(staff, await staff.open_return("EKR-2", defective), found_cause="misuse")
        await staff.open_return("EKR-3", defective)

        assert await figures(staff, "production-weeks", FEBRUARY) == [
            ("2026-02-16", "4", "2", "1", "25.0"),
            ("2026-02-23", "2", "1", "1", "50.0"),
        ]
        (chart,) = await drawn(staff, "production-weeks", FEBRUARY)
        assert chart["labels"][0] == "2026-01-26"
        assert chart["series"][0]["values"] == [None, None, None, 25.0, 50.0]


class TestThePromises:
    async def test_are_kept_late_overdue_or_not_due_yet(self, staff: StaffSide):
        await more_orders(staff, "EKR-1002", "EKR-1003")
        defective = asked(reason="defective")
        one, two, _ = [
            await staff.open_return(number, defective)
            for number in ("EKR-1001", "EKR-1002", "EKR-1003")
        ]
        spring = "from=2026-03-30&to=2026-04-30"
        assert ("answer", "0", "0", "0", "", "0", "3") in await figures(staff, "promises", spring)

        await approve_return(one, policy=POLICY, actor=SUPPORT, now=staff.clock())
        staff.clock.pass_by(timedelta(days=20))
        await approve_return(two, policy=POLICY, actor=SUPPORT, now=staff.clock())

        found = await figures(staff, "promises", spring)
        assert ("answer", "1", "1", "1", "33.3", "0", "0") in found


class TestTheCompensation:
    async def test_is_what_was_sent_by_the_fault_it_is_for(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(reason="defective"))
        await came_back(staff, number, found_cause="sewing")
        (one,) = (await staff.case(number))["compensations"]
        assert await figures(staff, "compensation", role=Role.FINANCE) == []

        await give_compensation(one["id"], reference="THANKS", actor=SUPPORT, now=staff.clock())

        assert await figures(staff, "compensation", role=Role.FINANCE) == [
            ("2026-03-30", "defective", "USD", "0", "1", "10.00")
        ]


class TestTheReconciliation:
    async def test_is_the_difference_of_the_last_comparison_of_a_day(self, staff: StaffSide):
        await a_run()
        total = {"currency": "USD", "at_provider": 500, "in_books": 1700, "another_system": 0}
        await a_run(totals=json.dumps([total]), differing=1)
        await a_run(totals=json.dumps([total | {"at_provider": 9}]), state="broken_off")

        assert await figures(staff, "reconciliation", MARCH, Role.FINANCE) == [
            ("2026-03-30", "USD", "5.00", "17.00", "-12.00", "1")
        ]
