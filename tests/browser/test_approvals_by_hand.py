"""The finance desk: by keyboard alone, with a colleague on the same case, and signed out."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from returns_engine.rules.words import Role
from tests.admin.conftest import PASSWORD, StaffSide, settings, staff  # noqa: F401 - fixtures
from tests.admin.test_approvals import inspected
from tests.browser.customer_shop import served
from tests.browser.hands import press
from tests.browser.test_customer_axe import axe_is_installed, faults  # noqa: F401 - a fixture
from tests.browser.test_staff_journey import Shop, sign_in

PHONE = {"width": 390, "height": 844}


@pytest.fixture
async def shop(staff: StaffSide) -> AsyncIterator[Shop]:  # noqa: F811 - the fixture above
    await staff.hire("fay", Role.FINANCE)
    await staff.hire("flo", Role.FINANCE)
    async with served(staff.app) as address:
        yield Shop(address=address, staff=staff)


async def states(shop: Shop) -> list[str]:
    return sorted(one["state"] for one in await shop.staff.refunds())


async def kept(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(
        "Object.keys(localStorage).filter((one) => one.startsWith('draft.'))"
    )
    return found


class TestByKeyboardAlone:
    async def test_the_queue_is_worked_through_and_no_single_key_decides(
        self, page: Page, shop: Shop
    ):
        for _ in range(2):
            await inspected(shop.staff, await shop.staff.open_return())
        await sign_in(page, shop, "fay", at="/admin/approvals")
        await page.keyboard.press("?")
        await expect(page.get_by_text("Open the last of this page")).to_be_visible()
        assert await faults(page) == []
        await page.keyboard.press("j")
        approve = page.get_by_role("button", name="Approve")
        await expect(approve).to_be_visible()
        await page.wait_for_load_state()

        await page.keyboard.press("Control+a")
        await expect(approve).not_to_be_focused()
        await page.keyboard.press("a")
        await expect(approve).to_be_focused()
        assert await states(shop) == ["proposed", "proposed"]
        await page.keyboard.press("Enter")
        await expect(page.locator("#refund-state")).to_contain_text("Approved")

        await press(page, "j")
        await expect(page.get_by_role("heading", name="Decide")).to_be_visible()
        await press(page, "?")
        await expect(page.get_by_text("Put on hold, or release it")).to_be_visible()
        assert await faults(page) == []
        await page.keyboard.press("h")
        await page.keyboard.type("A bar by hand")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("On hold:")).to_be_visible()
        await press(page, "h")
        assert "refund.released" not in await page.content()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("On hold:")).to_be_hidden()

        await press(page, "r")
        await expect(page.get_by_label("Why").last).to_be_focused()
        await page.keyboard.press("Escape")
        await page.keyboard.press("b")
        await expect(page.get_by_label("What to look at")).to_be_focused()
        assert await faults(page) == []
        await page.keyboard.type("Back: another seat.")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Sent back to the bench:")).to_be_visible()
        assert await faults(page) == []
        assert await states(shop) == ["approved", "canceled"]

    async def test_the_bench_reads_why_it_came_back(self, page: Page, shop: Shop):
        number = await shop.staff.open_return()
        path = await inspected(shop.staff, number)
        fay = await shop.staff.signed_in("fay")
        await fay.open(path)
        await fay.send(f"{path}/back-to-bench", bench_reason="Another seat.")
        await page.set_viewport_size(PHONE)
        await sign_in(page, shop, "wanda", at=f"/admin/bench/{number}")

        await expect(page.get_by_text("Fay of finance sent this back")).to_be_visible()
        await expect(page.get_by_text("Another seat.")).to_be_visible()
        assert await faults(page) == []


class TestTwoPeopleOnOneCase:
    async def test_the_second_sees_who_did_what_and_loses_nothing(
        self, page: Page, browser: Browser, shop: Shop
    ):
        path = await inspected(shop.staff, await shop.staff.open_return())
        await sign_in(page, shop, "fay", at=path)
        other = await browser.new_page()
        await sign_in(other, shop, "flo", at=path)
        await other.keyboard.press("h")
        await other.keyboard.type("Ask the bank.")
        await other.get_by_role("button", name="Hold this refund").click()
        await expect(other.get_by_text("On hold:")).to_be_visible()
        await other.close()

        await page.keyboard.press("r")
        await page.keyboard.type("The seat was worn.")
        await page.get_by_role("button", name="Refuse this refund").click()

        alert = page.get_by_role("alert")
        await expect(alert).to_contain_text("Nothing was changed.")
        await expect(alert).to_contain_text("Flo: Refund put on hold")
        await expect(alert).to_contain_text("Ask the bank.")
        assert await faults(page) == []
        assert await states(shop) == ["proposed"]
        words = page.locator("#reason")
        await expect(words).to_have_value("The seat was worn.")
        await page.get_by_role("button", name="Refuse this refund").click()
        await expect(page.locator("#refund-state")).to_contain_text("Refused")
        await page.wait_for_load_state()
        assert await kept(page) == []


class TestASessionThatIsOver:
    async def test_keeps_the_half_filled_form_until_it_is_sent(self, page: Page, shop: Shop):
        path = await inspected(shop.staff, await shop.staff.open_return())
        await sign_in(page, shop, "fay", at=path)
        await page.get_by_label("Amount").fill("100.00")
        await page.keyboard.press("Escape")
        await page.keyboard.press("l")
        await page.get_by_label("Clause it rests on").select_option(index=1)
        await page.locator("#note").fill("One strap is torn.")
        await page.context.clear_cookies(name="id")
        await page.get_by_role("button", name="Approve").click()

        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        await page.get_by_label("E-mail").fill("fay@ekr.test")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url(shop.address + path)

        await expect(page.get_by_text("What you had typed is back.")).to_be_visible()
        await expect(page.get_by_label("Amount")).to_have_value("100.00")
        await expect(page.locator("#note")).to_have_value("One strap is torn.")
        assert await faults(page) == []
        stored = await page.evaluate("JSON.stringify(localStorage)")
        assert "_csrf_token" not in stored
        await page.get_by_role("button", name="Approve").click()
        await expect(page.locator("#refund-state")).to_contain_text("$100.00")
        await page.wait_for_load_state()
        assert await kept(page) == []
        assert page.url == shop.address + path

    async def test_shows_a_colleague_on_the_same_device_nothing_of_it(self, page: Page, shop: Shop):
        path = await inspected(shop.staff, await shop.staff.open_return())
        await sign_in(page, shop, "fay", at=path)
        await page.keyboard.press("h")
        await page.keyboard.type("Ask the bank.")
        await page.context.clear_cookies()
        await sign_in(page, shop, "flo", at=path)

        await expect(page.locator("#hold_reason")).to_have_value("")
        await page.context.clear_cookies()
        await sign_in(page, shop, "fay", at=path)
        await expect(page.locator("#hold_reason")).to_have_value("Ask the bank.")
        await page.get_by_role("button", name="Forget it").click()
        await expect(page.locator("#hold_reason")).to_have_value("")
        assert await kept(page) == []
