"""A message of who was away for a while, in a browser: it comes back by the code, as written."""

import pytest
from playwright.async_api import Browser, Page, expect

from returns_engine.tables.access import CustomerToken
from tests.browser.customer_shop import served
from tests.browser.screens import DESKTOP, PHONE, look_at_screen
from tests.browser.test_customer_axe import axe_is_installed  # noqa: F401 - a fixture
from tests.browser.test_customer_journey import (
    NUMBER,
    Shop,
    ask_for_first_item,
    find_order,
    portal,  # noqa: F401 - a fixture
    settings,  # noqa: F401 - a fixture
    shop,  # noqa: F401 - a fixture
)
from tests.portal.conftest import Portal
from tests.portal.test_case import ask

WORDS = 'The box says "left".\nIs that right?'


async def send_too_late(page: Page) -> None:
    """Write a message on a return's page, and send it once the half hour is over."""
    await page.get_by_label("Write to us").fill(WORDS)
    await CustomerToken.delete(force=True)
    await page.get_by_role("button", name="Send the message").click()
    await expect(page.get_by_text("What you wrote was not sent")).to_be_visible()


async def ask_for_code(page: Page, number: str) -> None:
    await page.get_by_label("Order number").fill(number)
    await page.get_by_label("E-mail address or phone number").fill("dana@example.com")
    await page.get_by_role("button", name="Send me a code").click()
    await expect(page.get_by_label("Code from the mail")).to_be_visible()


async def enter_code(page: Page, code: str) -> None:
    await page.get_by_label("Code from the mail").fill(code)
    await page.get_by_role("button", name="Show my order").click()
    await page.wait_for_url("**/unsent")
    await expect(page.get_by_label("Write to us")).to_have_value(WORDS)


async def there_and_back(page: Page) -> None:
    """Read the page in Spanish, and go on in English."""
    await page.get_by_role("button", name="Español").click()
    await expect(page.locator("html")).to_have_attribute("lang", "es")
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")


class TestAMessageOfWhoWasAway:
    async def test_comes_back_on_pages_that_are_clean_and_whole(self, page: Page, shop: Shop):  # noqa: F811 - the fixture
        await find_order(page, shop)
        await ask_for_first_item(page)
        await send_too_late(page)
        found = await look_at_screen(page, "portal-unsent-find", DESKTOP, PHONE)
        await shop.portal.codes_gone()
        await ask_for_code(page, NUMBER)
        found += await look_at_screen(page, "portal-unsent-code", DESKTOP, PHONE)
        await there_and_back(page)
        await enter_code(page, await shop.portal.code(NUMBER))
        found += await look_at_screen(page, "portal-unsent-return", DESKTOP, PHONE)
        assert found == []

        await page.get_by_role("link", name="Go to what you wrote").click()
        await expect(page.get_by_label("Write to us")).to_be_in_viewport()
        await page.get_by_role("button", name="Send the message").click()
        await expect(page.get_by_text("Your message is with us.")).to_be_visible()

    async def test_comes_back_without_scripts_too(self, browser: Browser, portal: Portal):  # noqa: F811 - the fixture
        number = await ask(await portal.signed_in(), condition__L1="as_received")
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        async with served(portal.app) as address:
            await portal.codes_gone()
            await page.goto(f"{address}/returns/{number}")
            await ask_for_code(page, "EKR-1001")
            await page.get_by_label("Code from the mail").fill(await portal.code())
            await page.get_by_role("button", name="Show my order").click()
            await page.wait_for_url(f"**/returns/{number}")
            await send_too_late(page)
            await there_and_back(page)
            await portal.codes_gone()
            await ask_for_code(page, "EKR-1001")
            await there_and_back(page)
            await enter_code(page, await portal.code())
            await page.reload()
            await expect(page.get_by_label("Write to us")).to_have_value(WORDS)
            await page.get_by_role("button", name="Send the message").click()
            await expect(page.get_by_text("Your message is with us.")).to_be_visible()


