"""What finance pays by hand: who may record it, and what is asked about before."""

from tests.admin.conftest import StaffSide
from tests.admin.test_approvals import finance, it_failed, provider_answered
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
