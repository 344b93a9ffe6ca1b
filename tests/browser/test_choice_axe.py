"""The page behind a choice's link, by keyboard and as axe sees it, in both color schemes."""

from playwright.async_api import Page, expect

from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.choice import ChoiceKind
from returns_engine.workflow.choice_links import choice_path
from returns_engine.workflow.offer_choice import Offer, offer_choice
from tests.browser.test_customer_axe import axe_is_installed, faults  # noqa: F401 - a fixture
from tests.browser.test_customer_journey import (
    PHONE,
    Shop,
    portal,  # noqa: F401 - a fixture
    settings,  # noqa: F401 - a fixture
    shop,  # noqa: F401 - a fixture
)


async def the_link(shop: Shop) -> str:  # noqa: F811 - the fixture above
    offer = Offer(kind=ChoiceKind.UNDELIVERABLE, units=[("L1", 2)])
    services = shop.portal.services
    choice_id = await offer_choice(
        "EKR-1001", offer, actor=SYSTEM, policy=services.policy, now=services.clock()
    )
    return shop.address + choice_path(choice_id, secret_key=services.settings.secret_key)


class TestTheLink:
    async def test_is_read_and_used_by_keyboard_without_a_fault(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        await page.set_viewport_size(PHONE)
        await page.goto(await the_link(shop))
        found = await faults(page)
        await page.get_by_role("button", name="Send my choice").press("Enter")
        await expect(page.locator(".error-summary")).to_be_focused()
        found += await faults(page)

        await page.get_by_role("radio", name="All your money back").press("Space")
        await page.get_by_role("button", name="Send my choice").press("Enter")
        await page.get_by_text("You chose").wait_for()
        found += await faults(page)

        assert found == []