class TestWhatIsFilledIn:
    async def test_is_there_again_for_who_left_without_a_button(self, page: Page, shop: Shop):  # noqa: F811 - the fixture
        await find_order(page, shop)
        await page.goto(f"{shop.address}/order?issue=other")
        await page.get_by_label("Send this item back").first.check()
        await page.get_by_label("What is wrong?").first.select_option("changed_mind")
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_text("What you fill in is kept for a week")).to_be_visible()
        comment = page.get_by_label("Tell us more, if you like")

        await comment.fill(WORDS)
        await page.get_by_role("link", name="Your order").click()
        await page.get_by_role("link", name="Go on where you stopped").click()
        await expect(comment).to_have_value(WORDS)

        async with page.expect_request("**/order/draft"):
            await comment.press_sequentially("!")
        await comment.press_sequentially("?")
        await page.goto(f"{shop.address}/order")
        await page.get_by_role("link", name="Go on where you stopped").click()
        await expect(comment).to_have_value(f"!?{WORDS}")

    async def test_is_said_to_be_kept_by_buttons_where_no_script_runs(
        self,
        browser: Browser,
        portal: Portal,  # noqa: F811 - the fixture
    ):
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        async with served(portal.app) as address:
            await page.goto(address)
            await ask_for_code(page, "EKR-1001")
            await page.get_by_label("Code from the mail").fill(await portal.code())
            await page.get_by_role("button", name="Show my order").click()
            await page.goto(f"{address}/order/details?take=L1&why.L1=defective")
            await expect(page.get_by_text("kept for a week once you go on")).to_be_visible()


class TestWhoChangesTheLanguage:
    async def test_keeps_what_they_wrote(self, page: Page, shop: Shop):  # noqa: F811 - the fixture
        await page.goto(f"{shop.address}/")
        await page.get_by_label("Order number").fill(NUMBER)
        await page.get_by_role("link", name="Español").click()
        await expect(page.locator("html")).to_have_attribute("lang", "es")
        await expect(page.locator("#order_number")).to_have_value(NUMBER)
        await page.get_by_role("link", name="English").click()
        await expect(page.locator("html")).to_have_attribute("lang", "en")

        await find_order(page, shop)
        await ask_for_first_item(page)
        await page.get_by_label("Write to us").fill(WORDS)
        await page.get_by_role("link", name="Español").click()
        await expect(page.locator("html")).to_have_attribute("lang", "es")

        await expect(page.locator("#message")).to_have_value(WORDS)
        assert await page.evaluate("sessionStorage.getItem('unsent')") is None

    @pytest.mark.parametrize("scripts", [True, False])
    async def test_keeps_the_details_of_a_request(
        self,
        browser: Browser,
        portal: Portal,  # noqa: F811 - the fixture
        scripts: bool,  # noqa: FBT001 - a parameter of the test
    ):
        context = await browser.new_context(java_script_enabled=scripts)
        page = await context.new_page()
        async with served(portal.app) as address:
            await page.goto(address)
            await ask_for_code(page, "EKR-1001")
            await page.get_by_label("Code from the mail").fill(await portal.code())
            await page.get_by_role("button", name="Show my order").click()
            await page.wait_for_url("**/order")
            await page.goto(f"{address}/order/details?take=L1&quantity.L1=1&why.L1=changed_mind")
            await page.get_by_label("Yes, all of that").check()
            await page.get_by_label("Tell us more").fill(WORDS)

            await there_and_back(page)

            await expect(page.get_by_label("Tell us more")).to_have_value(WORDS)
            await expect(page.get_by_label("Yes, all of that")).to_be_checked()
            await page.get_by_role("button", name="See the answer").click()
            await expect(page.get_by_role("button", name="get my label")).to_be_visible()

    async def test_leaves_nothing_for_another_page(self, page: Page, shop: Shop):  # noqa: F811 - the fixture
        await find_order(page, shop)
        await ask_for_first_item(page)
        await page.get_by_label("Write to us").fill(WORDS)
        await CustomerToken.delete(force=True)
        await page.get_by_role("link", name="Español").click()
        await expect(page.locator("#order_number")).to_be_visible()

        assert await page.evaluate("sessionStorage.getItem('unsent')") is None
        assert WORDS not in await page.content()
