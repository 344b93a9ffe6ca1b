"""A new label for a return whose last one was not used in time, made by support."""

from datetime import timedelta

from returns_engine.rules.words import Role
from returns_engine.workflow.expire_labels import expire_labels
from tests.admin.conftest import StaffSide
from tests.admin.test_void_label import labelled
from tests.api.orders import NOW

AGAIN = "Make a new label"


async def run_out(staff: StaffSide) -> str:
    number = await labelled(staff)
    assert await expire_labels(now=NOW + timedelta(days=15)) == 1
    return number


class TestALabelThatRanOut:
    async def test_is_made_anew_by_support(self, staff: StaffSide):
        number = await run_out(staff)
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open(f"/admin/returns/{number}")
        assert AGAIN in person.text

        await person.send(f"/admin/returns/{number}/renew-label")

        case = await staff.case(number)
        assert (case["state"], case["label"]) == ("approved", None)
        assert "New label asked for" in person.text
        assert AGAIN not in person.text

    async def test_is_nothing_for_the_warehouse(self, staff: StaffSide):
        number = await run_out(staff)
        person = await staff.signed_in("wim", Role.WAREHOUSE)
        await person.open(f"/admin/returns/{number}")

        assert AGAIN not in person.text
