"""Every page of the customer on a narrow phone: light, whole, and large enough for a thumb."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Request

from tests.browser.customer_shop import served
from tests.browser.hands import at_rest
from tests.browser.screens import DESKTOP
from tests.browser.test_every_customer_page import ASKED, NOT_A_PAGE, come
from tests.portal.conftest import Portal, portal, settings  # noqa: F401 - fixtures
from tests.portal.test_who_may import PAGES, Opening, opened, who

NARROW = {"width": 320, "height": 700}
HEAVIEST = 200 * 1024
# WCAG 2.2, 2.5.8: what stands in a sentence is as high as its line, and a label belongs to its box.
TOO_SMALL = """() => {
  const inText = (one) => {
    const around = one.closest("p, li, dd, td, label")?.textContent.trim() ?? "";
    return one.tagName === "A" && getComputedStyle(one).display === "inline"
      && around.length > one.textContent.trim().length;
  };
  const seen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !one.closest(".visually-hidden, .visually-hidden-focusable, .skip");
  return [...document.querySelectorAll(
      "a[href], button, select, textarea, summary, input:not([type=hidden])")]
    .filter((one) => seen(one) && !inText(one))
    .map((one) => one.closest("label") ?? one)
    .filter((one) => {
      const box = one.getBoundingClientRect();
      return box.width > 1 && (box.height < 43.5 || box.width < 43.5);
    })
    .map((one) => {
      const box = one.getBoundingClientRect();
      return `${Math.round(box.width)}x${Math.round(box.height)} ${one.outerHTML.slice(0, 110)}`;
    });
}"""
# Words of neighboring steps that a reader takes for one.
RUN_TOGETHER = """() => {
  const words = (one) => {
    const range = document.createRange();
    range.selectNodeContents(one.querySelector("span"));
    return range.getBoundingClientRect();
  };
  return [...document.querySelectorAll(".seam-steps li + li")].filter((one) => {
    const [left, right] = [words(one.previousElementSibling), words(one)];
    return left.bottom > right.top && left.right + 3 > right.left;
  }).map((one) => one.innerText);
}"""
# What is moved for ever, or longer than a blink, although less motion was asked for.
MOVING = """() => document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().activeDuration > 10)
  .map((one) => one.effect.target.outerHTML.slice(0, 80))"""


@pytest.fixture
async def opening(portal: Portal) -> Opening:  # noqa: F811 - the fixture above
    return await opened(portal)


async def weight_of(requests: list[Request]) -> int:
    """Return the bytes of some answers as they came over the wire, pictures left out."""
    weight = 0
    for one in requests:
        if one.resource_type != "image":
            sizes = await one.sizes()
            weight += sizes["responseBodySize"] + sizes["responseHeadersSize"]
    return weight


async def wrong_with(page: Page, there: str) -> list[str]:
    """Open a page as who never was here, and return what is wrong with it."""
    asked: list[Request] = []
    page.on("request", lambda one: asked.append(one))  # noqa: PLW0108 - Playwright marks what it is given
    await page.set_viewport_size(NARROW)
    await page.emulate_media(reduced_motion="reduce")
    answer = await page.goto(there, wait_until="load")
    assert answer is not None
    await at_rest(page)
    found = [f"{there}: {answer.status}"] if not answer.ok else []
    width = await page.evaluate("document.documentElement.scrollWidth")
    if width > NARROW["width"]:
        found.append(f"{there} is {width} wide")
    weight = await weight_of(asked)
    assert weight > 1024, "nothing was weighed"
    if weight > HEAVIEST:
        found.append(f"{there} weighs {weight} bytes")
    host = urlsplit(there).netloc
    found += [
        f"{there} asks {one.url}"
        for one in asked
        if urlsplit(one.url).netloc != host and urlsplit(one.url).scheme in {"http", "https"}
    ]
    found += [f"{there}: small: {one}" for one in await page.evaluate(TOO_SMALL)]
    found += [f"{there}: runs together: {one}" for one in await page.evaluate(RUN_TOGETHER)]
    found += [f"{there}: moves: {one}" for one in await page.evaluate(MOVING)]
    return found


class TestAPageThatNeedsAnotherLook:
    async def test_has_nothing_on_it_too_small_for_a_thumb(self, page: Page, opening: Opening):
        # On a wide page, because a link that breaks into lines is high enough by itself.
        await page.set_viewport_size(DESKTOP)
        async with served(opening.portal.app) as address:
            await page.goto(address)
            await page.get_by_role("button", name="Send me a code").click()
            await page.locator(".error-summary").wait_for()

            assert await page.evaluate(TOO_SMALL) == []


class TestEveryPageOfTheCustomer:
    async def test_is_narrow_light_still_and_large_enough_to_touch(
        self, browser: Browser, opening: Opening
    ):
        found: list[str] = []
        async with served(opening.portal.app) as address:
            for row in PAGES:
                if row.method != "GET" or row.path.endswith(NOT_A_PAGE):
                    continue
                # Each in a browser of its own, which keeps nothing from the page before.
                page = await browser.new_page()
                await come(page, opening, address, who(row))
                there = address + opening.address(row) + ASKED.get(row.path, "")
                found += await wrong_with(page, there)
                await page.context.close()
        assert found == [], "\n".join(found)
