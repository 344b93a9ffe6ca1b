"""What finance pays by hand: who may record it, and what is asked about before."""

from tests.admin.conftest import StaffSide
from tests.admin.test_approvals import EXTERNAL, finance, inspected, it_failed, provider_answered
from tests.admin.test_second_approval import dear_case, manager
from tests.portal.conftest import Visitor


async def chosen_by_fay(staff: StaffSide) -> tuple[str, Visitor, Visitor]:
    """Let Fay and Mara approve 1,500.00, the provider decline, and Fay choose another way."""
    path = await dear_case(staff)
    fay, mara = await finance(staff), await manager(staff)
    for person in (fay, mara):
        await person.open(path)
        await person.send(f"{path}/approve")
    await it_failed()
    await fay.open(path)
    assert "another person than who chooses this records the payment" in fay.text
    await fay.send(f"{path}/pay-otherwise", otherwise="To their bank account.")
    await provider_answered()
    return path, fay, mara


class TestWhatTookTwoAndIsPaidOtherwise:
    async def test_is_recorded_by_another_than_who_chose_it(self, staff: StaffSide):
        path, fay, mara = await chosen_by_fay(staff)
        await fay.open(path)
        assert "Another person must record this." in fay.text
        answer = await fay.send(f"{path}/record", external_reference="WIRE-1")
        assert answer.status_code == 403
        assert "You chose to pay this otherwise" in fay.text
        assert (await staff.refunds())[0]["state"] == "approved"

        await mara.open(path)
        assert "Another person must record this." not in mara.text
        await mara.send(f"{path}/record", external_reference="WIRE-1")
        assert (await staff.refunds())[0]["state"] == "succeeded"

    async def test_is_left_to_another_at_the_desk_too(self, staff: StaffSide):
        path, fay, mara = await chosen_by_fay(staff)
        await fay.open("/admin/refunds")
        assert f'action="{path}/record"' not in fay.text
        await mara.open("/admin/refunds")
        assert f'action="{path}/record"' in mara.text


async def to_pay(staff: StaffSide, person: Visitor, number: str) -> str:
    """Approve a refund to a marketplace, which a person pays."""
    payment = EXTERNAL | {"reference": f"amazon-{number}"}
    await staff.put_order(number, payments=[payment], email="e@example.com")
    path = await inspected(staff, await staff.open_return(number), by=f"bench-{number}")
    await person.open(path)
    await person.send(f"{path}/approve")
    return path


class TestAReferenceThatStandsAtAnotherRefund:
    async def test_is_asked_about_and_taken_once_somebody_says_so(self, staff: StaffSide):
        fay = await finance(staff)
        first, second = await to_pay(staff, fay, "EKR-2"), await to_pay(staff, fay, "EKR-3")
        await fay.open(first)
        assert "for_several" not in fay.text
        await fay.send(f"{first}/record", external_reference="BANK-77")
        await fay.open(second)
        answer = await fay.send(f"{second}/record", external_reference="BANK-77")
        assert answer.status_code == 422
        assert "Was one payment made for both?" in fay.text
        assert 'value="BANK-77"' in fay.text

        yes = {"external_reference": "BANK-77", "for_several": "yes"}
        await fay.send(f"{second}/record", **yes)
        assert {one["state"] for one in await staff.refunds()} == {"succeeded"}


class TestWhatWasPaidByHandAndCameBack:
    async def test_is_said_with_a_reason_and_paid_otherwise(self, staff: StaffSide):
        fay = await finance(staff)
        path = await to_pay(staff, fay, "EKR-2")
        await fay.send(f"{path}/record", external_reference="BANK-77")
        assert "The money came back" in fay.text
        assert (await fay.send(f"{path}/came-back")).status_code == 422
        await fay.send(f"{path}/came-back", came_back="The account is closed.")
        assert (await staff.refunds())[0]["state"] == "failed"
        assert "What was paid by hand came back" in fay.text
        assert f"{path}/retry" not in fay.text
        assert "BANK-77: The account is closed." in fay.text

        await fay.open("/admin/refunds")
        assert 'href="/admin/refunds?trouble=came_back"' in fay.text
        assert f"{path}/retry" not in fay.text
        await fay.open(path)
        await fay.send(f"{path}/pay-otherwise", otherwise="To another account.")
        await fay.send(f"{path}/record", external_reference="BANK-78")
        assert (await staff.refunds())[0]["state"] == "succeeded"
