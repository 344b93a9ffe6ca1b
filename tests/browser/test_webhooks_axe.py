"""The page of the webhooks, as axe sees it."""

from playwright.async_api import Page, expect

from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.words import Role
from returns_engine.workflow.keep_webhooks import add_webhook
from tests.admin.conftest import settings, staff  # noqa: F401 - fixtures
from tests.browser.test_customer_axe import axe_is_installed, faults  # noqa: F401 - a fixture
from tests.browser.test_staff_journey import Shop, shop, sign_in  # noqa: F401 - a fixture

PHONE = {"width": 390, "height": 844}


class TestTheWebhooks:
    async def test_axe_finds_nothing_on_a_phone(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        await page.set_viewport_size(PHONE)
        await shop.staff.hire("ada", Role.ADMINISTRATOR)
        await sign_in(page, shop, "ada", at="/admin/webhooks")
        assert await faults(page) == []
        for name in ("erp", "a-help-desk-with-a-rather-long-name"):
            url = f"https://{name}.example.com/hooks"
            await add_webhook(url, secure=True, actor=SYSTEM, now=shop.staff.clock())
        await shop.staff.open_return()
        await page.goto(f"{shop.address}/admin/webhooks")
        await expect(page.get_by_text("return.approved").first).to_be_visible()
        assert await faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

        await page.get_by_role("button", name="Switch off").first.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Switched off by hand.")).to_be_visible()
        assert await faults(page) == []
