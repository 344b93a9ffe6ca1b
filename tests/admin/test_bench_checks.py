"""The policy's checks at the bench: passed, failed, or nobody looked."""

from returns_engine.queries.rows import loaded, rows
from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide, Visitor
from tests.admin.test_bench import PASSED


async def judged(staff: StaffSide, **fields: object) -> tuple[Visitor, str]:
    """Save an item at the bench; give the page of its return, as a manager reads it."""
    number = await staff.open_return()
    bench = await staff.signed_in("wanda", Role.WAREHOUSE)
    await bench.open(f"/admin/bench/{number}")
    await bench.send(f"/admin/bench/{number}", **{"verdict-0": "accepted", **fields})
    manager = await staff.signed_in("mona", Role.MANAGER)
    await manager.open(f"/admin/returns/{number}")
    return manager, number


async def kept() -> tuple[dict[str, bool], dict[str, bool]]:
    """Return the checks of the only verdict, and of its event."""
    [line] = await rows("SELECT checks FROM inspection_lines")
    [event] = await rows("SELECT data FROM events WHERE type = 'lines.inspected'")
    return loaded(line["checks"]), loaded(event["data"])["lines"][0]["checks"]


class TestTheChecks:
    async def test_that_nobody_made_stands_nowhere_as_failed(self, staff: StaffSide):
        page, _ = await judged(staff, **{"grade-0": "A"})

        assert await kept() == ({}, {})
        assert "– Tags on: not looked at" in page.text
        assert "✗ Tags on" not in page.text
        [refund] = await staff.refunds()
        await page.open(f"/admin/approvals/{refund['id']}")
        assert "– Tags on: not looked at" in page.text
        assert "✗ Tags on" not in page.text

    async def test_says_which_passed_which_failed_and_which_nobody_made(self, staff: StaffSide):
        fields = {"grade-0": "B", "check-0": ["unused"], "fails-0": ["tags_attached"]}
        page, _ = await judged(staff, **fields)

        made = {"unused": True, "tags_attached": False}
        assert await kept() == (made, made)
        assert "✓ Unused" in page.text
        assert "✗ Tags on" in page.text
        assert "– Original packaging: not looked at" in page.text

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
