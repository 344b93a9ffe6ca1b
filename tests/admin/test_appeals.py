"""An appeal on the staff's side: what it shows, who may decide, and what the bench hears of it."""

from returns_engine.queries.waiting import what_waits
from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind, Role
from returns_engine.workflow.appeal_return import appeal_return
from tests.admin.conftest import StaffSide, a_photo
from tests.admin.test_bench import PASSED
from tests.api.orders import asked
from tests.portal.conftest import Visitor

DANA = Actor(kind=ActorKind.CUSTOMER, order="EKR-1001")
REFUSER = "Another person must decide this."


async def appealed(staff: StaffSide, number: str) -> str:
    await appeal_return(
        number,
        message="That is <b>your</b> coffee.",
        actor=DANA,
        policy=staff.services.policy,
        now=staff.clock(),
    )
    return f"/admin/returns/{number}"


async def declined(staff: StaffSide) -> tuple[str, Visitor]:
    number = await staff.open_return("EKR-1001", asked(reason="defective"))
    sue = await staff.signed_in("sue", Role.SUPPORT)
    await sue.open(f"/admin/returns/{number}")
    await sue.send(f"/admin/returns/{number}/decline", reason="It was cut.")
    return number, sue


async def rejected(staff: StaffSide) -> tuple[str, Visitor]:
    number = await staff.open_return()
    wanda = await staff.signed_in("wanda", Role.WAREHOUSE)
    await wanda.open(f"/admin/bench/{number}")
    fields = {"verdict-0": "rejected", "grade-0": "D", "note-0": "A coffee stain."}
    files = {"photos-0": ("stain.jpg", a_photo(), "image/jpeg")}
    await wanda.send(f"/admin/bench/{number}", files=files, **fields)
    assert (await staff.case(number))["state"] == "inspected", wanda.text
    return number, wanda


class TestAnAppeal:
    async def test_shows_against_what_and_who_may_not_decide(self, staff: StaffSide):
        number, sue = await declined(staff)
        url = await appealed(staff, number)

        await sue.open(url)
        assert "Against a declined return" in sue.text
        assert "That is &lt;b&gt;your&lt;/b&gt; coffee." in sue.text
        assert REFUSER in sue.text
        assert "Refused before by: Sue." in sue.text
        assert f'action="{url}/approve"' not in sue.text
        sam = await staff.signed_in("sam", Role.SUPPORT)
        await sam.open(url)
        assert REFUSER not in sam.text
        await sam.send(f"{url}/approve")
        assert (await staff.case(number))["state"] == "approved"
        assert "Upheld" in sam.text

    async def test_refuses_who_refused_with_a_page_of_an_hour_ago(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(reason="defective"))
        sue = await staff.signed_in("sue", Role.SUPPORT)
        await sue.open(f"/admin/returns/{number}")
        form = sue.form(f"/admin/returns/{number}/approve")
        await sue.send(f"/admin/returns/{number}/decline", reason="It was cut.")
        await appealed(staff, number)

        answer = await sue.send(f"/admin/returns/{number}/approve", form=form)
        assert answer.status_code == 403
        assert (await staff.case(number))["state"] == "in_review"

    async def test_that_does_not_hold_needs_a_reason(self, staff: StaffSide):
        number, _ = await declined(staff)
        url = await appealed(staff, number)
        sam = await staff.signed_in("sam", Role.SUPPORT)
        await sam.open(url)

        assert (await sam.send(f"{url}/decline")).status_code == 422
        await sam.send(f"{url}/decline", reason="A knife did it.")
        assert (await staff.case(number))["appeal"]["outcome"] == "dismissed"
        assert "Not upheld" in sam.text

    async def test_is_counted_on_the_dashboard_and_listed(self, staff: StaffSide):
        await staff.open_return("EKR-1001", asked(reason="defective"))
        number, sue = await declined(staff)
        assert (await what_waits()).appeals.count == 0
        await appealed(staff, number)

        assert (await what_waits()).appeals.count == 1
        await sue.open("/admin")
        assert "/admin/returns?state=in_review&amp;appeals=1" in sue.text
        await sue.open("/admin/returns?state=in_review&appeals=1")
        assert sue.text.count('class="code-text"') == 1
        assert number in sue.text


