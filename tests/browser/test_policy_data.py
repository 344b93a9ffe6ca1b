"""The policy's data in a real browser: it is there, and the site's own rules let it be."""

import json

from playwright.async_api import Page

from tests.browser.customer_shop import served
from tests.portal.conftest import Portal, portal, settings  # noqa: F401 - fixtures

READ = "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)"


class TestTheDataOfThePolicy:
    async def test_is_read_by_who_asks_and_blocked_by_nobody(
        self,
        page: Page,
        portal: Portal,  # noqa: F811 - the fixture above
    ):
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        async with served(portal.app) as address:
            await page.goto(f"{address}/policy#return.excluded.custom")
            data = await page.evaluate(READ)
            there = page.locator("li:target")

            assert "made for your car" in await there.inner_text()
            await page.get_by_role("link", name="return.proof").click()
            assert page.url.endswith("#return.proof")
            assert await page.evaluate("document.title") == "Returns policy · EKR"
        assert data["hasMerchantReturnPolicy"]["applicableCountry"] == "US", json.dumps(data)
        assert complaints == []
