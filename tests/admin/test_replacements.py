"""The work list of replacements, and what support does with each."""

import pytest

from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.words import Role
from returns_engine.workflow.inspect_lines import inspect_lines
from returns_engine.workflow.inspected_units import InspectedUnits
from returns_engine.workflow.receive_parcel import ReceivedUnits, receive_parcel
from returns_engine.workflow.review_return import approve_return
from tests.admin.conftest import StaffSide
from tests.api.orders import NOW, asked
from tests.api.statements import every_statement
from tests.portal.conftest import Visitor


async def planned(staff: StaffSide) -> tuple[str, str]:
    """A wrong item that came back and is to be sent again; gives the return and the page."""
    number = await staff.open_return(
        "EKR-1001", asked(reason="wrong_item"), resolution="replacement"
    )
    policy = staff.services.policy
    await approve_return(number, policy=policy, actor=SYSTEM, now=NOW)
    units = [ReceivedUnits(line_id="L1", quantity=1)]
    await receive_parcel(number, lines=units, parcel_reference=None, actor=SYSTEM, now=NOW)
    unit = InspectedUnits(
        line_id="L1",
        quantity=1,
        checks={},
        grade="B",
        found_cause=None,
        verdict="accepted",
        disposition="restock",
        note=None,
        photo_ids=[],
    )
    await inspect_lines(number, lines=[unit], policy=policy, actor=SYSTEM, now=NOW)
    case = await staff.case(number)
    return number, f"/admin/replacements/{case['replacements'][0]['id']}"


async def state_of(staff: StaffSide, number: str) -> str:
    return str((await staff.case(number))["replacements"][0]["state"])


@pytest.fixture
async def sue(staff: StaffSide) -> Visitor:
    return await staff.signed_in("sue", Role.SUPPORT)


class TestTheList:
    async def test_says_that_nothing_waits_and_what_would(self, sue: Visitor):
        await sue.open("/admin/replacements")

        assert "Nothing waits to be arranged." in sue.text

    async def test_shows_what_waits_with_its_return(self, staff: StaffSide, sue: Visitor):
        number, page = await planned(staff)
        await sue.open("/admin/replacements")

        assert f'href="{page}"' in sue.text
        assert f'href="/admin/returns/{number}"' in sue.text
        assert "1 × Seat covers, Ford F-150, black" in sue.text

    async def test_opens_where_something_waits(self, staff: StaffSide, sue: Visitor):
        _, page = await planned(staff)
        await sue.open(page)
        await sue.send(f"{page}/await-stock", expected_on="2026-05-04")

        await sue.open("/admin/replacements")
        assert 'show=awaiting_stock" aria-current="page"' in sue.text
        assert "in stock on May 4, 2026" in sue.text
        await sue.open("/admin/replacements?show=nonsense")
        assert page in sue.text

    async def test_goes_on_where_the_page_ends(self, staff: StaffSide, sue: Visitor, monkeypatch):
        monkeypatch.setattr("admin.replacements.page.PAGE", 1)
        _, first = await planned(staff)
        _, second = await planned(staff)
        await sue.open("/admin/replacements")
        shown = first if first in sue.text else second
        more = sue.text.split("&amp;after=")[1].split('"')[0]
        await sue.open(f"/admin/replacements?show=planned&after={more}")

        assert (first if shown == second else second) in sue.text
        assert shown not in sue.text

    async def test_takes_eight_statements_at_most(self, staff: StaffSide, sue: Visitor):
        _, page = await planned(staff)
        for path in ("/admin/replacements", page):
            with every_statement() as said:
                await sue.open(path)
            assert len(said) <= 8, "\n\n".join(said)


