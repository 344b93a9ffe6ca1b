"""Where the customer disagrees, as axe sees it, and by keyboard alone."""

from playwright.async_api import Page, expect

from tests.browser.test_customer_axe import axe_is_installed, faults  # noqa: F401 - a fixture
from tests.browser.test_customer_journey import (
    PHONE,
    Shop,
    ask_for_first_item,
    find_order,
    portal,  # noqa: F401 - a fixture
    settings,  # noqa: F401 - a fixture
    shop,  # noqa: F401 - a fixture
)
from tests.workflow.pictures import a_photo
from tests.workflow.shop import good, inspect, receive, the_return


async def rejected(page: Page, shop: Shop) -> str:  # noqa: F811 - the fixture's value
    """Bring a return of the shop's order to where the bench did not accept its unit."""
    await page.set_viewport_size(PHONE)
    await find_order(page, shop)
    await ask_for_first_item(page)
    number = page.url.split("/")[-1].split("?")[0]
    photo = await a_photo(shop.portal.services.photos, order=None)
    await receive(number, {"L1": 1})
    found = {"verdict": "rejected", "disposition": "quarantine", "grade": "D"}
    await inspect(number, good(**found, note="A coffee stain.", photo_ids=[str(photo)]))
    await page.goto(f"{shop.address}/returns/{number}")
    return number


class TestWhereTheCustomerDisagrees:
    async def test_axe_finds_nothing_and_the_keyboard_alone_leaves_the_items_with_us(
        self,
        page: Page,
        shop: Shop,  # noqa: F811 - the fixture above
    ):
        number = await rejected(page, shop)
        await page.locator("summary", has_text="I don't need it back").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Please dispose of it")).to_be_visible()
        assert await faults(page) == []
        await page.get_by_role("link", name="You see it differently?").focus()
        await page.keyboard.press("Enter")
        title = page.get_by_role("heading", name="You see it differently?")
        await expect(title).to_be_focused()
        await expect(title).to_be_in_viewport()
        await page.get_by_role("button", name="Ask for another person").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(".error-summary")).to_be_focused()

        await page.locator("summary", has_text="I don't need it back").focus()
        await page.keyboard.press("Enter")
        await page.get_by_label("Please dispose of it").focus()
        await page.keyboard.press("Space")
        await page.get_by_role("button", name="Leave it with you").focus()
        await page.keyboard.press("Enter")

        await expect(page.get_by_text("Thank you. We wrote down")).to_be_visible()
        assert (await the_return(number))["state"] == "closed"
