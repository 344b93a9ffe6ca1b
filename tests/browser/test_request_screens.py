"""The screens of a request, wide and narrow, light and dark, as a customer comes by them."""

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
ORDER = "EKR-60"
MADE_FOR_THE_CAR = line(line_id="L2", sku="EKR-FIT", title="Covers made to fit", kind="custom")


async def look(page: Page, name: str) -> list[str]:
    return await look_at_screen(page, f"request-{name}", DESKTOP, PHONE)


class TestTheScreensOfARequest:
    async def test_are_clean_and_whole(
        self,
        page: Page,
        portal: Portal,  # noqa: F811 - the fixture above
    ):
        inside = [{"line_id": one, "quantity": 2} for one in ("L1", "L2")]
        parcel = order()["shipments"][0] | {"lines": inside}
        await portal.put_order(
            ORDER, reference="pi_60", lines=[line(), MADE_FOR_THE_CAR], shipments=[parcel]
        )
        async with served(portal.app) as address:
            await come(page, portal, address, ORDER)
            await page.goto(f"{address}/order")
            found = await look(page, "1-what-went-wrong")

            await page.get_by_role("link", name="It is damaged").click()
            await expect(page.get_by_role("button", name="Continue")).to_be_visible()
            await page.get_by_label("Send this item back").first.check()
            await page.get_by_label("What is wrong?").first.select_option("defective")
            await page.get_by_role("button", name="Continue").click()
            await page.locator("#photos-1").set_input_files(SEAM)
            await expect(page.locator(".photo-kept li")).to_have_count(1)
            found += await look(page, "3-details-with-photos")

            await page.goto(f"{address}/order")
            await page.get_by_role("link", name="I am not happy with it").click()
            await page.get_by_label("Send this item back").first.check()
            found += await look(page, "2-items")
            await page.get_by_label("What is wrong?").first.select_option("changed_mind")
            await page.get_by_role("button", name="Continue").click()
            await page.get_by_label("Yes, all of that").check()
            found += await look(page, "3-details")
            await page.get_by_role("button", name="See the answer").click()
            found += await look(page, "4-answer")
            await page.get_by_role("button", name="Send the request").click()
            await page.wait_for_url(f"{address}/returns/**")
            found += await look(page, "5-return")

        assert found == []
