"""The API's description as a person browses it."""

from typing import Literal

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.customer_shop import served
from tests.browser.hands import at_rest
from tests.browser.test_customer_axe import AXE, RULES, axe_is_installed  # noqa: F401 - a fixture
from tests.portal.conftest import Portal, portal, settings  # noqa: F401 - fixtures

SIZES = [ViewportSize(width=390, height=844), ViewportSize(width=1280, height=900)]
CALL = "#operations-Returns-create_return"
GRAVE = {"serious", "critical"}
# Swagger UI's own making: a link within the button of a call, and code that only a mouse scrolls.
NOT_OURS = {"nested-interactive", "scrollable-region-focusable"}


async def grave_faults(page: Page) -> list[str]:
    """Return what axe finds that keeps people out, but for what Swagger UI is made like."""
    await page.evaluate(AXE.read_text())
    seen = await page.evaluate("(rules) => axe.run(document, {runOnly: rules})", RULES)
    return [
        f"{fault['id']} {node['html'][:150]}"
        for fault in seen["violations"]
        if fault["impact"] in GRAVE and fault["id"] not in NOT_OURS
        for node in fault["nodes"]
    ]


class TestThePageOfTheApi:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("size", SIZES, ids=["phone", "desktop"])
    async def test_shows_what_a_call_takes_and_answers_without_leaving_the_site(
        self,
        page: Page,
        portal: Portal,  # noqa: F811 - the fixture above
        size: ViewportSize,
        scheme: Literal["light", "dark"],
    ):
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await page.set_viewport_size(size)
        async with served(portal.app) as address:
            await page.goto(f"{address}/schema")
            await page.locator("#operations-tag-Returns button").first.click()
            await page.locator(f"{CALL} button").first.click()

            answers = page.locator(f"{CALL} .responses-table").first
            await expect(answers).to_contain_text("return_window_closed")
            await expect(answers).to_contain_text("Location")
            assert await page.locator(".opblock-tag").count() > 10
            assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            await at_rest(page)
            assert await grave_faults(page) == []
        # A script or style that the policy keeps out would be told here.
        assert said == []

    async def test_leads_from_an_address_to_one_call(
        self,
        page: Page,
        portal: Portal,  # noqa: F811 - the fixture above
    ):
        async with served(portal.app) as address:
            await page.goto(f"{address}/schema#/Returns/create_return")

            # Swagger UI draws the whole description before it opens the one call.
            opened = page.locator(f"{CALL} .responses-table").first
            await expect(opened).to_be_visible(timeout=90_000)
