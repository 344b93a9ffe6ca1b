"""Where finance decides, as axe sees it in light and dark, and by keyboard alone."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide, settings, staff  # noqa: F401 - fixtures
from tests.admin.test_batch import plain
from tests.admin.test_second_approval import dear_case
from tests.browser.customer_shop import served
from tests.browser.hands import press
from tests.browser.test_customer_axe import axe_is_installed, faults  # noqa: F401 - a fixture
from tests.browser.test_staff_journey import Shop, sign_in

PHONE = {"width": 390, "height": 844}


@pytest.fixture
async def shop(staff: StaffSide) -> AsyncIterator[Shop]:  # noqa: F811 - the fixture above
    await staff.hire("fay", Role.FINANCE)
    async with served(staff.app) as address:
        yield Shop(address=address, staff=staff)


class TestWhereFinanceDecides:
    async def test_axe_finds_nothing_in_light_and_dark_and_the_keyboard_holds(
        self, page: Page, shop: Shop
    ):
        path = await dear_case(shop.staff)
        await page.set_viewport_size(PHONE)
        await sign_in(page, shop, "fay", at=path)
        assert await faults(page) == []
        await press(page, "a")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Fay approved $1,500.00.")).to_be_visible()
        assert await faults(page) == []
        await page.goto(f"{shop.address}/admin/approvals?show=second")
        await expect(page.get_by_text("approved once:")).to_be_visible()
        assert await faults(page) == []
        await page.goto(shop.address + path)
        await press(page, "h")
        await page.locator("#hold_reason").fill("Waiting for the bank.")
        await page.get_by_role("button", name="Hold this refund").click()
        await expect(page.get_by_text("Waiting for the bank.").first).to_be_visible()
        await page.emulate_media(color_scheme="dark")
        assert await faults(page) == []
        await press(page, "h")
        await page.keyboard.press("Enter")
        await expect(page.locator("summary", has_text="Put on hold")).to_be_visible()

    async def test_b_and_a_approve_the_plain_ones(self, page: Page, shop: Shop):
        await plain(shop.staff)
        await sign_in(page, shop, "fay", at="/admin/approvals")
        await page.get_by_text("Choose which").click()
        chosen, which = [
            await page.locator(f".picked label > {part}").first.bounding_box()
            for part in ("input", "span")
        ]
        assert chosen is not None
        assert which is not None
        assert which["x"] - chosen["x"] - chosen["width"] < chosen["width"]
        assert which["width"] > 4 * chosen["width"]
        assert await faults(page) == []
        await press(page, "b")
        await expect(page.get_by_role("heading", name="3 refunds, $150.00 in all")).to_be_visible()
        assert await faults(page) == []
        await press(page, "a")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("3 refunds approved, $150.00 in all")).to_be_visible()
        assert await faults(page) == []
