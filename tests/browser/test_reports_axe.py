"""The pages of the numbers, as axe sees them, with charts and without a script."""

import pytest
from playwright.async_api import Browser, Page, expect

from admin.reports.registry import REPORTS
from returns_engine.rules.words import Role
from tests.admin.conftest import settings, staff  # noqa: F401 - fixtures
from tests.admin.numbers import MARCH, came_back
from tests.browser.test_customer_axe import axe_is_installed, faults  # noqa: F401 - a fixture
from tests.browser.test_staff_journey import Shop, shop, sign_in  # noqa: F401 - a fixture

PHONE, TABLET = {"width": 390, "height": 844}, {"width": 820, "height": 1180}


class TestTheNumbers:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    async def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
        self,
        page: Page,
        shop: Shop,  # noqa: F811 - the fixture above
        scheme: str,
    ):
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await came_back(shop.staff, await shop.staff.open_return())
        await shop.staff.hire("mona", Role.MANAGER)
        await sign_in(page, shop, "mona", at="/admin/reports")
        for size in (PHONE, TABLET):
            await page.set_viewport_size(size)
            for report in ("", *(f"/{one.slug}" for one in REPORTS)):
                await page.goto(f"{shop.address}/admin/reports{report}?{MARCH}")
                assert await faults(page) == [], report
                width = await page.evaluate("document.documentElement.scrollWidth")
                assert width <= size["width"], report
        assert wrong == []

    async def test_a_chart_is_drawn_beside_its_table(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        await came_back(shop.staff, await shop.staff.open_return())
        await shop.staff.hire("mona", Role.MANAGER)
        await sign_in(page, shop, "mona", at="/admin/reports/funnel")

        await expect(page.get_by_role("img", name="A chart of the figures")).to_be_visible()
        await expect(page.get_by_role("row", name="Requested 1 100.0 %")).to_be_visible()
        drawn = "Chart.getChart(document.querySelector('canvas')).data.datasets[0].data[0]"
        assert await page.evaluate(drawn) == 1

    async def test_a_page_without_a_script_is_whole(self, browser: Browser, shop: Shop):  # noqa: F811 - the fixture above
        await came_back(shop.staff, await shop.staff.open_return())
        await shop.staff.hire("mona", Role.MANAGER)
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await sign_in(page, shop, "mona", at="/admin/reports")

        await page.get_by_role("link", name="Funnel").click()
        await expect(page.get_by_role("row", name="Requested 1 100.0 %")).to_be_visible()
        await expect(page.locator("canvas")).to_be_hidden()
        await page.get_by_label("From").fill("2026-03-30")
        await page.get_by_role("button", name="Show").click()
        await page.wait_for_url("**from=2026-03-30**")
        await expect(page.get_by_role("row", name="Requested 1 100.0 %")).to_be_visible()
        await context.close()
