"""The label that is made void on the page of its return."""

from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide
from tests.api.orders import NOW
from tests.workflow.test_reminders import a_warehouse, printed_label

AGAIN = "Void it and make another"


async def labelled(staff: StaffSide) -> str:
    """Return the number of a return whose label was made."""
    await a_warehouse()
    number = await staff.open_return()
    await printed_label(number, clock=lambda: NOW)
    return number


class TestAVoidLabel:
    async def test_needs_its_reason_and_is_gone(self, staff: StaffSide):
        number = await labelled(staff)
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open(f"/admin/returns/{number}")
        assert AGAIN in person.text

        assert (await person.send(f"/admin/returns/{number}/void-label")).status_code == 422
        assert "Say why this label is void." in person.text
        await person.send(f"/admin/returns/{number}/void-label", void_reason="The dock moved.")

        assert (await staff.case(number))["label"] is None
        assert "Label made void" in person.text
        assert "The dock moved." in person.text
        assert AGAIN not in person.text

    async def test_is_nothing_that_a_warehouse_hand_decides(self, staff: StaffSide):
        number = await labelled(staff)
        person = await staff.signed_in("wim", Role.WAREHOUSE)
        await person.open(f"/admin/returns/{number}")

        assert AGAIN not in person.text
