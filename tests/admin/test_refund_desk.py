"""The refund desk: each trouble with its meaning and remedy, and the buttons that help."""

from datetime import timedelta
from typing import Any

import pytest

from admin.money_words import REFUND_ERRORS
from admin.refunds.troubles import OVERDRAWN, TROUBLES
from returns_engine.queries.payments_to_look_at import TookTooMuch
from returns_engine.rules.words import Role
from returns_engine.workflow.block_refund import Block
from tests.admin.conftest import StaffSide
from tests.admin.test_approvals import inspected
from tests.api.statements import every_statement
from tests.conftest import run_sql
from tests.portal.conftest import Visitor
from tests.workflow.shop import FINANCE, approve, rows


@pytest.fixture
async def fay(staff: StaffSide) -> Visitor:
    return await staff.signed_in("fay", Role.FINANCE)


async def a_refund(staff: StaffSide, order: str = "EKR-1001") -> dict[str, Any]:
    """An approved refund of a return that somebody else inspected."""
    if order != "EKR-1001":
        await staff.put_order(order, reference=f"pi_{order}")
    number = await staff.open_return(order)
    await inspected(staff, number)
    refund = next(one for one in await staff.refunds() if one["return_number"] == number)
    await approve(refund["id"], refund["proposed"], actor=FINANCE)
    return refund


async def be(refund: dict[str, Any], state: str, changes: str = "") -> None:
    """Put a refund where the provider would."""
    await rows(
        "WITH ours AS (SELECT set_config('app.transition', '1', true))"  # noqa: S608 - our own words
        f" UPDATE refunds SET state = '{state}' {changes} FROM ours WHERE id = '{refund['id']}'"
    )


SOME_HOURS_AGO = ", first_sent_at = now() - interval '400 days'"
WHERE_IT_STANDS = {
    "failed": ("failed", ", last_error = 'expired_or_canceled_card'"),
    "unknown": ("unknown", SOME_HOURS_AGO),
    "key_conflict": ("unknown", ", last_error = 'idempotency_error'"),
    "pending_long": ("pending", SOME_HOURS_AGO),
    "requires_action": ("requires_action", ""),
    "payment_mismatch": ("approved", ", blocked_since = now(), last_error = 'payment_mismatch'"),
    "payment_not_read": ("approved", ", blocked_since = now(), last_error = 'payment_not_read'"),
    "to_clear": ("approved", ", manual_reason = 'paid_otherwise', generation = 2"),
    "to_clear_unsent": ("approved", ", manual_reason = 'refundable_until_passed'"),
    "by_hand": (
        "approved",
        ", manual_reason = 'paid_otherwise', manual_since = now()",
    ),
}


