"""Support approves what the policy refused: it reads first what that sets aside."""

import re

import pytest
from playwright.async_api import Page, expect

from returns_engine.rules.words import Role
from tests.admin.conftest import settings, staff  # noqa: F401 - fixtures
from tests.admin.test_against_the_policy import too_late
from tests.browser.hands import press
from tests.browser.screens import DESKTOP, PHONE
from tests.browser.test_customer_axe import axe_is_installed  # noqa: F401 - a fixture
from tests.browser.test_inbox_journey import fits
from tests.browser.test_staff_journey import Shop, shop, sign_in  # noqa: F401 - a fixture

LAST_DAY = re.compile("the last day was")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
class TestApprovingAgainstThePolicy:
    async def test_reads_what_it_sets_aside_and_goes_back_to_the_inbox(
        self,
        page: Page,
        shop: Shop,  # noqa: F811 - the fixture above
        size,
    ):
        number = await too_late(shop.staff)
        await shop.staff.hire("sue", Role.SUPPORT)
        await page.set_viewport_size(size)
        await sign_in(page, shop, "sue", at="/admin/inbox")
        await press(page, "j")
        await page.wait_for_url(f"**/admin/returns/{number}*")
        if size is PHONE:
            await page.get_by_role("link", name="Decide", exact=True).click()
        approve = page.get_by_role("button", name="Approve this return")
        await expect(approve).to_be_in_viewport()
        await expect(approve).to_have_accessible_description(LAST_DAY)
        await fits(page)
        await press(page, "j")

        await page.wait_for_url("**/admin/inbox")
