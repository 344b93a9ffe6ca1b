"""The head of the staff's pages in a real browser: the field that finds, and the groups."""

import pytest
from playwright.async_api import Page, expect

from returns_engine.rules.words import Role
from tests.admin.conftest import settings, staff  # noqa: F401 - fixtures
from tests.browser.hands import press
from tests.browser.test_customer_axe import axe_is_installed, faults  # noqa: F401 - a fixture
from tests.browser.test_staff_journey import Shop, shop, sign_in  # noqa: F401 - a fixture

WIDTHS = {"phone": 390, "tablet": 820, "desktop": 1280}


class TestTheHead:
    async def test_finds_a_return_by_keyboard_alone(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        number = await shop.staff.open_return()
        await shop.staff.hire("mona", Role.MANAGER)
        await sign_in(page, shop, "mona", at="/admin")

        await page.keyboard.press("/")
        await expect(page.get_by_label("Find a return, order or parcel")).to_be_focused()
        await page.keyboard.type("reyes")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/admin/search?q=reyes")
        await press(page, "j")

        await page.wait_for_url(f"**/admin/returns/{number}")

    async def test_opens_and_closes_its_groups_by_keyboard(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        await shop.staff.hire("mona", Role.MANAGER)
        await sign_in(page, shop, "mona", at="/admin")
        money, work = (page.locator("summary", has_text=name) for name in ("Money", "Work"))
        refunds = page.get_by_role("link", name="Refunds", exact=True)

        await money.focus()
        await page.keyboard.press("Enter")
        await expect(refunds).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(refunds).to_be_hidden()
        await expect(money).to_be_focused()
        await page.keyboard.press("Enter")
        await work.click()
        await expect(refunds).to_be_hidden()

    @pytest.mark.parametrize("width", WIDTHS.values(), ids=list(WIDTHS))
    async def test_has_no_fault_and_fits(self, page: Page, shop: Shop, width: int):  # noqa: F811 - the fixture above
        await shop.staff.open_return()
        await shop.staff.hire("mona", Role.MANAGER)
        await page.set_viewport_size({"width": width, "height": 900})
        await sign_in(page, shop, "mona", at="/admin/search?q=dana")
        assert await faults(page) == []
        await page.locator("summary", has_text="Money").click()
        assert await faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.goto(f"{shop.address}/admin/search?q=nobody-at-all")
        assert await faults(page) == []

    async def test_stands_in_one_line_on_a_desktop(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        await shop.staff.hire("boss", *Role)
        await page.set_viewport_size({"width": WIDTHS["desktop"], "height": 900})
        await sign_in(page, shop, "boss", at="/admin")

        tops = await page.evaluate(
            "[...document.querySelectorAll('.site-nav > li, .find')]"
            ".map((one) => Math.round(one.getBoundingClientRect().bottom))"
        )

        assert len(tops) > 5
        assert max(tops) - min(tops) < 10


class TestLists:
    @pytest.mark.parametrize("width", [390, 1280])
    async def test_have_no_fault_and_lead_on_and_back(
        self,
        page: Page,
        shop: Shop,  # noqa: F811 - the fixture above
        monkeypatch: pytest.MonkeyPatch,
        width: int,
    ):
        monkeypatch.setattr("admin.returns.listing.PAGE", 1)
        newest = [await shop.staff.open_return() for _ in range(2)][-1]
        await shop.staff.hire("mona", Role.MANAGER)
        await page.set_viewport_size({"width": width, "height": 900})
        await sign_in(page, shop, "mona", at="/admin/returns?state=approved")

        assert await faults(page) == []
        await page.get_by_role("link", name="Older ones").click()
        await expect(page.get_by_role("link", name=newest)).to_be_hidden()
        await page.get_by_role("link", name="Back to the newest").click()
        await expect(page.get_by_role("link", name=newest)).to_be_visible()
        await expect(page.get_by_label("State")).to_have_value("approved")
        async with page.expect_download() as begun:
            await page.get_by_role("link", name="All of this list as CSV").click()
        assert (await begun.value).suggested_filename == "returns.csv"
        for name in ("refunds?show=all", "parcels", "replacements", "promises", "choices"):
            await page.goto(f"{shop.address}/admin/{name}")
            assert await faults(page) == []
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
