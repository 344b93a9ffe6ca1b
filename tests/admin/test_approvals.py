"""Finance decides: what the page shows, and what it lets somebody do."""

import re
from datetime import timedelta

import pytest

from admin.approvals.amounts import read_amount
from returns_engine.queries.rows import rows
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.lifecycle.refund_states import RefundEvent, next_refund
from returns_engine.rules.words import Role
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.pay_by_hand import hand_over
from returns_engine.workflow.refund_file import load_refund, save_refund
from returns_engine.workflow.refusals import Unprocessable
from returns_engine.workflow.return_case import save_case
from tests.admin.conftest import StaffSide
from tests.admin.test_bench import PASSED
from tests.api.orders import NOW, line
from tests.api.statements import every_statement
from tests.portal.conftest import Visitor

EXTERNAL = {
    "payment_id": "P1",
    "provider": "external",
    "reference": "amazon-7",
    "method": "marketplace",
    "captured": 27069,
    "refundable_until": None,
}


async def inspected(staff: StaffSide, number: str, *, by: str = "wanda", **found: str) -> str:
    """Receive and accept what a return expects; give the path of the refund's page."""
    bench = await staff.signed_in(by, Role.WAREHOUSE)
    await bench.open(f"/admin/bench/{number}")
    fields = {"verdict-0": "accepted", "check-0": PASSED, **found}
    await bench.send(f"/admin/bench/{number}", **fields)
    newest = next(one for one in await staff.refunds() if one["return_number"] == number)
    return f"/admin/approvals/{newest['id']}"


async def provider_answered() -> None:
    """Let the refund be paid by hand, as the worker does once it has asked."""
    async with transaction():
        refund = await load_refund((await rows("SELECT id FROM refunds"))[0]["id"])
        await hand_over(refund, now=NOW)
        await save_case(refund.case, actor=SYSTEM, now=NOW)


async def it_failed() -> None:
    """Let the provider refuse the refund."""
    async with transaction():
        refund = await load_refund((await rows("SELECT id FROM refunds"))[0]["id"])
        for event in (RefundEvent.SUBMIT, RefundEvent.FAIL):
            refund.move(next_refund(refund.state, event), kind="refund.failed")
        await save_refund(refund, {"last_error": "declined"}, now=NOW)
        await save_case(refund.case, actor=SYSTEM, now=NOW)


async def finance(staff: StaffSide) -> Visitor:
    return await staff.signed_in("fay", Role.FINANCE)


class TestAmounts:
    @pytest.mark.parametrize(
        ("typed", "currency", "amount"),
        [
            ("135.34", "USD", 13534),
            ("$135.34", "USD", 13534),
            ("$135.34 USD", "USD", 13534),
            (" 1,234.5 ", "USD", 123450),
            ("135", "USD", 13500),
            ("135", "JPY", 135),
            ("¥135", "JPY", 135),
            ("JPY 135", "JPY", 135),
            ("135 JPY", "JPY", 135),
            ("CA$135.34", "CAD", 13534),
            ("€ 1.50", "EUR", 150),
            ("1.234", "KWD", 1234),
            ("0.01", "USD", 1),
        ],
    )
    def test_are_read_to_the_minor_unit(self, typed: str, currency: str, amount: int):
        assert read_amount(typed, currency) == amount

    @pytest.mark.parametrize(
        "typed", ["", "-1", "1.345", "1e3", "12,34", "1.2.3", "NaN", "١٢", "9" * 30, "abc"]
    )
    def test_that_are_none_are_refused(self, typed: str):
        with pytest.raises(Unprocessable):
            read_amount(typed, "USD")

    @pytest.mark.parametrize(
        ("typed", "currency"),
        [("$49", "JPY"), ("¥49", "USD"), ("$49", "EUR"), ("49 USD", "JPY"), ("$$49", "USD")],
    )
    def test_under_the_sign_of_another_currency_are_refused(self, typed: str, currency: str):
        with pytest.raises(Unprocessable):
            read_amount(typed, currency)

    def test_of_yen_have_no_decimals(self):
        with pytest.raises(Unprocessable):
            read_amount("1.5", "JPY")

    @pytest.mark.parametrize(
        ("currency", "example"),
        [("ISK", "135."), ("JPY", "135."), ("USD", "135.34."), ("KWD", "135.34.")],
    )
    def test_names_an_amount_that_the_currency_can_have(self, currency: str, example: str):
        with pytest.raises(Unprocessable, match=f"in {currency}, such as {re.escape(example)}$"):
            read_amount("some", currency)


