"""Cancelling, and missing a parcel, in a real browser: phone and desk, light and dark."""

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.customer_shop import MIXED_LINES
from tests.browser.test_customer_axe import faults
from tests.browser.test_customer_journey import (
    Shop,
    portal,  # noqa: F401 - a fixture
    settings,  # noqa: F401 - a fixture
    shop,  # noqa: F401 - a fixture
)

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}
NUMBER = "EKR-1022"
SENT = {
    "shipment_id": "S1",
    "carrier": "ups",
    "tracking_number": "1Z999AA10123456784",
    "shipped_at": "2026-03-24T18:00:00Z",
    "delivered_at": "2026-03-28T16:30:00Z",
    "delivery_evidence": "carrier_scan",
    "lines": [{"line_id": "L1", "quantity": 1}],
}


@pytest.fixture
async def order(page: Page, shop: Shop) -> Page:  # noqa: F811 - the fixture above
    """A page that shows an order of which one cover was delivered, and the rest is with us."""
    await shop.portal.put_order(
        NUMBER,
        lines=MIXED_LINES[:2],
        shipments=[SENT],
        status="processing",
        discount=0,
        reference="pi_1022",
    )
    await page.goto(shop.address)
    await page.get_by_label("Order number").fill(NUMBER)
    await page.get_by_label("E-mail address or phone number").fill("dana@example.com")
    await page.get_by_role("button", name="Send me a code").click()
    await page.wait_for_url("**/code")
    await page.get_by_label("Code from the mail").fill(await shop.portal.code(NUMBER))
    await page.get_by_role("button", name="Show my order").click()
    await page.get_by_role("link", name="Something else").click()
    await page.wait_for_url("**/order?issue=other")
    return page


async def fits(page: Page) -> bool:
    """Tell whether nothing is wider than the screen, and nothing to tap is too small."""
    wide, small = await page.evaluate(
        """() => [document.documentElement.scrollWidth - window.innerWidth,
            [...document.querySelectorAll("main a.btn, main button, main select, .item-ways a")]
                .filter((element) => element.offsetParent && element.offsetHeight < 44).length]"""
    )
    return bool(wide <= 0 and small == 0)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
class TestInABrowser:
    async def test_what_is_not_shipped_is_cancelled(self, order: Page, size: ViewportSize):
        await order.set_viewport_size(size)
        assert await faults(order) == []
        assert await fits(order)

        await order.get_by_role("link", name="Cancel what is not shipped yet").first.click()
        await order.get_by_label("Why?").first.select_option(label="It takes too long")
        assert await faults(order) == []
        await order.get_by_role("button", name="Continue").click()
        await expect(order.get_by_role("heading", level=1)).to_have_text("Yes, we can cancel this.")
        assert await faults(order) == []
        assert await fits(order)
        await order.get_by_role("button", name="Cancel it now").click()

        await expect(order.get_by_role("heading", level=1)).to_have_text(
            "Your refund is worked out and waits for our approval."
        )
        assert await faults(order) == []

    async def test_what_was_not_received_is_looked_for_and_told(
        self, order: Page, size: ViewportSize
    ):
        await order.set_viewport_size(size)

        await order.get_by_role("link", name="It did not arrive, or is late").first.click()
        await order.get_by_label("What happened?").first.select_option("not_received")
        assert await faults(order) == []
        await order.get_by_role("button", name="Continue").click()
        await expect(order.get_by_role("heading", name="Please look here first")).to_be_visible()
        assert await faults(order) == []
        assert await fits(order)
        await order.get_by_label("The same item again").check()
        await order.get_by_role("button", name="See the answer").click()
        await expect(order.get_by_role("button", name="Send the request")).to_be_visible()
        assert await faults(order) == []
        await order.get_by_role("button", name="Send the request").click()

        await expect(order.get_by_role("heading", level=1)).to_have_text(
            "A person is looking at your request and will answer you."
        )
        assert await faults(order) == []


class TestByKeyboard:
    async def test_a_cancellation_needs_no_mouse(self, order: Page):
        way = order.get_by_role("link", name="Cancel what is not shipped yet").first
        await way.focus()
        await order.keyboard.press("Enter")
        await order.get_by_label("Why?").first.focus()
        await order.keyboard.type("I changed")
        chosen = order.get_by_label("Why?").first.locator("option:checked")
        await expect(chosen).to_contain_text("I changed")
        await order.get_by_role("button", name="Continue").focus()
        await order.keyboard.press("Enter")
        await order.get_by_role("button", name="Cancel it now").focus()
        await order.keyboard.press("Enter")

        await expect(order.get_by_text("You asked us to cancel.")).to_be_visible()
