"""Finance sends a proposal back: the bench reads why and from whom, and finance sees what comes."""

from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide
from tests.admin.test_bench_undo import PASSED, judged
from tests.portal.conftest import Visitor

WHY = "The photo shows another car seat."


async def sent_back(staff: StaffSide) -> tuple[str, str, Visitor, Visitor]:
    """A return judged by Wanda, whose proposal Fay sent back; both browsers with it."""
    number = await staff.open_return()
    bench = await judged(staff, number)
    (refund,) = await staff.refunds()
    path = f"/admin/approvals/{refund['id']}"
    fay = await staff.signed_in("fay", Role.FINANCE)
    await fay.open(path)
    await fay.send(f"{path}/back-to-bench", bench_reason=WHY)
    return number, path, bench, fay


class TestBackToTheBench:
    async def test_shows_the_bench_why_and_from_whom(self, staff: StaffSide):
        number, _, bench, _ = await sent_back(staff)

        await bench.open(f"/admin/bench/{number}")

        assert "Fay of finance sent this back: look once more." in bench.text
        assert WHY in bench.text
        await bench.send(f"/admin/bench/{number}", **{"verdict-0": "accepted", "check-0": PASSED})
        await bench.open(f"/admin/bench/{number}")
        assert WHY not in bench.text

    async def test_tells_finance_what_becomes_of_it(self, staff: StaffSide):
        number, path, _, fay = await sent_back(staff)

        assert fay.path == path
        assert "Sent back to the bench:" in fay.text
        assert "sent back to the bench by finance" in fay.text
        assert f'action="{path}/approve"' not in fay.text
        await fay.open(f"/admin/returns/{number}")
        assert "Items wait for another verdict" in fay.text

    async def test_needs_a_reason(self, staff: StaffSide):
        number = await staff.open_return()
        await judged(staff, number)
        (refund,) = await staff.refunds()
        path = f"/admin/approvals/{refund['id']}"
        fay = await staff.signed_in("fay", Role.FINANCE)
        await fay.open(path)
        answer = await fay.send(f"{path}/back-to-bench", bench_reason=" ")

        assert answer.status_code == 422
        assert "Say what to look at" in fay.text
        assert [one["state"] for one in await staff.refunds()] == ["proposed"]

    async def test_sent_twice_counts_once(self, staff: StaffSide):
        number = await staff.open_return()
        await judged(staff, number)
        (refund,) = await staff.refunds()
        path = f"/admin/approvals/{refund['id']}"
        fay = await staff.signed_in("fay", Role.FINANCE)
        await fay.open(path)
        form = fay.form(f"{path}/back-to-bench")
        await fay.send(f"{path}/back-to-bench", form=form, bench_reason=WHY)
        again = await fay.send(f"{path}/back-to-bench", form=form, bench_reason=WHY)

        assert again.status_code in {409, 412}
        line = (await staff.case(number))["lines"][0]
        assert (line["received"], line["accepted"]) == (1, 0)