class TestQueue:
    async def test_lists_what_waits_and_leads_to_it(self, staff: StaffSide):
        number = await staff.open_return()
        path = await inspected(staff, number)
        person = await finance(staff)

        await person.open("/admin/approvals")

        assert f'href="{path}"' in person.text
        assert "Dana Reyes" in person.text
        assert "$135.34" in person.text

    async def test_says_where_less_can_go_than_is_proposed(self, staff: StaffSide):
        await inspected(staff, await staff.open_return())
        person = await finance(staff)
        await person.open("/admin/approvals")
        assert "can go" not in person.text
        await rows("UPDATE payments SET disputed = 20000")

        await person.open("/admin/approvals")

        assert "At most $70.69 can go" in person.text

    async def test_is_empty_in_words(self, staff: StaffSide):
        person = await finance(staff)

        await person.open("/admin/approvals")

        assert "Nothing waits here." in person.text
        assert "What the bench accepts" in person.text


class TestCase:
    async def test_shows_the_money_the_clauses_and_the_bench(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        person = await finance(staff)

        await person.open(path)

        for shown in (
            "$270.69",
            "− $135.34",
            "$135.35",
            "return.window",
            "Wanda",
            "Tags on",
            'value="135.34"',
        ):
            assert shown in person.text, shown

    async def test_is_read_in_eight_statements_at_most(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        person = await finance(staff)
        for page in (path, "/admin/approvals"):
            with every_statement() as said:
                await person.open(page)

            assert 3 < len(said) <= 8, "\n\n".join(said)

    async def test_approves_what_was_proposed(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        person = await finance(staff)
        await person.open(path)

        await person.send(f"{path}/approve")

        assert person.path == path
        refund = (await staff.refunds())[0]
        assert (refund["state"], refund["amount"]) == ("approved", 13534)
        assert 'hx-trigger="every 2s"' in person.text
        jobs = await rows("SELECT task_name FROM procrastinate_jobs")
        assert "execute_refund" in {job["task_name"] for job in jobs}

    async def test_less_needs_a_note_and_a_clause_and_keeps_what_was_typed(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        person = await finance(staff)
        await person.open(path)

        answer = await person.send(f"{path}/approve", amount="100.00", note="Zip is missing.")
        assert answer.status_code == 422
        assert 'value="100.00"' in person.text
        assert "Zip is missing." in person.text
        assert (await staff.refunds())[0]["state"] == "proposed"

        await person.send(f"{path}/approve", clause="return.condition")
        refund = (await staff.refunds())[0]
        assert (refund["amount"], refund["clause"]) == (10000, "return.condition")

    async def test_more_than_there_is_cannot_be_approved(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        person = await finance(staff)
        await person.open(path)

        answer = await person.send(f"{path}/approve", amount="135.35")

        assert answer.status_code == 422
        assert "At most $135.34 can go back to this payment." in person.text
        assert (await staff.refunds())[0]["state"] == "proposed"

    async def test_nothing_is_less_than_the_smallest_amount(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        person = await finance(staff)
        await person.open(path)

        answer = await person.send(f"{path}/approve", amount="0")

        assert answer.status_code == 422
        assert "At least 0.01 USD goes back; to give nothing, refuse the refund." in person.text

    async def test_is_refused_with_a_reason(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        person = await finance(staff)
        await person.open(path)

        assert (await person.send(f"{path}/refuse")).status_code == 422
        await person.send(f"{path}/refuse", reason="Paid back by the marketplace already.")

        assert (await staff.refunds())[0]["state"] == "refused"

    async def test_is_never_decided_by_who_inspected_it(self, staff: StaffSide):
        number = await staff.open_return()
        await staff.hire("mona", Role.MANAGER)
        path = await inspected(staff, number, by="mona")
        mona = await staff.signed_in("mona")

        await mona.open(path)
        assert "Another person must decide this" in mona.text
        assert "<fieldset disabled>" in mona.text

        answer = await mona.send(f"{path}/approve")
        assert answer.status_code == 403
        assert (await staff.refunds())[0]["state"] == "proposed"

    async def test_two_who_decide_at_once_decide_once(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        first, second = await finance(staff), await staff.signed_in("fred", Role.FINANCE)
        await first.open(path)
        await second.open(path)

        await first.send(f"{path}/approve")
        answer = await second.send(f"{path}/approve")

        assert answer.status_code in {409, 412}
        assert "Nothing was changed." in second.text

    async def test_an_external_payment_waits_for_its_reference(self, staff: StaffSide):
        await staff.put_order("EKR-2", payments=[EXTERNAL], email="e@example.com")
        path = await inspected(staff, await staff.open_return("EKR-2"))
        person = await finance(staff)
        await person.open(path)
        await person.send(f"{path}/approve")
        assert (await staff.refunds())[0]["state"] == "approved"

        await person.send(f"{path}/record", external_reference="AMZ-REF-9")

        assert (await staff.refunds())[0]["state"] == "succeeded"
        assert "AMZ-REF-9" in person.text

    async def test_what_nobody_has_paid_by_hand_yet_is_called_off(self, staff: StaffSide):
        await staff.put_order("EKR-2", payments=[EXTERNAL], email="e@example.com")
        path = await inspected(staff, await staff.open_return("EKR-2"))
        person = await finance(staff)
        await person.open(path)
        assert "Only an appeal of the customer brings it back." in person.text
        await person.send(f"{path}/approve")
        assert "For what nobody has paid yet" in person.text

        assert (await person.send(f"{path}/refuse")).status_code == 422
        await person.send(f"{path}/refuse", reason="The marketplace has paid you already.")

        assert (await staff.refunds())[0]["state"] == "canceled"
        assert f"{path}/record" not in person.text

    async def test_what_the_provider_takes_back_no_more_is_paid_by_hand(self, staff: StaffSide):
        until = (NOW - timedelta(days=1)).isoformat()
        late = {**EXTERNAL, "provider": "stripe", "method": "ideal", "refundable_until": until}
        await staff.put_order("EKR-2", payments=[late], email="e@example.com")
        path = await inspected(staff, await staff.open_return("EKR-2"))
        person = await finance(staff)
        await person.open(path)
        assert "The provider took this payment back until" in person.text
        await person.send(f"{path}/approve")
        assert "Pay nothing until it has answered" in person.text
        assert f"{path}/record" not in person.text
        await provider_answered()
        await person.open(path)
        assert "Pay the amount to the customer in another way, once" in person.text
        assert "hx-trigger" not in person.text

        await person.open("/admin")
        assert 'href="/admin/approvals?show=by_hand"' in person.text
        await person.open("/admin/approvals?show=on_the_way")
        assert path not in person.text
        await person.open("/admin/approvals?show=by_hand")
        assert path in person.text
        assert "too late for the provider" in person.text

        await person.open(path)
        assert (await person.send(f"{path}/record")).status_code == 422
        await person.send(f"{path}/record", external_reference="WIRE-7")
        assert (await staff.refunds())[0]["state"] == "succeeded"
        assert "Paid by hand, reference recorded" in person.text

    async def test_what_failed_can_be_paid_otherwise_by_keyboard(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        person = await finance(staff)
        await person.open(path)
        await person.send(f"{path}/approve")
        await it_failed()
        await person.open(path)
        assert 'data-key="o"' in person.text

        assert (await person.send(f"{path}/pay-otherwise")).status_code == 422
        assert 'aria-describedby="fault-otherwise"' in person.text
        await person.send(f"{path}/pay-otherwise", otherwise="The card is closed; by wire.")
        assert "whether an earlier try went through after all" in person.text
        await provider_answered()

        await person.open(path)
        await person.send(f"{path}/record", external_reference="WIRE-8")
        assert (await staff.refunds())[0]["state"] == "succeeded"

    async def test_an_amount_between_two_steps_is_refused_at_its_field(self, staff: StaffSide):
        dinars = [line(unit_price=12340, tax=0)]
        paid = {**EXTERNAL, "provider": "stripe", "method": "card", "captured": 24680}
        await staff.put_order("EKR-2", lines=dinars, payments=[paid], currency="KWD", discount=0)
        path = await inspected(staff, await staff.open_return("EKR-2"))
        person = await finance(staff)
        await person.open(path)

        less = {"note": "A strap is missing.", "clause": "return.condition"}
        answer = await person.send(f"{path}/approve", amount="12.335", **less)

        assert answer.status_code == 422
        assert "in steps of 0.010: give 12.330 or 12.340." in person.text
        assert 'aria-describedby="fault-amount"' in person.text

    async def test_the_live_part_is_asked_for_alone(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        person = await finance(staff)

        answer = await person.open(f"{path}/state")

        assert answer.status_code == 200
        assert "<html" not in person.text
        assert 'id="refund-state"' in person.text

    async def test_the_live_part_leads_on_once_somebody_must_act(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        person = await finance(staff)
        await person.open(path)
        await person.send(f"{path}/approve")
        await person.open(f"{path}/state")
        assert "See what to do now" not in person.text
        await it_failed()

        await person.open(f"{path}/state")

        assert "See what to do now" in person.text

    async def test_j_and_k_walk_the_queue(self, staff: StaffSide):
        await staff.put_order("EKR-2", reference="pi_2", email="e@example.com")
        first = await inspected(staff, await staff.open_return())
        staff.clock.pass_by(timedelta(hours=1))
        second = await inspected(staff, await staff.open_return("EKR-2"))
        person = await finance(staff)

        await person.open(first)
        assert f'href="{second}" data-key="j"' in person.text
        await person.open(second)
        assert f'href="{first}" data-key="k"' in person.text


class TestARefundThatWaitsForItsPayment:
    async def test_says_why_and_can_be_called_off(self, staff: StaffSide):
        await staff.put_order()
        path = await inspected(staff, await staff.open_return())
        fay = await finance(staff)
        await fay.open(path)
        await fay.send(f"{path}/approve", amount="135.34")
        async with transaction():
            await connection().execute(
                "UPDATE payments SET mismatch = 'amount', told_captured = 20000,"
                " told_currency = 'USD', difference = 100, disputed = 30000"
            )
            await connection().execute(
                "UPDATE refunds SET blocked_since = now(), last_error = 'payment_mismatch'"
            )
        stuck = await fay.open("/admin/approvals?show=stuck")
        assert path in stuck.text
        assert '<span class="tag tag-bad">Payment differs</span>' in stuck.text
        assert path not in (await fay.open("/admin/approvals?show=on_the_way")).text
        board = await fay.open("/admin")
        assert "Payments to look at" in board.text
        counted = {
            tab: re.search(r'figure-number">(\d+)<', board.text.split(f'?show={tab}"')[1])
            for tab in ("on_the_way", "stuck")
        }
        assert {tab: found and found[1] for tab, found in counted.items()} == {
            "on_the_way": "0",
            "stuck": "1",
        }

        page = await fay.open(path)
        assert "the payment is not what our books say" in page.text
        assert "$200.00" in page.text
        await fay.send(f"{path}/refuse", reason="Your bank gave it back.")
        assert "Canceled" in (await fay.open(path)).text
