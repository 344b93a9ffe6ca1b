"""The merchant's own color and logo, in a real browser, by day and by night."""

from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.browser.customer_shop import served
from tests.browser.screens import DESKTOP, PHONE, look_at
from tests.browser.test_customer_axe import axe_is_installed  # noqa: F401 - a fixture
from tests.documents.test_logo import SVG, kept
from tests.portal.conftest import Portal, portal, settings  # noqa: F401 - fixtures
from tests.portal.test_look import LINKS, dressed

FOUND = "getComputedStyle(document.querySelector('.btn-primary')).backgroundColor"
DRAWN = "document.querySelector('.brand-logo').naturalWidth"


class TestTheMerchantsLook:
    @pytest.mark.parametrize("accent", ["#7a1f5c", "#1a4fd6"])
    async def test_can_be_read_by_everybody(
        self,
        page: Page,
        portal: Portal,  # noqa: F811 - the fixture above
        tmp_path: Path,
        accent: str,
    ):
        dressed(portal, accent=accent, logo=kept(tmp_path, SVG), **LINKS)
        found: list[str] = []
        async with served(portal.app) as address:
            for path in ("/", "/policy"):
                name = f"look-{accent[1:]}{path.replace('/', '-')}"
                found += await look_at(page, address + path, name, DESKTOP, PHONE)
            await page.emulate_media(color_scheme="light")
            await page.goto(address)
            red, green, blue = (int(accent[place : place + 2], 16) for place in (1, 3, 5))
            assert await page.evaluate(FOUND) == f"rgb({red}, {green}, {blue})"
            assert await page.evaluate(DRAWN) > 0
        assert found == []
