"""The policy's checks at the bench: passed, failed, or nobody looked."""

from returns_engine.queries.rows import loaded, rows
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.words import Role
from returns_engine.workflow.inspect_lines import inspect_lines
from returns_engine.workflow.inspected_units import InspectedUnits
from returns_engine.workflow.receive_parcel import ReceivedUnits, receive_parcel
from tests.admin.conftest import StaffSide, Visitor, a_photo
from tests.admin.test_bench import PASSED
from tests.api.orders import NOW


async def read_by_the_manager(staff: StaffSide, number: str) -> Visitor:
    manager = await staff.signed_in("mona", Role.MANAGER)
    await manager.open(f"/admin/returns/{number}")
    return manager


async def accepted_by_a_program(staff: StaffSide) -> str:
    """A program looked at nothing, and accepts it all the same."""
    number = await staff.open_return()
    units = [ReceivedUnits(line_id="L1", quantity=1)]
    await receive_parcel(number, lines=units, parcel_reference=None, actor=SYSTEM, now=NOW)
    found = InspectedUnits(
        line_id="L1",
        quantity=1,
        checks={},
        grade="A",
        found_cause=None,
        verdict="accepted",
        disposition="restock",
        note=None,
        photo_ids=[],
    )
    policy = staff.services.policy
    await inspect_lines(number, lines=[found], policy=policy, actor=SYSTEM, now=NOW)
    return number


async def kept() -> tuple[dict[str, bool], dict[str, bool]]:
    """Return the checks of the only verdict, and of its event."""
    [line] = await rows("SELECT checks FROM inspection_lines")
    [event] = await rows("SELECT data FROM events WHERE type = 'lines.inspected'")
    return loaded(line["checks"]), loaded(event["data"])["lines"][0]["checks"]


class TestTheChecks:
    async def test_that_nobody_made_stands_nowhere_as_failed(self, staff: StaffSide):
        page = await read_by_the_manager(staff, await accepted_by_a_program(staff))

        assert await kept() == ({}, {})
        assert "– Tags on: not looked at" in page.text
        assert "✗ Tags on" not in page.text
        [refund] = await staff.refunds()
        await page.open(f"/admin/approvals/{refund['id']}")
        assert "– Tags on: not looked at" in page.text
        assert "✗ Tags on" not in page.text

    async def test_says_which_passed_which_failed_and_which_nobody_made(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        found = {"verdict-0": "rejected", "check-0": ["unused"], "fails-0": ["tags_attached"]}
        why = {"grade-0": "B", "note-0": "No tags.", "clause-0": "return.condition.tags"}
        photo = {"photos-0": ("seam.jpg", a_photo(), "image/jpeg")}
        await bench.send(f"/admin/bench/{number}", files=photo, **found, **why)
        page = await read_by_the_manager(staff, number)

        made = {"unused": True, "tags_attached": False}
        assert await kept() == (made, made)
        assert "✓ Unused" in page.text
        assert "✗ Tags on" in page.text
        assert "– Original packaging: not looked at" in page.text

    async def test_are_all_made_before_an_item_is_accepted_at_the_bench(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        fields = {"verdict-0": "accepted", "grade-0": "A", "check-0": PASSED[:2]}

        answer = await bench.send(f"/admin/bench/{number}", **fields)
        assert answer.status_code == 422
        assert "before you accept: Tags on, Original packaging." in bench.text
        assert (await staff.case(number))["lines"][0]["accepted"] == 0

        await bench.send(f"/admin/bench/{number}", **fields, **{"fails-0": PASSED[2:]})
        assert (await staff.case(number))["lines"][0]["accepted"] == 1

    async def test_need_a_grade_unless_all_of_them_passed(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        fields = {"verdict-0": "accepted", "check-0": PASSED[:3], "fails-0": PASSED[3:]}

        answer = await bench.send(f"/admin/bench/{number}", **fields)

        assert answer.status_code == 422
        assert "Choose a grade from A to D." in bench.text
        assert bench.text.count('name="fails-0" value="original_packaging"') == 1
        form = bench.form(f"/admin/bench/{number}").fields
        assert [value for name, value in form if name in {"check-0", "fails-0"}] == PASSED
