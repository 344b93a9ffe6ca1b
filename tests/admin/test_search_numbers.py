"""The search by the numbers that others know things by: carriers, the shop, the bank, the books."""

from typing import Any
from uuid import UUID

import pytest

from returns_engine.queries.rows import rows
from returns_engine.rules.words import Role
from returns_engine.workflow.issue_credit_note import issue_credit_note
from tests.admin.conftest import StaffSide
from tests.admin.test_appeals import rejected
from tests.admin.test_approvals import EXTERNAL, finance, inspected
from tests.admin.test_refund_desk import a_refund, be
from tests.admin.test_replacements import planned
from tests.admin.test_search import search


async def paid_elsewhere(staff: StaffSide) -> str:
    """Record a refund as paid under AMZ-REF-9, and give its page."""
    await staff.put_order("EKR-2", payments=[EXTERNAL], email="e@example.com")
    path = await inspected(staff, await staff.open_return("EKR-2"))
    person = await finance(staff)
    await person.open(path)
    await person.send(f"{path}/approve")
    await person.send(f"{path}/record", external_reference="AMZ-REF-9")
    refund_id, services = UUID(path.rpartition("/")[2]), staff.services
    await issue_credit_note(refund_id, policy=services.policy, clock=services.clock)
    return path


class TestGoodsOnTheirWay:
    @pytest.mark.parametrize("typed", ["1ZBACK", "1zback", " 1Z BACK "])
    async def test_back_to_the_customer_lead_to_their_return(self, staff: StaffSide, typed: str):
        number, wanda = await rejected(staff)
        home = f"/admin/returns/{number}/send-back"
        await wanda.open(f"/admin/returns/{number}")
        await wanda.send(home, carrier="ups", tracking_number="1zBack", **{"units.L1": "1"})
        sue = await staff.signed_in("sue", Role.SUPPORT)

        assert (await search(sue, typed)).url.path == f"/admin/returns/{number}"

    async def test_in_place_of_others_are_found_by_the_shops_number_in_any_case(
        self, staff: StaffSide
    ):
        number, page = await planned(staff)
        sue = await staff.signed_in("sue", Role.SUPPORT)
        await sue.open(page)
        await sue.send(f"{page}/order", external_order="EKR-2002")

        for typed in ("EKR-2002", "ekr-2002"):
            assert (await search(sue, typed)).url.path == f"/admin/returns/{number}"


class TestMoney:
    async def test_is_found_by_the_providers_number_of_a_refund(self, staff: StaffSide):
        refund = await a_refund(staff)
        await be(refund, "pending", ", provider_refund_id = 're_1Nx'")
        fay = await staff.signed_in("fay", Role.FINANCE)

        assert (await search(fay, "re_1Nx")).url.path == f"/admin/approvals/{refund['id']}"

    async def test_is_found_by_its_credit_note(self, staff: StaffSide):
        path = await paid_elsewhere(staff)
        [note] = await rows("SELECT number FROM credit_notes")
        fay = await staff.signed_in("fay", Role.FINANCE)

        for typed in (note["number"], note["number"].lower(), "AMZ-REF-9", "amz-ref-9"):
            assert (await search(fay, typed)).url.path == path

    async def test_of_several_refunds_under_one_reference_is_listed(self, staff: StaffSide):
        both = [await a_refund(staff), await a_refund(staff, "EKR-3")]
        for refund in both:
            await be(refund, "approved", ", external_reference = 'WIRE-7'")
        fay = await staff.signed_in("fay", Role.FINANCE)

        answer = await search(fay, "WIRE-7")

        assert answer.url.path == "/admin/search"
        assert all(f'href="/admin/approvals/{refund["id"]}"' in answer.text for refund in both)

    async def test_that_was_paid_is_found_by_the_providers_number(self, staff: StaffSide):
        [payment] = await rows("SELECT reference FROM payments")
        fay = await staff.signed_in("fay", Role.FINANCE)

        answer = await search(fay, payment["reference"])

        assert answer.url.path == "/admin/orders/EKR-1001"

    @pytest.mark.parametrize("role", [Role.SUPPORT, Role.WAREHOUSE])
    async def test_is_found_by_nobody_who_sees_no_refunds(self, staff: StaffSide, role: Role):
        await paid_elsewhere(staff)
        known: list[dict[str, Any]] = await rows(
            "SELECT number FROM credit_notes UNION SELECT reference FROM payments"
        )
        person = await staff.signed_in("somebody", role)

        for typed in ("AMZ-REF-9", *(one["number"] for one in known)):
            answer = await search(person, typed)
            assert answer.url.path == "/admin/search"
            assert "Nothing fits." in answer.text
            assert "credit note" not in answer.text
