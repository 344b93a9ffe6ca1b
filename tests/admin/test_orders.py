"""An order's page: what is known of it, and what support opens and writes down there."""

import pytest

from returns_engine.rules.words import Role
from returns_engine.tables.returns import Return
from tests.admin.conftest import StaffSide
from tests.api.orders import asked, line
from tests.api.statements import every_statement

ORDER = "/admin/orders/EKR-1001"
LINK = {
    "contact": "dana@example.com",
    "account_id": "acct-7",
    "link_reason": "She named what she had bought.",
}


async def looked_at(person, matter: str, units: int = 1, **more: str):
    """Choose what it is about, and see what the policy says."""
    await person.open(ORDER)
    fields = {"matter": matter, "quantity.L1": str(units), **more}
    return await person.send(f"{ORDER}/decide", **fields)


async def the_return() -> dict:
    row = await Return.select().first()
    assert row is not None
    return row


@pytest.fixture
async def sue(staff: StaffSide):
    return await staff.signed_in("sue", Role.SUPPORT)


class TestThePage:
    async def test_shows_what_was_bought_paid_and_shipped(self, staff: StaffSide, sue):
        number = await staff.open_return()

        await sue.open(ORDER)

        for text in (
            "2 × Seat covers",
            "$270.69",
            "1Z999AA10123456784",
            "Carrier scan",
            "from the shop",
            number,
            "Dana Reyes",
            "can come back 1",
        ):
            assert text in sue.text, text

    async def test_asks_the_database_eight_times_at_most(self, staff: StaffSide, sue):
        await staff.open_return()
        with every_statement() as said:
            await sue.open(ORDER)

        assert len(said) <= 8, "\n\n".join(said)

    async def test_of_an_order_that_is_not_there_says_so(self, sue):
        answer = await sue.open("/admin/orders/EKR-9999")

        assert answer.status_code == 404
        assert "There is nothing here" in sue.text

    async def test_is_reached_from_the_list_and_the_case(self, staff: StaffSide, sue):
        number = await staff.open_return()

        await sue.open("/admin/returns?q=ekr-1001")
        assert sue.text.count(f'href="{ORDER}"') == 2
        await sue.open(f"/admin/returns/{number}")
        assert f'href="{ORDER}"' in sue.text

    async def test_lets_the_bench_read_and_no_more(self, staff: StaffSide):
        wanda = await staff.signed_in("wanda", Role.WAREHOUSE)

        await wanda.open(ORDER)

        assert "What was ordered" in wanda.text
        assert f"{ORDER}/decide" not in wanda.text
        assert f"{ORDER}/delivery-evidence" not in wanda.text
        csrf = wanda.client.cookies.get("returns_csrf") or ""
        for path in ("decide", "open", "delivery-evidence", "link"):
            answer = await wanda.client.post(f"{ORDER}/{path}", data={"_csrf_token": csrf})
            assert answer.status_code == 403


class TestOpeningACase:
    async def test_shows_the_decision_before_anything_is_kept(self, sue):
        await looked_at(sue, "return/changed_mind")
        assert "The policy says yes." in sue.text
        assert "$135.34" in sue.text
        assert await Return.count() == 0

        await sue.send(f"{ORDER}/open")

        case = await the_return()
        assert case["state"] == "approved"
        assert sue.path == f"/admin/returns/{case['number']}"

    async def test_sent_twice_opens_one(self, sue):
        await looked_at(sue, "return/changed_mind")
        form = sue.form(f"{ORDER}/open")

        first = await sue.send(f"{ORDER}/open", form=form)
        second = await sue.send(f"{ORDER}/open", form=form)

        assert first.url == second.url
        assert await Return.count() == 1

    async def test_of_a_cancellation_settles_it(self, staff: StaffSide, sue):
        await staff.put_order(shipments=[], status="processing", number="EKR-8", reference="pi_8")
        await sue.open("/admin/orders/EKR-8")
        fields = {"matter": "cancellation/changed_mind", "quantity.L1": "2"}
        await sue.send("/admin/orders/EKR-8/decide", **fields)
        await sue.send("/admin/orders/EKR-8/open")

        case = await the_return()
        assert (case["kind"], case["state"]) == ("cancellation", "settling")

    async def test_of_a_delivery_problem_waits_for_review(self, sue):
        await looked_at(sue, "delivery_problem/undeliverable", 2, resolution="replacement")
        assert "The policy leaves it to a person." in sue.text

        await sue.send(f"{ORDER}/open")

        case = await the_return()
        assert (case["kind"], case["state"], case["resolution"]) == (
            "delivery_problem",
            "in_review",
            "replacement",
        )
        number = case["number"]
        await sue.send(
            f"/admin/returns/{number}/carrier-inquiry", carrier_note="UPS looks into it."
        )
        assert "Carrier asked" in sue.text
        assert "UPS looks into it." in sue.text
        assert "Inquiry open since" in sue.text
        await sue.send(f"/admin/returns/{number}/carrier-inquiry", carrier_note="Still nothing.")
        assert "Note what we heard" in sue.text
        assert "Still nothing." in sue.text

    async def test_that_the_policy_refuses_needs_a_rule_set_aside(self, staff: StaffSide, sue):
        await staff.open_return("EKR-1001", asked(quantity=2))

        await looked_at(sue, "return/changed_mind")

        assert "The policy says no." in sue.text
        assert "Nothing can be opened so." in sue.text
        assert f"{ORDER}/open" not in sue.text

    async def test_that_came_too_late_is_opened_with_a_reason(self, staff: StaffSide, sue):
        staff.clock.now = staff.clock.now.replace(month=4, day=20)
        await looked_at(sue, "return/changed_mind")
        assert "You can set the rule aside" in sue.text

        answer = await sue.send(f"{ORDER}/open")
        assert answer.status_code == 422
        await sue.send(f"{ORDER}/open", **{"override_reason-0": "She called on day 29."})

        case = await the_return()
        assert (case["state"], case["overridden"]) == ("approved", True)

    async def test_that_two_rules_refuse_is_opened_with_a_reason_for_each(
        self, staff: StaffSide, sue
    ):
        await staff.put_order(lines=[line(kind="custom")])
        staff.clock.now = staff.clock.now.replace(month=4, day=20)
        await looked_at(sue, "return/changed_mind")
        assert "You can set the 2 rules aside that say no" in sue.text

        one = {"override_reason-0": "She called on day 29."}
        answer = await sue.send(f"{ORDER}/open", **one)
        assert answer.status_code == 422
        assert 'id="fault-override_reason-1"' in sue.text
        assert await Return.count() == 0
        await sue.send(f"{ORDER}/open", **one, **{"override_reason-1": "Never worn."})

        case = await the_return()
        assert (case["state"], case["overridden"]) == ("approved", True)

    @pytest.mark.parametrize(
        ("fields", "says"),
        [
            ({"matter": "", "quantity.L1": "1"}, "Choose what it is about."),
            ({"matter": "return/seam_failure", "quantity.L1": "1"}, "Choose what it is about."),
            ({"matter": "return/changed_mind", "quantity.L1": "0"}, "Say of at least one item"),
            ({"matter": "return/changed_mind", "quantity.L1": "-1"}, "Say of at least one item"),
        ],
    )
    async def test_that_is_incomplete_is_told_at_its_field(self, sue, fields, says):
        await sue.open(ORDER)

        answer = await sue.send(f"{ORDER}/decide", **fields)

        assert answer.status_code == 422
        assert says in sue.text


