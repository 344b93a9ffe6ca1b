"""The refund desk, the reconciliation and the public page of a certificate, as axe sees them."""

from playwright.async_api import Page, expect

from tests.admin.conftest import settings, staff  # noqa: F401 - fixtures
from tests.admin.test_reconciliation import a_line, a_run
from tests.admin.test_refund_desk import WHERE_IT_STANDS, a_refund, be
from tests.browser.hands import at_rest
from tests.browser.test_customer_axe import axe_is_installed, faults  # noqa: F401 - a fixture
from tests.browser.test_staff_journey import Shop, shop, sign_in  # noqa: F401 - a fixture
from tests.workflow.certified import code_of, paid_outside, write_papers
from tests.workflow.shop import rows

PHONE = {"width": 390, "height": 844}


class TestTheRefundDesk:
    async def test_axe_finds_nothing_and_the_keyboard_suffices(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        refund = await a_refund(shop.staff)
        await be(refund, *WHERE_IT_STANDS["failed"])
        stuck = await a_refund(shop.staff, "EKR-2")
        await be(stuck, *WHERE_IT_STANDS["unknown"])
        differs = await a_refund(shop.staff, "EKR-3")
        await be(differs, *WHERE_IT_STANDS["payment_mismatch"])
        await rows(
            "UPDATE payments SET mismatch = 'amount', told_captured = 20000,"
            " told_currency = 'USD' WHERE reference = 'pi_EKR-3'"
        )
        await rows("DELETE FROM procrastinate_jobs")
        await sign_in(page, shop, "fay", at="/admin/refunds")
        assert await faults(page) == []
        await page.goto(f"{shop.address}/admin/refunds?show=all")
        assert await faults(page) == []

        await page.goto(f"{shop.address}/admin/refunds")
        await page.get_by_role("button", name="Ask the provider now").first.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("The provider is being asked.")).to_be_visible()
        await at_rest(page)
        await page.locator("summary", has_text="Try again").focus()
        await page.keyboard.press("Enter")
        assert await faults(page) == []
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Being submitted").first).to_be_visible()


class TestTheReconciliation:
    async def test_axe_finds_nothing_on_a_phone(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        await page.set_viewport_size(PHONE)
        await sign_in(page, shop, "fay", at="/admin/reconciliation")
        assert await faults(page) == []
        run = await a_run(differing=1, refunds=7)
        await a_line(run)
        await a_line(run, kind="outside", at_provider=700, status_at_provider="succeeded")
        await page.goto(f"{shop.address}/admin/reconciliation")
        await expect(page.get_by_text("1 line differs").first).to_be_visible()
        assert await faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


class TestThePublicPage:
    async def test_axe_finds_nothing_on_a_phone(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        number = await paid_outside("EKR-7")
        await write_papers(number)
        await page.set_viewport_size(PHONE)
        await page.goto(f"{shop.address}/certificates")
        assert await faults(page) == []
        await page.get_by_label("Code on the certificate").fill("RC-1")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_be_visible()
        assert await faults(page) == []
        await page.get_by_label("Code on the certificate").fill((await code_of(number)).lower())
        await page.keyboard.press("Enter")
        await expect(
            page.get_by_role("heading", name="This certificate is genuine.")
        ).to_be_visible()
        assert await faults(page) == []
