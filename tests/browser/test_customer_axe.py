"""Every page of the portal, in both color schemes, as axe sees it (WCAG 2.2 AA)."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.hands import at_rest
from tests.browser.test_customer_journey import (
    PHONE,
    Shop,
    ask_for_first_item,
    find_order,
    portal,  # noqa: F401 - a fixture
    settings,  # noqa: F401 - a fixture
    shop,  # noqa: F401 - a fixture
)

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BEHIND_THE_CODE = (
    "/",
    "/order",
    "/order?issue=other",
    "/order?issue=no_confirmation",
    "/order?kind=warranty",
    "/order/details",
    "/order/details?take=L1&why.L1=defective",
    "/order/details?take=L1&why.L1=changed_mind",
    "/order/details?take=L3&why.L3=changed_mind&take=L2&why.L2=defective",
    "/returns/RMA-00000000",
)


@pytest.fixture(scope="module", autouse=True)
def axe_is_installed() -> None:
    assert AXE.exists(), "axe-core is not installed here: run make install, which brings it."


# Of what axe looks at, only what is wrong leaves the page: all of it weighs a megabyte.
_RUN = """async ([within, rules]) => {
  const asked = { runOnly: rules, resultTypes: ["violations"], preload: false };
  const seen = await axe.run(within, asked);
  return seen.violations.flatMap((fault) =>
    fault.nodes.map((node) => `${fault.id} ${node.html.slice(0, 100)}`));
}"""
_BEGIN = "typeof axe === 'undefined'"
# Where scripts are off no timer ever ends, and axe waits by some: there it goes on at once.
_NO_TIMERS = "window.setTimeout = (then) => { Promise.resolve().then(then); };"


async def faults(page: Page, *, within: str = "html") -> list[str]:
    """Return what axe finds on the page, or in a part of it, in both color schemes."""
    found: list[str] = []
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += await axe_in(page, scheme, within)
    return found


async def axe_in(page: Page, scheme: str, within: str = "html") -> list[str]:
    """Return what axe finds on the page as it stands, or in a part of it."""
    await at_rest(page)
    return await _axe(page, scheme, within)


async def axe_without_scripts(page: Page, scheme: str) -> list[str]:
    """Return what axe finds on a page whose own scripts are switched off."""
    await page.wait_for_load_state()
    await page.evaluate(_NO_TIMERS)
    return await _axe(page, scheme, "html")


async def _axe(page: Page, scheme: str, within: str) -> list[str]:
    # The page's own policy lets no foreign script in; evaluating goes past it.
    if await page.evaluate(_BEGIN):
        await page.evaluate(AXE.read_text())
    seen = await page.evaluate(_RUN, [within, RULES])
    return [f"{scheme} {page.url}: {fault}" for fault in seen]


class TestAxe:
    async def test_finds_nothing_on_any_page(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        await page.set_viewport_size(PHONE)
        await find_order(page, shop)
        found: list[str] = []
        for path in BEHIND_THE_CODE:
            await page.goto(shop.address + path)
            found += await faults(page)

        assert found == []

    async def test_finds_nothing_on_a_case(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        await page.set_viewport_size(PHONE)
        await find_order(page, shop)
        await ask_for_first_item(page)
        for summary in await page.locator("summary").all():
            await summary.click()

        assert await faults(page) == []

    async def test_finds_nothing_where_something_was_forgotten(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        await page.goto(shop.address)
        await page.get_by_role("button", name="Send me a code").click()

        # What needs a look is read first.
        await expect(page.locator(".error-summary")).to_be_focused()
        assert await faults(page) == []