class TestAGuestsOrder:
    async def test_is_linked_to_an_account_with_who_and_why(self, sue):
        await sue.open(ORDER)
        assert "Bought as a guest" in sue.text

        await sue.send(f"{ORDER}/link", **LINK)

        assert "The order belongs to the account from now on." in sue.text
        assert "acct-7" in sue.text
        assert "Linked by Sue" in sue.text
        assert "She named what she had bought." in sue.text
        assert f"{ORDER}/link" not in sue.text

    @pytest.mark.parametrize(
        ("changed", "says"),
        [
            ({"contact": "eve@example.com"}, "neither the e-mail address nor the phone number"),
            ({"contact": ""}, "Enter what the customer named."),
            ({"account_id": ""}, "Enter the account's id in the shop."),
            ({"link_reason": ""}, "Say how you checked who it is."),
        ],
    )
    async def test_is_not_linked_without_a_check_and_nothing_typed_is_lost(
        self, sue, changed, says
    ):
        await sue.open(ORDER)

        answer = await sue.send(f"{ORDER}/link", **LINK | changed)

        assert answer.status_code == 422
        assert says in sue.text
        assert changed.get("account_id", 'value="acct-7"') in sue.text


class TestAStatement:
    async def test_of_a_later_day_counts(self, sue):
        await sue.open(ORDER)

        await sue.send(
            f"{ORDER}/delivery-evidence",
            delivered_on="2026-03-20",
            reason="It lay at the <b>neighbor's</b>.",
        )

        assert "is now the one that was stated" in sue.text
        assert "Customer's word" in sue.text
        assert "It lay at the &lt;b&gt;neighbor&#39;s&lt;/b&gt;." in sue.text

    async def test_of_an_earlier_day_is_kept_aside(self, sue):
        await sue.open(ORDER)

        await sue.send(f"{ORDER}/delivery-evidence", delivered_on="2026-02-26", reason="She said.")

        assert "so it stands" in sue.text
        assert "Delivered Mar 1, 2026 (Carrier scan)." in sue.text

    @pytest.mark.parametrize(
        ("fields", "says"),
        [
            ({"delivered_on": "", "reason": "x"}, "Enter the day"),
            ({"delivered_on": "2026-03-31", "reason": "x"}, "still to come"),
            ({"delivered_on": "2026-02-23", "reason": "x"}, "before it was sent"),
            ({"delivered_on": "2026-03-20", "reason": " "}, "Say how we come to know."),
        ],
    )
    async def test_that_cannot_be_is_told_at_its_field(self, sue, fields, says):
        await sue.open(ORDER)

        answer = await sue.send(f"{ORDER}/delivery-evidence", **fields)

        assert answer.status_code == 422
        assert says in sue.text


class TestHeld:
    async def test_cancellations_are_counted_and_listed(self, staff: StaffSide, sue):
        number = await staff.open_return("EKR-1001", asked())
        await Return.update({Return.on_hold: True}).where(Return.number == number)

        await sue.open("/admin")
        assert "Shipped although canceled" in sue.text
        await sue.open("/admin/returns?hold=1")
        assert number in sue.text
        await Return.update({Return.on_hold: False}).where(Return.number == number)
        await sue.open("/admin/returns?hold=1")
        assert number not in sue.text