class TestTheDesk:
    async def test_is_empty_where_nothing_needs_anybody(self, fay: Visitor):
        await fay.open("/admin/refunds")

        assert "No refund needs anybody." in fay.text

    @pytest.mark.parametrize("trouble", list(WHERE_IT_STANDS))
    async def test_says_what_each_trouble_means_and_what_to_do(
        self, staff: StaffSide, fay: Visitor, trouble: str
    ):
        refund = await a_refund(staff)
        await be(refund, *WHERE_IT_STANDS[trouble])
        await fay.open(f"/admin/refunds?trouble={trouble}")

        words = fay.text.replace("&#39;", "'")
        assert TROUBLES[trouble].means in words
        assert TROUBLES[trouble].do in words
        assert "$135.34" in words
        assert f"/admin/returns/{refund['return_number']}" in words
        await fay.open("/admin")
        assert "Refunds to see to" in fay.text

    async def test_offers_to_call_off_what_was_never_sent_and_no_more(
        self, staff: StaffSide, fay: Visitor
    ):
        refund = await a_refund(staff)
        page = f"/admin/approvals/{refund['id']}"
        await be(refund, *WHERE_IT_STANDS["to_clear"])
        await rows("UPDATE payments SET disputed = captured")
        await fay.open(page)
        assert "it cannot be called off either" in fay.text
        assert "Call it off" not in fay.text
        await rows("UPDATE refunds SET generation = 1")
        await fay.open(page)
        assert "should the provider never answer, it can be called off" in fay.text
        await fay.send(f"{page}/refuse", reason="We send you a cheque instead.")

        assert [one["state"] for one in await rows("SELECT state FROM refunds")] == ["canceled"]

    async def test_says_that_what_was_sent_waits_for_an_answer(
        self, staff: StaffSide, fay: Visitor
    ):
        refund = await a_refund(staff)
        page = f"/admin/approvals/{refund['id']}"
        await be(refund, *WHERE_IT_STANDS["to_clear_unsent"])
        await fay.open(page)
        form = fay.form(f"{page}/refuse")
        await rows("UPDATE refunds SET generation = 2")
        answer = await fay.send(f"{page}/refuse", form=form, reason="No answer.")

        assert answer.status_code == 409
        assert "neither paid nor called off" in fay.text
        assert [one["state"] for one in await rows("SELECT state FROM refunds")] == ["approved"]

    async def test_shows_the_case_again_where_the_database_refuses(
        self, staff: StaffSide, fay: Visitor, database_url: str
    ):
        refund = await a_refund(staff)
        await be(refund, *WHERE_IT_STANDS["failed"])
        run_sql(
            database_url,
            "CREATE FUNCTION meanwhile() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " UPDATE payments SET captured = 1; RETURN NEW; END $$;"
            "CREATE TRIGGER a_meanwhile BEFORE UPDATE OF state ON refunds"
            " FOR EACH ROW EXECUTE FUNCTION meanwhile()",
        )
        page = f"/admin/approvals/{refund['id']}"
        await fay.open(page)
        answer = await fay.send(f"{page}/retry")

        assert answer.status_code == 409
        assert "The payment has not enough left for this" in fay.text
        assert "refunds_within_payment" not in fay.text

    async def test_does_not_let_anybody_pay_by_hand_what_a_dispute_has_taken(
        self, staff: StaffSide, fay: Visitor
    ):
        refund = await a_refund(staff)
        await be(refund, *WHERE_IT_STANDS["by_hand"])
        await rows("UPDATE payments SET disputed = captured")
        await fay.open("/admin/refunds")
        assert TROUBLES["payment_overdrawn"].do in fay.text
        assert TROUBLES["by_hand"].do not in fay.text

        await fay.open(f"/admin/approvals/{refund['id']}")
        assert "Record it as paid" not in fay.text
        reason = "Your bank gave it back."
        await fay.send(f"/admin/approvals/{refund['id']}/refuse", reason=reason)
        assert [one["state"] for one in await rows("SELECT state FROM refunds")] == ["canceled"]

    async def test_says_what_to_do_where_our_own_refunds_overdrew_a_payment(
        self, staff: StaffSide, fay: Visitor
    ):
        await a_refund(staff)
        await rows("UPDATE payments SET captured = 10000")
        await fay.open("/admin/refunds")

        assert "$35.34 more went back, or is promised, than was paid" in fay.text
        assert OVERDRAWN[TookTooMuch.OURS] in fay.text
        await fay.open("/admin")
        assert "Payments to look at" in fay.text

    async def test_lets_somebody_say_that_they_have_seen_to_a_payment(
        self, staff: StaffSide, fay: Visitor
    ):
        await a_refund(staff)
        await rows("UPDATE payments SET disputed = captured, disputed_lost = captured")
        await fay.open("/admin/refunds?show=payments")
        assert OVERDRAWN[TookTooMuch.DISPUTE_LOST] in fay.text
        (payment,) = await rows("SELECT id FROM payments")
        await fay.send(f"/admin/refunds/payments/{payment['id']}/seen", note="She sends it back.")
        await fay.open("/admin/refunds?show=payments")
        assert "No payment calls for anybody." in fay.text
        assert "She sends it back." in fay.text
        assert "Fay" in fay.text.split("She sends it back.")[1]

    async def test_says_in_red_that_a_refund_was_paid_twice(self, staff: StaffSide, fay: Visitor):
        refund = await a_refund(staff)
        page = f"/admin/approvals/{refund['id']}"
        await be(refund, *WHERE_IT_STANDS["by_hand"])
        await fay.open(page)
        await fay.send(f"{page}/record", external_reference="WIRE-1")
        assert "paid this refund again" not in fay.text
        await rows(
            "INSERT INTO outside_refunds (payment, provider_refund_id, amount, currency, status,"  # noqa: S608 - our own words
            " cause, marked, created_at, first_seen_at, checked_at)"
            " SELECT id, 're_1', 13534, 'USD', 'succeeded', 'paid_again',"
            f" '{refund['id']}', now(), now(), now() FROM payments"
        )
        await fay.open(page)
        assert "verdict-bad" in fay.text
        assert "The provider has paid this refund again." in fay.text
        assert "More of this payment is gone than was captured" not in fay.text

        await rows("UPDATE payments SET captured = 20000")
        await fay.open(page)
        assert "More of this payment is gone than was captured" in fay.text
        await fay.open("/admin/refunds?show=payments")
        assert OVERDRAWN[TookTooMuch.PAID_AGAIN] in fay.text

    async def test_waits_an_hour_before_it_calls_a_refund_stuck(
        self, staff: StaffSide, fay: Visitor
    ):
        await a_refund(staff)
        await fay.open("/admin/refunds")
        assert "No refund needs anybody." in fay.text
        staff.clock.pass_by(timedelta(hours=2))
        await fay.open("/admin/refunds")

        assert "was not sent" in fay.text

    async def test_asks_the_provider_once_and_says_so(self, staff: StaffSide, fay: Visitor):
        refund = await a_refund(staff)
        await rows("DELETE FROM procrastinate_jobs")
        await be(refund, *WHERE_IT_STANDS["unknown"])
        await fay.open("/admin/refunds")
        for _ in range(2):
            await fay.send(f"/admin/refunds/{refund['id']}/ask")
            assert "The provider is being asked." in fay.text
        jobs = await rows("SELECT task_name FROM procrastinate_jobs")
        assert [job["task_name"] for job in jobs] == ["ask_about"]

    async def test_leads_back_to_no_other_place(self, staff: StaffSide, fay: Visitor):
        refund = await a_refund(staff)
        await be(refund, *WHERE_IT_STANDS["unknown"])
        await fay.open("/admin/refunds")
        await fay.send(f"/admin/refunds/{refund['id']}/ask", back="https://evil.example/admin")

        assert fay.path == "/admin/refunds"

    async def test_tries_again_and_records_after_a_second_look(
        self, staff: StaffSide, fay: Visitor
    ):
        failed, by_hand = await a_refund(staff), await a_refund(staff, "EKR-2")
        await be(failed, *WHERE_IT_STANDS["failed"])
        await be(by_hand, *WHERE_IT_STANDS["by_hand"])
        await fay.open("/admin/refunds")
        await fay.send(f"/admin/approvals/{failed['id']}/retry")
        assert fay.path == f"/admin/approvals/{failed['id']}"
        await fay.open("/admin/refunds")
        await fay.send(f"/admin/approvals/{by_hand['id']}/record", external_reference="CHQ 7")
        states = {one["id"]: one["state"] for one in await staff.refunds()}
        assert states == {failed["id"]: "submitting", by_hand["id"]: "succeeded"}

    async def test_offers_no_deed_to_who_inspected_or_only_reads(self, staff: StaffSide):
        refund = await a_refund(staff)
        await be(refund, *WHERE_IT_STANDS["failed"])
        await rows(
            "UPDATE inspections SET inspected_by = $1", await staff.hire("ina", Role.FINANCE)
        )
        ina = await staff.signed_in("ina")
        await ina.open("/admin/refunds")
        assert "Another person must decide this." in ina.text
        assert "Yes, send it again" not in ina.text
        wanda = await staff.signed_in("wanda", Role.WAREHOUSE)
        assert (await wanda.open("/admin/refunds")).status_code == 403

    async def test_goes_on_from_page_to_page(self, staff: StaffSide, fay: Visitor, monkeypatch):
        monkeypatch.setattr("admin.refunds.queue.PAGE", 1)
        first, second = await a_refund(staff), await a_refund(staff, "EKR-2")
        for one in (first, second):
            await be(one, *WHERE_IT_STANDS["failed"])
        for path in ("/admin/refunds?trouble=failed", "/admin/refunds?show=all"):
            await fay.open(path)
            seen = {one["id"] for one in (first, second) if str(one["id"]) in fay.text}
            onward = fay.text.split('class="btn btn-quiet" href="')[-1].split('"')[0]
            await fay.open(onward.replace("&amp;", "&"))
            rest = {one["id"] for one in (first, second) if str(one["id"]) in fay.text}
            assert len(seen) == len(rest) == 1
            assert seen != rest

    async def test_lists_all_refunds_by_state(self, staff: StaffSide, fay: Visitor):
        refund = await a_refund(staff)
        await fay.open("/admin/refunds?show=all&state=approved")
        assert refund["return_number"] in fay.text
        await fay.open("/admin/refunds?show=all&state=refused")
        assert "No refund is in this state." in fay.text

    async def test_takes_eight_statements_at_most(self, staff: StaffSide, fay: Visitor):
        refund = await a_refund(staff)
        await be(refund, *WHERE_IT_STANDS["failed"])
        for path in ("/admin/refunds", "/admin/refunds?show=all"):
            with every_statement() as said:
                await fay.open(path)
            assert len(said) <= 8, "\n\n".join(said)


class TestTheTroubles:
    def test_name_every_reason_for_which_nothing_is_sent(self):
        assert set(Block) <= set(TROUBLES)
        assert set(Block) <= set(REFUND_ERRORS)
