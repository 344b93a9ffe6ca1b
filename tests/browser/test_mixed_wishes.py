"""The screens of a request that gets a replacement and a refund, wide and narrow."""

import pytest
from playwright.async_api import Page, expect

from tests.api.orders import line, order
from tests.browser.customer_shop import served
from tests.browser.screens import DESKTOP, PHONE, look_at_screen
from tests.browser.test_customer_axe import axe_is_installed  # noqa: F401 - a fixture
from tests.browser.test_live import come
from tests.browser.test_photos import SEAM
from tests.portal.conftest import Portal, portal, settings  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("axe_is_installed")
ORDER = "EKR-61"
HOLDER = line(line_id="L2", sku="EKR-H", title="Phone holder", quantity=1)


async def look(page: Page, name: str) -> list[str]:
    return await look_at_screen(page, f"request-mixed-{name}", DESKTOP, PHONE)


class TestTheScreensOfMixedWishes:
    async def test_are_clean_and_whole(
        self,
        page: Page,
        portal: Portal,  # noqa: F811 - the fixture above
    ):
        inside = [{"line_id": "L1", "quantity": 2}, {"line_id": "L2", "quantity": 1}]
        parcel = order()["shipments"][0] | {"lines": inside}
        await portal.put_order(ORDER, reference="pi_61", lines=[line(), HOLDER], shipments=[parcel])
        chosen = "take=L1&quantity.L1=2&why.L1=wrong_item&take=L2&why.L2=changed_mind"
        async with served(portal.app) as address:
            await come(page, portal, address, ORDER)
            await page.goto(f"{address}/order/details?{chosen}")
            await page.locator("#photos-1").set_input_files(SEAM)
            await expect(page.locator(".photo-kept li")).to_have_count(1)
            await page.get_by_label("Yes, all of that").check()
            await page.get_by_label("The right item, with a gift").check()
            found = await look(page, "1-details")
            await page.get_by_role("button", name="See the answer").click()
            await expect(page.get_by_role("heading", name="What you get")).to_be_visible()
            found += await look(page, "2-answer")
            await page.get_by_role("button", name="Send the request").click()
            await page.wait_for_url(f"{address}/returns/**")
            await page.get_by_text("What you get back").first.click()
            found += await look(page, "3-return")
        assert found == []
