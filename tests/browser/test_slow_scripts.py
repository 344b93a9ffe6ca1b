"""What a person does while the scripts of a page are still on their way is not lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, Route, expect

from tests.admin.conftest import settings, staff  # noqa: F401 - fixtures
from tests.browser.test_staff_journey import Shop, shop, sign_in  # noqa: F401 - a fixture


@asynccontextmanager
async def held_up(page: Page, script: str) -> AsyncIterator[None]:
    """Keep a script on its way for as long as this lasts."""
    way = asyncio.Event()

    async def wait(route: Route) -> None:
        await way.wait()
        await route.continue_()

    await page.route(f"**/{script}*", wait)
    try:
        yield
    finally:
        way.set()


class TestBeforeTheScripts:
    async def test_a_key_at_the_bench_counts_once_its_script_has_come(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        number = await shop.staff.open_return()
        await sign_in(page, shop, "wanda", at="/admin/bench")

        async with held_up(page, "bench.js"):
            await page.goto(f"{shop.address}/admin/bench/{number}", wait_until="commit")
            await expect(page.get_by_label("Scan or type")).to_be_focused()
            await page.keyboard.press("p")
            await expect(page.get_by_label("Scan or type")).to_have_value("p")

        await expect(page.locator("#summary")).to_have_text("1 accepted")
        await expect(page.get_by_label("Scan or type")).to_have_value("")

    async def test_who_types_already_goes_on_typing_where_something_was_refused(
        self,
        page: Page,
        shop: Shop,  # noqa: F811 - the fixture above
    ):
        await page.goto(f"{shop.address}/admin/sign-in")
        await page.get_by_label("E-mail").fill("wanda@ekr.test")
        await page.get_by_label("Password").fill("not hers")
        async with held_up(page, "page.js"):
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("alert")).to_be_visible()
            await page.get_by_label("Password").press_sequentially("half")

        await page.wait_for_load_state()
        await expect(page.get_by_label("Password")).to_be_focused()
        await page.keyboard.type(" of it")
        await expect(page.get_by_label("Password")).to_have_value("half of it")
