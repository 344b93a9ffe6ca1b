"""The customer's pages on a phone: what shows when, how wide they are, and what a thumb meets."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

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


async def up_to_the_answer(page: Page) -> None:
    """Ask for the first item, up to the answer to it."""
    await page.get_by_role("link", name="I am not happy with it").click()
    await page.get_by_label("Send this item back").first.check()
    await page.get_by_label("What is wrong?").first.select_option("changed_mind")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_label("Yes, all of that").check()
    await page.get_by_role("button", name="See the answer").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Yes, you can send this back.")


async def ask_for_first_item(page: Page) -> None:
    """Ask for the first item."""
    await up_to_the_answer(page)
    await page.get_by_role("button", name="Send the request and get my label").click()
    await page.wait_for_url("**/returns/RMA-*")


class TestOnAPhone:
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
