"""A dispute of the payment on the pages of finance: what they say, and what they do not offer."""

from typing import Any

import pytest

from admin.refunds.troubles import TROUBLES
from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide
from tests.admin.test_approvals import inspected
from tests.admin.test_refund_desk import WHERE_IT_STANDS, a_refund, be
from tests.portal.conftest import Visitor
from tests.workflow.shop import rows

ORDERED = "UPDATE payments SET disputed = {}, disputed_lost = {}"


@pytest.fixture
async def fay(staff: StaffSide) -> Visitor:
    return await staff.signed_in("fay", Role.FINANCE)


async def disputed(amount: int, *, lost: int = 0) -> None:
    await rows(ORDERED.format(amount, lost))


async def states() -> list[Any]:
    return [one["state"] for one in await rows("SELECT state FROM refunds")]


class TestAProposalWhosePaymentIsDisputed:
    async def test_is_held_with_one_press_and_approved_whole_once_it_is_won(
        self, staff: StaffSide, fay: Visitor
    ):
        await staff.put_order()
        path = await inspected(staff, await staff.open_return())
        await fay.open(path)
        approving = fay.form(f"{path}/approve")
        await disputed(20000)
        await fay.open(path)
        assert "bank disputes $200.00 of this payment" in fay.text
        assert "At most" not in fay.text
        answer = await fay.send(
            f"{path}/approve",
            form=approving,
            amount="70.69",
            clause="refund.original_payment",
            note="Disputed.",
        )
        assert answer.status_code == 409
        assert "while the dispute is open" in fay.text

        await fay.open(path)
        await fay.send(f"{path}/hold")
        (held,) = await rows("SELECT hold_reason FROM refunds")
        assert "Wait until the dispute is over" in held["hold_reason"]
        await fay.open(path)
        assert "The hold ends by itself once the dispute is over." in fay.text
        await disputed(0)
        await fay.open(path)
        await fay.send(f"{path}/release")
        await fay.open(path)
        await fay.send(f"{path}/approve", amount="135.34")

        assert await states() == ["approved"]


class TestAFailedRefundWhosePaymentIsDisputed:
    @pytest.mark.parametrize("error", ["charge_disputed", "declined"])
    async def test_is_offered_to_nobody_to_be_paid_again(
        self, staff: StaffSide, fay: Visitor, error: str
    ):
        refund = await a_refund(staff)
        page = f"/admin/approvals/{refund['id']}"
        await be(refund, "failed", f", last_error = '{error}'")
        await fay.open(page)
        assert "Try again" in fay.text
        otherwise = fay.form(f"{page}/pay-otherwise")
        await disputed(refund["proposed"])
        await fay.open("/admin/refunds")
        assert TROUBLES["disputed"].do in fay.text
        assert "Try again" not in fay.text

        await fay.open(page)
        assert "Try again" not in fay.text
        assert "Pay it otherwise" not in fay.text
        assert "bank disputes $135.34 of this payment" in fay.text
        answer = await fay.send(f"{page}/pay-otherwise", form=otherwise, otherwise="By wire.")
        assert answer.status_code == 409
        assert await states() == ["failed"]

    async def test_may_be_paid_after_a_dispute_about_something_else_was_lost(
        self, staff: StaffSide, fay: Visitor
    ):
        refund = await a_refund(staff)
        page = f"/admin/approvals/{refund['id']}"
        await be(refund, *WHERE_IT_STANDS["failed"])
        await disputed(refund["proposed"], lost=refund["proposed"])
        await fay.open("/admin/refunds")
        assert TROUBLES["dispute_lost"].do in fay.text
        assert "Yes, send it again" not in fay.text

        await fay.open(page)
        assert "The bank has given $135.34 of this payment back" in fay.text
        assert "Call it off" in fay.text
        await fay.send(f"{page}/pay-otherwise", otherwise="By wire.")
        assert await states() == ["approved"]


class TestARefundToPayByHandWhosePaymentIsDisputed:
    async def test_is_not_recorded_while_the_dispute_is_open(self, staff: StaffSide, fay: Visitor):
        refund = await a_refund(staff)
        page = f"/admin/approvals/{refund['id']}"
        await be(refund, *WHERE_IT_STANDS["by_hand"])
        await fay.open(page)
        recording = fay.form(f"{page}/record")
        await disputed(1000)
        await fay.open("/admin/refunds")
        assert TROUBLES["disputed"].do in fay.text
        await fay.open(page)
        assert "Record it as paid" not in fay.text
        answer = await fay.send(f"{page}/record", form=recording, external_reference="WIRE-1")
        assert answer.status_code == 409
        assert await states() == ["approved"]

        await disputed(1000, lost=1000)
        await fay.open(page)
        await fay.send(f"{page}/record", external_reference="WIRE-1")
        assert await states() == ["succeeded"]


class TestAnApprovedRefundThatIsKeptForADispute:
    async def test_says_so_and_what_comes_next(self, staff: StaffSide, fay: Visitor):
        refund = await kept(staff, "disputed")
        await disputed(1000)
        await fay.open("/admin/refunds")
        assert TROUBLES["disputed"].do in fay.text
        await fay.open(f"/admin/approvals/{refund['id']}")

        assert "Once the dispute is won, it goes by itself" in fay.text
        assert "Send it all the same" not in fay.text
        assert "Call it off" in fay.text

    async def test_is_sent_by_a_press_once_the_dispute_was_lost(
        self, staff: StaffSide, fay: Visitor
    ):
        refund = await kept(staff, "dispute_lost")
        await disputed(1000, lost=1000)
        await fay.open("/admin/refunds")
        assert TROUBLES["dispute_lost"].do in fay.text
        await fay.open(f"/admin/approvals/{refund['id']}")
        assert "Call it off" in fay.text
        await fay.send(f"/admin/approvals/{refund['id']}/release")

        (row,) = await rows("SELECT state, last_error, blocked_since, lost_seen FROM refunds")
        assert dict(row) == {
            "state": "approved",
            "last_error": None,
            "blocked_since": None,
            "lost_seen": 1000,
        }

    async def test_is_not_sent_by_whoever_inspected_it(self, staff: StaffSide, fay: Visitor):
        refund = await kept(staff, "dispute_lost")
        await disputed(1000, lost=1000)
        page = f"/admin/approvals/{refund['id']}"
        await fay.open(page)
        form = fay.form(f"{page}/release")
        await rows("UPDATE inspections SET inspected_by = (SELECT id FROM piccolo_user LIMIT 1)")
        answer = await fay.send(f"{page}/release", form=form)

        assert answer.status_code == 403
        (row,) = await rows("SELECT last_error FROM refunds")
        assert row["last_error"] == "dispute_lost"

    async def test_is_only_called_off_where_the_dispute_took_too_much(
        self, staff: StaffSide, fay: Visitor
    ):
        refund = await kept(staff, "dispute_lost")
        await rows("UPDATE payments SET disputed = captured, disputed_lost = captured")
        await fay.open(f"/admin/approvals/{refund['id']}")

        assert "The payment has not enough left to send it." in fay.text
        assert "Send it all the same" not in fay.text


async def kept(staff: StaffSide, why: str) -> Any:
    refund = await a_refund(staff)
    await be(refund, "approved", f", last_error = '{why}', blocked_since = now()")
    return refund
