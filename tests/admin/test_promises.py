"""What was promised: on the dashboard, in its list, and on the case."""

from datetime import timedelta

from returns_engine.rules.words import Role
from returns_engine.workflow.note_broken_promises import note_broken_promises
from tests.admin.conftest import StaffSide
from tests.api.orders import asked


class TestPromises:
    async def test_are_due_and_then_broken(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(reason="defective"))
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open("/admin/promises")
        assert number in person.text
        assert "Answer the customer" in person.text

        await note_broken_promises(now=staff.clock() + timedelta(days=9))
        staff.clock.now += timedelta(days=9)
        person = await staff.signed_in("sue")
        await person.open("/admin/promises?show=due")
        assert number not in person.text
        await person.open("/admin/promises?show=broken")
        assert number in person.text
        await person.open("/admin")
        assert "Promises broken" in person.text
        await person.open(f"/admin/returns/{number}")
        assert "broken" in person.text

    async def test_say_when_there_is_none(self, staff: StaffSide):
        person = await staff.signed_in("sue", Role.SUPPORT)

        await person.open("/admin/promises?show=broken&cursor=made-up")

        assert "No promise is broken." in person.text