class TestTheBench:
    async def test_hears_that_another_person_judges_the_items(self, staff: StaffSide):
        number, wanda = await rejected(staff)
        url = await appealed(staff, number)
        await wanda.open(f"/admin/bench/{number}")
        assert "keep the goods here until it is decided" in wanda.text
        sam = await staff.signed_in("sam", Role.SUPPORT)
        await sam.open(url)
        assert "A coffee stain." in sam.text
        assert "Photo of the bench" in sam.text
        await sam.send(f"{url}/approve")

        await wanda.open(f"/admin/bench/{number}")
        assert "Another person must judge these items." in wanda.text
        fields = {"verdict-0": "accepted", "check-0": PASSED}
        answer = await wanda.send(f"/admin/bench/{number}", **fields)
        assert answer.status_code == 403
        will = await staff.signed_in("will", Role.WAREHOUSE)
        await will.open(f"/admin/bench/{number}")
        assert "Wanda judged them before" in will.text
        await will.send(f"/admin/bench/{number}", **fields)
        assert (await staff.case(number))["state"] == "settling"
        await sam.open(url)
        assert "set aside by an appeal" in sam.text

    async def test_sends_home_what_was_not_accepted(self, staff: StaffSide):
        number, wanda = await rejected(staff)
        url = f"/admin/returns/{number}"
        await wanda.open(url)
        home = f"{url}/send-back"

        assert (await wanda.send(home, carrier="ups")).status_code == 422
        answer = await wanda.send(
            home, carrier="ups", tracking_number="1Z999AA10123456784", **{"units.L1": "2"}
        )
        assert answer.status_code == 422
        assert "units of “Seat covers, Ford F-150, black” here" in wanda.text
        await wanda.send(
            home, carrier="ups", tracking_number="1Z999AA10123456784", **{"units.L1": "1"}
        )
        assert (await staff.case(number))["state"] == "closed"

    async def test_alone_sends_home(self, staff: StaffSide):
        number, _ = await rejected(staff)
        sam = await staff.signed_in("sam", Role.SUPPORT)
        await sam.open(f"/admin/returns/{number}")

        assert "Not accepted, still here" in sam.text
        assert "send-back" not in sam.text


class TestApprovals:
    async def test_show_which_rule_was_set_aside_and_why(self, staff: StaffSide):
        number = await staff.open_return("EKR-1001", asked(reason="defective"))
        url = f"/admin/returns/{number}"
        sue = await staff.signed_in("sue", Role.SUPPORT)
        await sue.open(url)
        await sue.send(f"{url}/override", **{"override_reason-0": "Seen on a call."})
        await sue.send(f"{url}/approve")
        wanda = await staff.signed_in("wanda", Role.WAREHOUSE)
        await wanda.open(f"/admin/bench/{number}")
        fields = {"verdict-0": "accepted", "check-0": PASSED}
        await wanda.send(f"/admin/bench/{number}", **fields)

        fay = await staff.signed_in("fay", Role.FINANCE)
        await fay.open("/admin/approvals")
        assert "Rule overridden" in fay.text
        refund = (await staff.refunds())[0]
        await fay.open(f"/admin/approvals/{refund['id']}")
        assert "A rule was set aside" in fay.text
        assert "Seen on a call." in fay.text
        assert "photos" in fay.text.split("A rule was set aside")[1]

    async def test_leave_the_difference_after_an_appeal_to_somebody_else(self, staff: StaffSide):
        number = await staff.open_return()
        wanda = await staff.signed_in("wanda", Role.WAREHOUSE)
        await wanda.open(f"/admin/bench/{number}")
        await wanda.send(f"/admin/bench/{number}", **{"verdict-0": "accepted", "check-0": PASSED})
        first = (await staff.refunds())[0]
        fay = await staff.signed_in("fay", Role.FINANCE)
        await fay.open(f"/admin/approvals/{first['id']}")
        lower = {"amount": "100.00", "note": "Worn.", "clause": "return.condition.unused"}
        await fay.send(f"/admin/approvals/{first['id']}/approve", **lower)
        url = await appealed(staff, number)
        sam = await staff.signed_in("sam", Role.SUPPORT)
        await sam.open(url)
        assert "Against a refund that was lowered, refused or called off" in sam.text
        await sam.send(f"{url}/approve")

        more = next(one for one in await staff.refunds() if one["id"] != first["id"])
        await fay.open("/admin/approvals")
        assert "For another person" in fay.text
        assert "After an appeal" in fay.text
        page = f"/admin/approvals/{more['id']}"
        await fay.open(page)
        assert "You decided the amount" in fay.text
        assert (await fay.send(f"{page}/approve", amount="35.34")).status_code == 403
        fred = await staff.signed_in("fred", Role.FINANCE)
        await fred.open(page)
        await fred.send(f"{page}/approve", amount="35.34")
        assert {one["state"] for one in await staff.refunds()} == {"approved"}
