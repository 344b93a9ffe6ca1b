"""Two people over a limit, and a hold, on the pages of finance."""

import re
from datetime import timedelta
from typing import Any

from returns_engine.queries.rows import rows
from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide
from tests.admin.test_approvals import finance, inspected
from tests.api.test_second_approval import dear
from tests.portal.conftest import Visitor


async def manager(staff: StaffSide) -> Visitor:
    return await staff.signed_in("mara", Role.MANAGER)


async def dear_case(staff: StaffSide, price: int = 150_000) -> str:
    await staff.put_order("EKR-2", **dear(price))
    return await inspected(staff, await staff.open_return("EKR-2"))


async def refund(staff: StaffSide) -> dict[str, Any]:
    return (await staff.refunds())[0]


async def figure(person: Visitor) -> tuple[str, str | None]:
    """Return how many second approvals the dashboard counts, and the age of the oldest."""
    await person.open("/admin")
    shown = person.text.split('href="/admin/approvals?show=second"')[1].split("</a>")[0]
    words = re.sub(r"<[^>]+>", " ", shown.split(">", 1)[1]).split()
    told = " ".join(words).removeprefix("Second approvals ")
    count, _, age = told.partition(" the oldest: ")
    return count.removesuffix(" nothing waits"), age or None


class TestTwoPeople:
    async def test_approve_one_after_the_other(self, staff: StaffSide):
        path = await dear_case(staff)
        fay = await finance(staff)
        await fay.open(path)
        assert "More than $1,000.00: two people approve this" in fay.text

        await fay.send(f"{path}/approve")

        assert "Fay approved $1,500.00." in fay.text
        assert "another person must confirm" in fay.text
        assert (await refund(staff))["state"] == "proposed"
        await fay.open("/admin/approvals")
        assert "You approved it: for another person" in fay.text

        mara = await manager(staff)
        await mara.open("/admin/approvals")
        assert "Needs a second approval" in mara.text
        await mara.open(path)
        assert "Confirm" in mara.text
        await mara.send(f"{path}/approve")
        assert (await refund(staff))["state"] == "approved"
        assert "by Fay" in mara.text
        assert "by Mara" in mara.text

    async def test_find_on_the_dashboard_what_waits_for_the_other_one(self, staff: StaffSide):
        await inspected(staff, await staff.open_return())
        path = await dear_case(staff)
        mara = await manager(staff)
        assert await figure(mara) == ("0", None)
        fay = await finance(staff)
        await fay.open(path)
        await fay.send(f"{path}/approve")
        staff.clock.pass_by(timedelta(days=3))

        assert await figure(mara) == ("1", "3 days")
        await mara.open("/admin/approvals?show=second")
        assert mara.text.count("/admin/approvals/") == 1
        assert f'href="{path}"' in mara.text
        assert "approved once:" in mara.text
        assert "Needs a second approval" in mara.text
        await mara.open(path)
        await mara.send(f"{path}/approve")
        assert await figure(mara) == ("0", None)
        await mara.open("/admin/approvals?show=second")
        assert "Nothing waits here." in mara.text

    async def test_see_the_limit_before_they_run_into_it(self, staff: StaffSide):
        path = await dear_case(staff, price=260_000)
        fay = await finance(staff)
        await fay.open(path)
        assert "You may approve up to $2,500.00." in fay.text

        await fay.send(f"{path}/approve")

        assert fay.page is not None
        assert fay.page.status_code == 403
        assert "Nothing was changed." in fay.text
        assert (await refund(staff))["state"] == "proposed"


class TestAHold:
    async def test_is_put_with_a_reason_and_released_by_a_colleague(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        fay = await finance(staff)
        await fay.open(path)
        await fay.send(f"{path}/hold", hold_reason="  ")
        assert "Say why: colleagues read it" in fay.text

        await fay.send(f"{path}/hold", hold_reason="Waiting for the bank.")

        assert "Waiting for the bank." in fay.text
        assert "Fay," in fay.text
        await fay.open("/admin/approvals")
        assert "On hold" in fay.text
        mara = await manager(staff)
        await mara.open(path)
        await mara.send(f"{path}/release")
        assert "Waiting for the bank." not in mara.text.split('id="who"')[0]
        assert (await refund(staff))["hold"] is None

    async def test_is_not_taken_for_a_parcel_that_left_although_it_was_cancelled(
        self, staff: StaffSide
    ):
        number = await staff.open_return()
        path = await inspected(staff, number)
        fay = await finance(staff)
        await fay.open(path)
        await fay.send(f"{path}/hold", hold_reason="Waiting for the bank.")
        await rows("UPDATE returns SET kind = 'cancellation'")
        await fay.open(f"/admin/returns/{number}")

        assert "Refund on hold" in fay.text
        assert "Shipped although canceled" not in fay.text


class TestTheValueGiven:
    async def test_stands_beside_the_money_and_on_the_orders_page(self, staff: StaffSide):
        path = await inspected(staff, await staff.open_return())
        await rows(
            "INSERT INTO outside_refunds (payment, provider_refund_id, amount, currency, status,"
            " cause, created_at, first_seen_at, checked_at) SELECT id, 're_by_hand', 2000, 'USD',"
            " 'succeeded', 'dashboard', {}, {}, {} FROM payments",
            *[staff.clock()] * 3,
        )
        fay = await finance(staff)
        await fay.open(path)
        await fay.send(f"{path}/approve")

        for page in (path, "/admin/orders/EKR-1001"):
            await fay.open(page)
            assert "Refunded at the provider by hand" in fay.text
            assert "Given in all" in fay.text
            assert "Refunded, or approved and still owed" in fay.text
            assert "$155.34" in fay.text
            assert "Item by item" in fay.text
            assert "refunded or owed $135.34" in fay.text
            assert "refunded $" not in fay.text
        await fay.open(path)
        assert "re_by_hand" in fay.text
