"""A verdict given too fast: taken back at the bench until finance has acted on it."""

from returns_engine.rules.words import Role
from returns_engine.tables.messages import Message
from returns_engine.tables.returns import Inspection, InspectionLine
from tests.admin.conftest import StaffSide, a_photo
from tests.admin.opinions import dear_return
from tests.api.orders import asked
from tests.portal.conftest import Visitor

PASSED = ["as_received", "unused", "tags_attached", "original_packaging"]


async def judged(staff: StaffSide, number: str, **fields: object) -> Visitor:
    bench = await staff.signed_in("wanda", Role.WAREHOUSE)
    await bench.open(f"/admin/bench/{number}")
    given = {"verdict-0": "accepted", "check-0": PASSED} | fields
    await bench.send(f"/admin/bench/{number}", **given)
    return bench


class TestTakingAVerdictBack:
    async def test_puts_the_units_before_the_bench_again_and_calls_the_proposal_off(
        self, staff: StaffSide
    ):
        number = await staff.open_return()
        bench = await judged(staff, number)

        await bench.send(f"/admin/bench/{number}/undo")

        assert bench.path == f"/admin/bench/{number}"
        assert "Your verdict was taken back." in bench.text
        case = await staff.case(number)
        line = case["lines"][0]
        assert (case["state"], line["received"], line["accepted"]) == ("received", 1, 0)
        assert [one["state"] for one in await staff.refunds()] == ["canceled"]
        written = await Message.select(Message.template).order_by(Message.created_at, Message.id)
        assert "inspection_undone" in {one["template"] for one in written}

    async def test_leaves_the_way_open_for_another_verdict_and_its_money(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(quantity=2))
        bench = await judged(staff, number)
        (first,) = await staff.refunds()
        await bench.send(f"/admin/bench/{number}/undo")

        await bench.send(f"/admin/bench/{number}", **{"verdict-0": "accepted", "check-0": PASSED})

        line = (await staff.case(number))["lines"][0]
        assert (line["received"], line["accepted"]) == (2, 2)
        again, off = sorted(await staff.refunds(), key=lambda one: one["state"], reverse=True)
        assert (again["state"], off["state"]) == ("proposed", "canceled")
        assert again["proposed"] == first["proposed"]

    async def test_keeps_the_verdict_on_record(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await judged(staff, number)
        await bench.send(f"/admin/bench/{number}/undo")

        assert await Inspection.count() == 1
        assert (await InspectionLine.select(InspectionLine.superseded))[0]["superseded"] == 1
        mona = await staff.signed_in("mona", Role.MANAGER)
        await mona.open(f"/admin/returns/{number}")
        assert "taken back by the bench" in mona.text
        assert "Verdict taken back by the bench" in mona.text

    async def test_of_a_rejection_is_judged_by_the_same_person_again(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        fields = {"verdict-0": "rejected", "grade-0": "D", "note-0": "Torn."}
        photo = {"photos-0": ("torn.jpg", a_photo(), "image/jpeg")}
        await bench.send(f"/admin/bench/{number}", files=photo, **fields)
        assert "1 not accepted" in bench.text

        await bench.send(f"/admin/bench/{number}/undo")
        await bench.send(f"/admin/bench/{number}", **{"verdict-0": "accepted", "check-0": PASSED})

        line = (await staff.case(number))["lines"][0]
        assert (line["accepted"], line["rejected"]) == (1, 0)

    async def test_happens_once(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await judged(staff, number)
        form = bench.form(f"/admin/bench/{number}/undo")
        await bench.send(f"/admin/bench/{number}/undo", form=form)
        again = await bench.send(f"/admin/bench/{number}/undo", form=form)

        assert again.status_code == 409
        assert "There is no verdict of yours here" in bench.text
        assert (await staff.case(number))["lines"][0]["accepted"] == 0

    async def test_is_for_who_gave_it(self, staff: StaffSide):
        number = await staff.open_return()
        await judged(staff, number)
        other = await staff.signed_in("walt", Role.WAREHOUSE)
        await other.open(f"/admin/bench?saved={number}")

        assert f"/admin/bench/{number}/undo" not in other.text

    async def test_is_over_once_finance_has_acted(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await judged(staff, number)
        form = bench.form(f"/admin/bench/{number}/undo")
        fay = await staff.signed_in("fay", Role.FINANCE)
        (refund,) = await staff.refunds()
        await fay.open(f"/admin/approvals/{refund['id']}")
        await fay.send(f"/admin/approvals/{refund['id']}/hold", hold_reason="Wait for the dispute.")

        answer = await bench.send(f"/admin/bench/{number}/undo", form=form)

        assert answer.status_code == 409
        assert "Somebody has acted on this verdict already" in bench.text
        assert (await staff.case(number))["lines"][0]["accepted"] == 1
        assert [one["state"] for one in await staff.refunds()] == ["proposed"]

    async def test_is_offered_on_the_page_of_the_return_too(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await judged(staff, number)

        await bench.open(f"/admin/bench/{number}")

        assert "There is nothing to do here for the bench" in bench.text
        assert f'action="/admin/bench/{number}/undo"' in bench.text


class TestARejectionThatWaitsForAnother:
    async def test_says_so_and_is_taken_back(self, staff: StaffSide):
        number = await dear_return(staff)
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        page = f"/admin/bench/{number}"
        await bench.open(page)
        fields = {"verdict-0": "rejected", "grade-0": "D", "note-0": "Torn."}
        file = {"photos-0": ("x.jpg", a_photo(), "image/jpeg")}
        await bench.send(page, files=file, **fields)
        assert "1 rejected, waits for another person" in bench.text
        assert "counted in" not in bench.text
        await bench.open(page)
        await bench.send(f"{page}/undo")

        assert "the customer had heard nothing" in bench.text
        assert (await staff.case(number))["actions"].count("inspect") == 1
        await bench.open("/admin/opinions")
        assert number not in bench.text


class TestARejectionsClause:
    async def test_is_picked_and_the_customer_reads_it(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        fields = {
            "verdict-0": "rejected",
            "grade-0": "D",
            "note-0": "Torn.",
            "clause-0": "return.condition.tags",
        }
        photo = {"photos-0": ("torn.jpg", a_photo(), "image/jpeg")}
        await bench.send(f"/admin/bench/{number}", files=photo, **fields)

        assert bench.path == "/admin/bench"
        kept = await InspectionLine.select(InspectionLine.clause)
        assert kept == [{"clause": "return.condition.tags"}]

    async def test_must_be_one_of_the_policy(self, staff: StaffSide):
        number = await staff.open_return()
        bench = await staff.signed_in("wanda", Role.WAREHOUSE)
        await bench.open(f"/admin/bench/{number}")
        fields = {"verdict-0": "rejected", "grade-0": "D", "note-0": "x", "clause-0": "nobody's"}
        photo = {"photos-0": ("torn.jpg", a_photo(), "image/jpeg")}
        answer = await bench.send(f"/admin/bench/{number}", files=photo, **fields)

        assert answer.status_code == 422
        assert "A rejection needs the clause it rests on" in bench.text
        assert (await staff.case(number))["lines"][0]["rejected"] == 0