class TestAReplacement:
    async def test_is_brought_to_its_end(self, staff: StaffSide, sue: Visitor):
        number, page = await planned(staff)
        await sue.open(page)
        await sue.send(f"{page}/await-stock")
        assert "Out of stock" in sue.text
        await sue.send(f"{page}/order", external_order="EKR-2002")
        await sue.send(f"{page}/ship", carrier="UPS", tracking_number="1Z999AA10123456784")
        assert "tracknum=1Z999AA10123456784" in sue.text
        await sue.send(f"{page}/deliver")

        assert await state_of(staff, number) == "delivered"
        assert "Nothing: it has arrived." in sue.text
        assert "Replacement shipped" in sue.text
        await sue.open(f"/admin/returns/{number}")
        assert f'<a href="{page}">' in sue.text

    async def test_is_corrected_where_the_day_or_the_number_was_wrong(
        self, staff: StaffSide, sue: Visitor
    ):
        number, page = await planned(staff)
        await sue.open(page)
        await sue.send(f"{page}/await-stock", expected_on="2026-05-04")
        assert "Another day" in sue.text
        await sue.send(f"{page}/await-stock", expected_on="2026-05-11")
        assert "May 11, 2026" in sue.text
        await sue.send(f"{page}/order", external_order="EKR-2002")
        await sue.send(f"{page}/ship", carrier="UPS", tracking_number="1Z999AA10123456784")
        assert "Correct the tracking number" in sue.text
        await sue.send(f"{page}/ship", tracking_number="1Z999AA10123456785")

        assert "tracknum=1Z999AA10123456785" in sue.text
        assert await state_of(staff, number) == "shipped"

    async def test_is_cancelled_by_who_gives_a_reason_and_is_sure(
        self, staff: StaffSide, sue: Visitor
    ):
        number, page = await planned(staff)
        await sue.open(page)
        assert (await sue.send(f"{page}/cancel", sure="1")).status_code == 422
        assert "Say why: the customer reads it." in sue.text
        assert (await sue.send(f"{page}/cancel", reason="No more <b>made</b>.")).status_code == 422
        assert "Tick this first" in sue.text
        assert "No more &lt;b&gt;made&lt;/b&gt;." in sue.text
        assert await state_of(staff, number) == "planned"

        await sue.send(f"{page}/cancel", reason="No more made.", sure="1")
        assert await state_of(staff, number) == "cancelled"
        assert [refund["state"] for refund in await staff.refunds()] == ["proposed"]
        assert "its refund was put before finance" in sue.text

    @pytest.mark.parametrize(
        ("step", "fields", "says"),
        [
            ("order", {"external_order": ""}, "Type the number of the order"),
            ("order", {"external_order": "x" * 101}, "This is too long."),
            ("order", {"external_order": "EKR-1001"}, "the replacement has an order of its own"),
            ("await-stock", {"expected_on": "soon"}, "Choose a day, or leave it empty."),
            ("await-stock", {"expected_on": "2020-01-01"}, "lies in the past"),
        ],
    )
    async def test_says_at_the_field_what_is_wrong(
        self, staff: StaffSide, sue: Visitor, step: str, fields: dict[str, str], says: str
    ):
        number, page = await planned(staff)
        await sue.open(page)

        assert (await sue.send(f"{page}/{step}", **fields)).status_code == 422
        assert says in sue.text
        assert 'aria-invalid="true"' in sue.text
        assert await state_of(staff, number) == "planned"

    async def test_says_where_no_carrier_prints_such_a_number(self, staff: StaffSide, sue: Visitor):
        _, page = await planned(staff)
        await sue.open(page)
        await sue.send(f"{page}/order", external_order="EKR-2002")
        for fields, says in (
            ({"carrier": "", "tracking_number": "1Z999"}, "Type who carries it."),
            ({"carrier": "UPS", "tracking_number": ""}, "Type the tracking number"),
            ({"carrier": "UPS", "tracking_number": "n/a"}, "5 to 40 letters and digits"),
        ):
            assert (await sue.send(f"{page}/ship", **fields)).status_code == 422
            assert says in sue.text

    async def test_that_moved_meanwhile_is_not_changed(self, staff: StaffSide, sue: Visitor):
        number, page = await planned(staff)
        sam = await staff.signed_in("sam", Role.SUPPORT)
        for person in (sue, sam):
            await person.open(page)
        await sue.send(f"{page}/order", external_order="EKR-2002")

        answer = await sam.send(f"{page}/cancel", reason="No more made.", sure="1")
        assert answer.status_code == 412
        assert "Nothing was changed." in sam.text
        assert await state_of(staff, number) == "ordered"

    @pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.FINANCE, Role.ADMINISTRATOR])
    async def test_is_moved_by_support_alone(self, staff: StaffSide, role: Role):
        number, page = await planned(staff)
        person = await staff.signed_in(role, role)
        await person.open("/admin")
        token = dict(person.form("/admin/sign-out").fields)["_csrf_token"]
        for step in ("await-stock", "order", "ship", "deliver", "cancel"):
            answer = await person.client.post(f"{page}/{step}", data={"_csrf_token": token})
            assert answer.status_code == 403

        assert await state_of(staff, number) == "planned"


class TestTheDashboard:
    async def test_counts_what_is_to_be_arranged(self, staff: StaffSide, sue: Visitor):
        await planned(staff)
        await sue.open("/admin")

        assert 'href="/admin/replacements?show=planned"' in sue.text
        assert "Ordered, not shipped" in sue.text
