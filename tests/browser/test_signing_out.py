"""What the browser's way back shows after signing out, on a computer that others use too."""

import contextlib

from playwright.async_api import Error, Page, expect

from tests.browser.customer_shop import MIXED_ORDER
from tests.browser.test_customer_journey import (
    NUMBER,
    Shop,
    find_order,
    portal,  # noqa: F401 - a fixture
    settings,  # noqa: F401 - a fixture
    shop,  # noqa: F401 - a fixture
    up_to_the_answer,
)

TITLE = MIXED_ORDER["lines"][0]["title"]


async def back(page: Page) -> None:
    """Press "back"; the browser's own page that it has no copy is no failure here."""
    with contextlib.suppress(Error):
        await page.go_back()


class TestTheWayBackAfterSigningOut:
    async def test_shows_nothing_of_the_order(self, page: Page, shop: Shop):  # noqa: F811 - the fixture
        await find_order(page, shop)
        await up_to_the_answer(page)
        await expect(page.locator("main")).to_contain_text(TITLE)
        # As long as somebody is signed in, what they filled in is found again.
        await page.get_by_role("link", name="Where it is").click()
        await expect(page.get_by_role("heading", name="Something else?")).to_be_visible()
        await back(page)
        await expect(page.locator("main")).to_contain_text(TITLE)

        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_text("You are signed out on this device.")).to_be_visible()

        for _ in range(5):
            await back(page)
            shown = page.locator("body")
            await expect(shown).not_to_contain_text(TITLE)
            await expect(shown).not_to_contain_text(NUMBER)
