"""Something extra for our fault: the list, who decides, and what stands in the way."""

from typing import Any

from returns_engine.rules.words import Role
from returns_engine.workflow.review_return import approve_return
from tests.admin.conftest import StaffSide
from tests.admin.test_approvals import inspected
from tests.api.orders import line, order
from tests.workflow.shop import POLICY, SUPPORT


async def faults(staff: StaffSide, units: int) -> list[dict[str, Any]]:
    """Let units of a big order come back as defective; return the cases."""
    shipment = order()["shipments"][0] | {"lines": [{"line_id": "L1", "quantity": 9}]}
    payment = order()["payments"][0] | {"captured": 10**6, "reference": "pi_big"}
    big = {"lines": [line(quantity=9)], "payments": [payment], "shipments": [shipment]}
    await staff.put_order("EKR-9", **big)
    cases = []
    for _ in range(units):
        number = await staff.open_return(
            "EKR-9", {"line_id": "L1", "quantity": 1, "reason": "defective"}
        )
        await approve_return(number, policy=POLICY, actor=SUPPORT, now=staff.clock())
        await inspected(staff, number)
        cases.append(await staff.case(number))
    return cases


def the_form(case: dict[str, Any], action: str) -> str:
    (one,) = case["compensations"]
    return f"/admin/compensations/{one['id']}/{action}"


class TestWhatIsAboveTheCaps:
    async def test_is_approved_by_finance_on_its_own_page(self, staff: StaffSide):
        last = (await faults(staff, 3))[-1]
        person = await staff.signed_in("fay", Role.FINANCE)
        await person.open("/admin")
        assert "Extras to approve" in person.text
        await person.open("/admin/compensations")
        assert "coupon for your next order" in person.text
        assert "This order has $20.00 on top already" in person.text

        await person.send(the_form(last, "approve"))
        assert "Nothing waits here." in person.text
        assert (await staff.case(last["number"]))["compensations"][0]["state"] == "approved"

    async def test_is_not_refused_without_a_word(self, staff: StaffSide):
        last = (await faults(staff, 3))[-1]
        person = await staff.signed_in("fay", Role.FINANCE)
        await person.open("/admin/compensations?show=to_approve")
        answer = await person.send(the_form(last, "refuse"), reason=" ")

        assert answer.status_code == 422
        assert "Say why, for the record." in person.text
        await person.send(the_form(last, "refuse"), reason="Two are enough.")
        assert (await staff.case(last["number"]))["compensations"][0]["state"] == "refused"

    async def test_is_nothing_for_who_inspected_or_may_not(self, staff: StaffSide):
        await staff.hire("wanda", Role.WAREHOUSE, Role.FINANCE, Role.SUPPORT)
        last = (await faults(staff, 3))[-1]
        both = await staff.signed_in("wanda")
        await both.open("/admin/compensations?show=to_approve")
        assert "Another person must decide this" in both.text
        assert the_form(last, "approve") not in both.text

        sue = await staff.signed_in("sue", Role.SUPPORT)
        await sue.open("/admin/compensations?show=to_approve")
        assert the_form(last, "approve") not in sue.text


class TestWhatIsToBeSent:
    async def test_is_sent_by_support_with_its_code(self, staff: StaffSide):
        (case,) = await faults(staff, 1)
        sue = await staff.signed_in("sue", Role.SUPPORT)
        await sue.open("/admin/compensations")
        answer = await sue.send(the_form(case, "give"), reference=" ")
        assert answer.status_code == 422
        assert "coupon" in sue.text

        await sue.send(the_form(case, "give"), reference="SORRY-10")
        await sue.open(f"/admin/returns/{case['number']}")
        assert "SORRY-10" in sue.text


class TestTheApprovalScreen:
    async def test_puts_what_was_found_beside_what_was_said(self, staff: StaffSide):
        number = await staff.open_return(
            "EKR-1001", {"line_id": "L1", "quantity": 1, "reason": "defective"}
        )
        await approve_return(number, policy=POLICY, actor=SUPPORT, now=staff.clock())
        path = await inspected(staff, number, **{"cause-0": "none"})
        fay = await staff.signed_in("fay", Role.FINANCE)
        await fay.open(path)

        assert "The customer said: Defective" in fay.text
        assert "the bench found: Nothing wrong" in fay.text
        assert "Not our fault by what was found" in fay.text
        assert "Outbound shipping goes back for our fault alone" in fay.text

    async def test_says_nothing_of_it_where_both_agree(self, staff: StaffSide):
        number = await staff.open_return()
        path = await inspected(staff, number)
        fay = await staff.signed_in("fay", Role.FINANCE)
        await fay.open(path)

        assert "The customer said: Changed their mind" in fay.text
        assert "the bench found: no cause named" in fay.text
        assert "Outbound shipping goes back" not in fay.text
