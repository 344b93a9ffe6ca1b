"""The bench with a connection that comes and goes, and what is heard and seen there."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import Page, Route, expect

from tests.admin.conftest import PASSWORD, settings, staff  # noqa: F401 - fixtures
from tests.api.orders import asked, order
from tests.browser.hands import scan
from tests.browser.test_customer_axe import axe_is_installed, faults  # noqa: F401 - a fixture
from tests.browser.test_staff_journey import Shop, shop, sign_in  # noqa: F401 - a fixture

LISTEN = """
window.heard = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  window.heard.push(this.frequency.value);
  return start.apply(this, when);
};
"""


class TestALostConnection:
    async def test_keeps_the_verdict_and_sends_it_when_it_is_back(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        number = await shop.staff.open_return()
        await sign_in(page, shop, "wanda", at=f"/admin/bench/{number}")
        await page.keyboard.press("p")
        await expect(page.locator("#summary")).to_have_text("1 accepted")

        await page.context.set_offline(True)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("No connection. Nothing is lost.")
        assert (await shop.staff.case(number))["lines"][0]["accepted"] == 0

        await page.context.set_offline(False)
        await expect(page.get_by_role("status").first).to_contain_text("1 accepted")
        assert (await shop.staff.case(number))["lines"][0]["accepted"] == 1

    async def test_counts_a_save_once_whose_answer_was_lost(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        number = await shop.staff.open_return("EKR-1001", asked(quantity=2))
        await sign_in(page, shop, "wanda", at=f"/admin/bench/{number}")
        await page.get_by_label("How many").fill("1")
        await page.get_by_role("button", name="All four pass").click()
        await expect(page.locator("#summary")).to_have_text("1 accepted")

        async def lose_the_answer(route: Route) -> None:
            await route.fetch(max_redirects=0)
            await route.abort()

        # The page tries again by itself before long: its clock stands, and the button does it.
        await page.clock.install()
        await page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
        way = f"**/admin/bench/{number}"
        await page.route(way, lose_the_answer, times=1)
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("alert")).to_contain_text("No connection.")
        assert (await shop.staff.case(number))["lines"][0]["accepted"] == 1

        await page.get_by_role("button", name="Send it now").click()

        await expect(page.get_by_role("status").first).to_contain_text("it counts once")
        assert (await shop.staff.case(number))["lines"][0]["accepted"] == 1

    async def test_keeps_a_scan_and_opens_it_when_it_is_back(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        number = await shop.staff.open_return()
        await sign_in(page, shop, "wanda", at="/admin/bench")
        await page.context.set_offline(True)

        await scan(page, number)
        await expect(page.get_by_role("alert")).to_contain_text("No connection.")
        await expect(page.get_by_label("Scan or type")).to_have_value(number)

        await page.context.set_offline(False)
        await page.wait_for_url(f"**/admin/bench/{number}")

    async def test_loses_no_word_when_the_page_is_left_or_the_session_ends(
        self,
        page: Page,
        shop: Shop,  # noqa: F811 - the fixture above
    ):
        number = await shop.staff.open_return()
        await sign_in(page, shop, "wanda", at=f"/admin/bench/{number}")
        await page.keyboard.press("p")
        await expect(page.locator("#summary")).to_have_text("1 accepted")
        await page.get_by_label("Note").fill("Smells of coffee.")
        await page.context.clear_cookies(name="id")

        await page.get_by_role("button", name="Save").click()
        await page.wait_for_url("**/admin/sign-in?next=**")
        await sign_in_here(page)

        await page.wait_for_url(f"**/admin/bench/{number}")
        await expect(page.locator("#answer")).to_contain_text("What you had typed is back.")
        await expect(page.get_by_label("Note")).to_have_value("Smells of coffee.")
        await expect(page.locator("#summary")).to_have_text("1 accepted")


async def sign_in_here(page: Page) -> None:
    await page.get_by_label("E-mail").fill("wanda@ekr.test")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()


COUNT = """
addEventListener("keydown", () => {
  sessionStorage.keys = Number(sessionStorage.keys ?? 0) + 1;
}, true);
"""


class TestWhatIsScanned:
    async def test_a_good_item_takes_its_scan_and_two_keys(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        number = await shop.staff.open_return()
        await sign_in(page, shop, "wanda", at="/admin/bench")
        await page.add_init_script(COUNT)
        await page.reload()

        await scan(page, number)
        await page.wait_for_url(f"**/admin/bench/{number}")
        await page.keyboard.press("p")
        await expect(page.locator("#summary")).to_have_text("1 accepted")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status").first).to_contain_text("1 accepted")

        of_the_scanner = len(number) + len(["Enter"])
        assert await page.evaluate("Number(sessionStorage.keys)") == of_the_scanner + 2
        assert (await shop.staff.case(number))["lines"][0]["accepted"] == 1

    async def test_an_items_sku_goes_to_that_item(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        number = await shop.staff.open_return()
        await sign_in(page, shop, "wanda", at=f"/admin/bench/{number}")

        await scan(page, order()["lines"][0]["sku"])

        await expect(page.locator("#answer")).to_contain_text("Scanned:")
        await page.keyboard.press("p")
        await expect(page.locator("#summary")).to_have_text("1 accepted")

    async def test_a_wrong_item_is_one_key_and_its_parcel_comes_next(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        number = await shop.staff.open_return()
        await sign_in(page, shop, "wanda", at=f"/admin/bench/{number}")

        await page.keyboard.press("x")
        await expect(page.locator("#summary")).to_have_text("+ a wrong or extra item")
        await page.keyboard.press("Enter")

        await page.wait_for_url(f"**/admin/parcels/new?with={number}")
        await expect(page.get_by_label("Came with a return?")).to_have_value(number)

    async def test_is_heard_unless_sounds_are_off(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        await page.add_init_script(LISTEN)
        await sign_in(page, shop, "wanda", at="/admin/bench")

        await scan(page, "1Z-NOT-OURS")
        await expect(page.get_by_role("alert").first).to_contain_text("We don't know this code")
        await page.wait_for_load_state()
        assert await page.evaluate("window.heard") == [196, 156]

        await page.get_by_role("button", name="Sounds off").click()
        await page.get_by_label("Scan or type").focus()
        await scan(page, "1Z-NOT-OURS-EITHER")
        await expect(page.get_by_text("1Z-NOT-OURS-EITHER")).to_be_visible()
        await page.wait_for_load_state()
        assert await page.evaluate("window.heard") == []


class TestTheBench:
    async def test_axe_finds_nothing_on_a_tablet_and_targets_are_large(
        self,
        page: Page,
        shop: Shop,  # noqa: F811 - the fixture above
    ):
        number = await shop.staff.open_return("EKR-1001", asked(quantity=2))
        await page.set_viewport_size({"width": 820, "height": 1180})
        await sign_in(page, shop, "wanda", at="/admin/bench")
        assert await faults(page) == []
        await scan(page, "nobody's")
        await expect(page.get_by_role("alert").first).to_be_visible()
        assert await faults(page) == []

        await page.goto(f"{shop.address}/admin/bench/{number}?split=L1")
        assert await faults(page) == []
        small = await page.evaluate(
            "[...document.querySelectorAll('main button, main .choice, main select, main input"
            ":not([type=hidden]):not([type=radio]):not([type=checkbox])')]"
            ".filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44"
            " && !one.classList.contains('visually-hidden')).map((one) => one.outerHTML)"
        )
        assert small == []
