"""A late order in a real browser: it stands in the inbox, somebody notes what they did, it goes."""

import pytest
from playwright.async_api import Page, expect

from returns_engine.rules.words import Role
from tests.admin.conftest import settings, staff  # noqa: F401 - fixtures
from tests.admin.test_late_orders import LATE_PARCEL
from tests.browser.hands import press
from tests.browser.screens import DESKTOP, PHONE
from tests.browser.test_customer_axe import axe_is_installed  # noqa: F401 - a fixture
from tests.browser.test_inbox_journey import fits
from tests.browser.test_staff_journey import Shop, shop, sign_in  # noqa: F401 - a fixture

SIZES = {"phone": PHONE, "desktop": DESKTOP}


@pytest.mark.parametrize("size", SIZES.values(), ids=list(SIZES))
class TestALateOrder:
    async def test_leaves_the_inbox_with_a_note(
        self,
        page: Page,
        shop: Shop,  # noqa: F811 - the fixture above
        size,
    ):
        await shop.staff.put_order("EKR-7", reference="pi_7", **LATE_PARCEL)
        await shop.staff.hire("sue", Role.SUPPORT)
        await page.set_viewport_size(size)
        await sign_in(page, shop, "sue", at="/admin/late-orders")
        late = page.get_by_role("table").get_by_text("Should have arrived")
        await expect(late).to_be_visible()
        await fits(page)
        await page.goto(f"{shop.address}/admin/inbox?kind=late")
        await fits(page)

        await press(page, "j")
        await page.wait_for_url("**/admin/orders/EKR-7#late")
        await fits(page)
        await page.get_by_label("What you found or did").fill("Asked UPS, they look.")
        await page.get_by_role("button", name="Looked at it").click()

        await expect(page.get_by_role("status")).to_contain_text("Noted.")
        await page.goto(f"{shop.address}/admin/inbox")
        await expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
        await page.goto(f"{shop.address}/admin/late-orders")
        await expect(page.get_by_text("Nothing is late that nobody looked at.")).to_be_visible()
        await fits(page)
