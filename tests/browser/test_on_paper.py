"""A return's page on paper: who says it and how far it is, and nothing to press or to fill in."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.customer_shop import served
from tests.browser.test_every_customer_page import come
from tests.portal.conftest import Portal, portal, settings  # noqa: F401 - fixtures
from tests.portal.test_who_may import THEIRS, Opening, opened


@pytest.fixture
async def opening(portal: Portal) -> Opening:  # noqa: F811 - the fixture above
    return await opened(portal)


class TestAReturnOnPaper:
    async def test_names_the_shop_and_leaves_out_what_needs_a_hand(
        self, page: Page, opening: Opening
    ):
        async with served(opening.portal.app) as address:
            await come(page, opening, address, THEIRS)
            await page.goto(f"{address}/returns/{opening.things.names['number']}")
            await expect(page.get_by_label("Write to us")).to_be_visible()

            await page.emulate_media(media="print")

            await expect(page.locator(".brand")).to_be_visible()
            await expect(page.locator("#standing h1")).to_be_visible()
            await expect(page.get_by_label("Write to us")).to_be_hidden()
            for pressed in await page.locator("button, summary, .btn").all():
                await expect(pressed).to_be_hidden()
