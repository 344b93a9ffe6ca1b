"""The customer's way in a real browser: on a phone with JavaScript, and without any."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect

from tests.api.journey import print_label
from tests.browser.customer_shop import MIXED_ORDER, served
from tests.portal.conftest import Portal, portal, settings  # noqa: F401 - fixtures

NUMBER = "EKR-1003"
PHONE = {"width": 390, "height": 844}


@dataclass
class Shop:
    """Where the shop is served, and what stands behind it."""

    address: str
    portal: Portal


@pytest.fixture
async def shop(portal: Portal) -> AsyncIterator[Shop]:  # noqa: F811 - the fixture above
    await portal.put_order(NUMBER, **MIXED_ORDER)
    async with served(portal.app) as address:
        yield Shop(address=address, portal=portal)


async def find_order(page: Page, shop: Shop) -> None:
    await page.goto(shop.address)
    await page.get_by_label("Order number").fill(NUMBER)
    await page.get_by_label("E-mail address or phone number").fill("dana@example.com")
    await page.get_by_role("button", name="Send me a code").click()
    await page.wait_for_url("**/code")
    await page.get_by_label("Code from the mail").fill(await shop.portal.code(NUMBER))
    await page.get_by_role("button", name="Show my order").click()
    await page.wait_for_url("**/order")


async def ask_for_first_item(page: Page) -> int:
    """Ask for the first item and return how many taps it took after the code."""
    await page.get_by_role("link", name="I am not happy with it").click()
    await page.get_by_label("Send this item back").first.check()
    await page.get_by_label("What is wrong?").first.select_option("changed_mind")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_label("Yes, all of that").check()
    await page.get_by_role("button", name="See the answer").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Yes, you can send this back.")
    await page.get_by_role("button", name="Send the request and get my label").click()
    await page.wait_for_url("**/returns/RMA-*")
    # A choice in a list is two taps.
    return 8


class TestOnAPhone:
    async def test_a_return_is_asked_for_in_at_most_nine_taps(self, page: Page, shop: Shop):
        await page.set_viewport_size(PHONE)
        await find_order(page, shop)

        taps = await ask_for_first_item(page)

        assert taps <= 9
        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "Your return is accepted; we are making your label."
        )

    async def test_what_an_item_needs_shows_when_it_is_chosen(self, page: Page, shop: Shop):
        await page.set_viewport_size(PHONE)
        await find_order(page, shop)
        await page.goto(f"{shop.address}/order?issue=other")
        why = page.get_by_label("What is wrong?").first
        await expect(why).to_be_hidden()

        await page.get_by_label("Send this item back").first.check()

        await expect(why).to_be_visible()

    async def test_no_page_is_wider_than_the_screen(self, page: Page, shop: Shop):
        await page.set_viewport_size({"width": 320, "height": 700})
        await find_order(page, shop)

        for path in (
            "/",
            "/order",
            "/order?issue=other",
            "/order/details?take=L1&why.L1=defective",
        ):
            await page.goto(shop.address + path)
            width = await page.evaluate("document.documentElement.scrollWidth")
            assert width <= 320, path

    async def test_whatever_is_tapped_is_large_enough(self, page: Page, shop: Shop):
        await page.set_viewport_size(PHONE)
        await find_order(page, shop)
        await page.goto(f"{shop.address}/order?issue=other")

        small = await page.evaluate(
            """() => [...document.querySelectorAll("button, .btn, select, input:not([type=hidden]),"
                + " .site-nav a, summary")]
                .map((element) => element.closest("label") ?? element)
                .filter((element) => element.offsetParent && element.offsetHeight < 44)
                .map((element) => element.outerHTML.slice(0, 80))"""
        )

        assert small == []

    async def test_the_label_opens_once_it_is_made(self, page: Page, shop: Shop):
        await page.set_viewport_size(PHONE)
        await find_order(page, shop)
        await ask_for_first_item(page)
        number = page.url.split("/returns/")[1].split("?")[0]

        await print_label(number, b"%PDF-1.4 a label")
        answer = await page.request.get(f"{shop.address}/returns/{number}/label.pdf")

        assert answer.status == 200
        assert await answer.body() == b"%PDF-1.4 a label"


class TestWithoutJavaScript:
    async def test_the_whole_way_works(self, browser: Browser, shop: Shop):
        context = await browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]  # sizes
        page = await context.new_page()
        await find_order(page, shop)

        await ask_for_first_item(page)

        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "Your return is accepted; we are making your label."
        )
        await context.close()


class TestGoingBack:
    async def test_keeps_what_was_chosen(self, page: Page, shop: Shop):
        await find_order(page, shop)
        await page.get_by_role("link", name="I am not happy with it").click()
        await page.get_by_label("Send this item back").first.check()
        await page.get_by_label("What is wrong?").first.select_option("changed_mind")
        await page.get_by_role("button", name="Continue").click()

        await page.get_by_label("Tell us more").fill("It is still in its box")
        await page.get_by_role("button", name="Back", exact=True).click()

        await expect(page.get_by_label("Send this item back").first).to_be_checked()
        await expect(page.get_by_label("What is wrong?").first).to_have_value("changed_mind")

        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_label("Tell us more")).to_have_value("It is still in its box")
