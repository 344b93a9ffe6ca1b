"""Browsers that run no script, and small ones: what they show can be read, by day and by night."""

import re
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from returns_engine.rules.colors import READABLE, contrast
from tests.browser.screens import DESKTOP, PHONE
from tests.browser.test_customer_axe import (
    axe_is_installed,  # noqa: F401 - a fixture
    axe_without_scripts,
)
from tests.browser.test_customer_journey import (
    Shop,
    find_order,
    portal,  # noqa: F401 - a fixture
    settings,  # noqa: F401 - a fixture
    shop,  # noqa: F401 - a fixture
)

CHOICES = "/order?issue=other&take=L1"
DETAILS = "/order/details?take=L1&why.L1=defective"
# WCAG 2.2, 1.4.11: what tells that something can be pressed.
SEEN = 3.0
_OF_FILES = """() => {
  const field = document.querySelector("input[type=file]");
  const button = getComputedStyle(field, "::file-selector-button");
  const whole = getComputedStyle(field);
  return [button.color, button.backgroundColor, whole.color, whole.backgroundColor];
}"""
_OF_A_CHOICE = """() => {
  const field = getComputedStyle(document.querySelector("select"));
  return [field.backgroundImage, field.backgroundColor];
}"""
_CUT_OFF = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  const shown = [...document.querySelectorAll("select")].filter((field) => field.offsetParent);
  return shown.flatMap((field) => {
    const look = getComputedStyle(field);
    pen.font = look.font;
    const room = field.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
    const texts = [...field.options].map((one) => one.text);
    return texts.filter((text) => pen.measureText(text).width > room);
  });
}"""


def hexed(color: str) -> str:
    """Return an opaque color as the style sheet writes it."""
    channels = re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", color)
    assert channels is not None, color
    return "#" + "".join(f"{int(one):02x}" for one in channels.groups())


class TestWithoutScripts:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    async def test_all_that_is_filled_in_can_be_read(
        self,
        browser: Browser,
        shop: Shop,  # noqa: F811 - the fixture
        scheme: Literal["light", "dark"],
    ):
        context = await browser.new_context(java_script_enabled=False, color_scheme=scheme)
        page = await context.new_page()
        await find_order(page, shop)
        found: list[str] = []
        for path in (CHOICES, DETAILS):
            await page.goto(shop.address + path)
            for size in (DESKTOP, PHONE):
                await page.set_viewport_size(size)
                found += await axe_without_scripts(page, scheme)
        assert found == []

        button, behind, words, field = map(hexed, await page.evaluate(_OF_FILES))
        assert contrast(button, behind) > READABLE
        assert contrast(words, field) > READABLE
        await page.goto(shop.address + CHOICES)
        arrow, ground = await page.evaluate(_OF_A_CHOICE)
        drawn = re.search(r"stroke='%23([0-9a-f]{6})'", arrow)
        assert drawn is not None
        assert contrast(f"#{drawn[1]}", hexed(ground)) > SEEN


class TestOnAPhone:
    @pytest.mark.parametrize("language", ["en", "es"])
    async def test_no_choice_is_cut_off(
        self,
        browser: Browser,
        shop: Shop,  # noqa: F811 - the fixture
        language: str,
    ):
        context = await browser.new_context(viewport=PHONE)
        page = await context.new_page()
        await find_order(page, shop)
        await page.goto(f"{shop.address}/language?speak={language}&back=/order")
        await expect(page.locator("html")).to_have_attribute("lang", language)
        cut: list[str] = []
        for kind in ("return", "warranty", "delivery_problem"):
            await page.goto(f"{shop.address}/order?kind={kind}&take=L1")
            cut += await _cut_off(page)
        assert cut == []


async def _cut_off(page: Page) -> list[str]:
    await expect(page.locator("select").and_(page.locator(":visible")).first).to_be_visible()
    return [str(one) for one in await page.evaluate(_CUT_OFF)]
