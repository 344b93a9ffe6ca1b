"""Piccolo Admin's own pages in a real browser: an edit with its event, and the forms."""

from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Page, expect

from returns_engine.queries.rows import rows
from returns_engine.rules.words import Role
from tests.admin.authenticator import set_up_app
from tests.admin.conftest import PASSWORD, settings, staff  # noqa: F401 - fixtures
from tests.admin.test_void_label import labelled
from tests.browser.test_customer_axe import axe_is_installed, faults  # noqa: F401 - a fixture
from tests.browser.test_staff_journey import Shop, shop, sign_in  # noqa: F401 - a fixture

PHONE = {"width": 390, "height": 844}
DATA = "/admin/data/"
WAREHOUSE = f"{DATA}#/warehouses/1/"


async def at_the_data(page: Page, shop: Shop) -> str:  # noqa: F811 - the fixture above
    """Sign a manager in, with a label made; give the number of its return."""
    number = await labelled(shop.staff)
    await shop.staff.hire("mona", Role.MANAGER)
    await sign_in(page, shop, "mona", at=DATA)
    return number


async def give_password(page: Page, password: str = PASSWORD) -> None:
    await page.get_by_label("E-mail").fill("mona@ekr.test")
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()


async def led_to(page: Page, last_step: Awaitable[None]) -> str:
    """Take the last step of a sign-in, and give where its answer leads.

    What Piccolo's page draws there is its own: on a busy machine now and then its start.
    """
    async with page.expect_response(lambda one: one.request.method == "POST") as coming:
        await last_step
    return (await (await coming.value).all_headers())["location"]


class TestTheDataBrowser:
    async def test_keeps_an_edit_with_its_event(self, page: Page, shop: Shop):  # noqa: F811 - as above
        await at_the_data(page, shop)
        await page.get_by_role("link", name="Warehouses").first.click()
        await page.get_by_role("link", name="1", exact=True).first.click()

        await page.locator('textarea[name="line1"]').first.fill("1 Dock Rd")
        await page.get_by_role("button", name="Save").first.click()

        await expect(page.get_by_text("Successfully saved row").first).to_be_visible()
        await page.goto(f"{shop.address}{DATA}#/events/")
        await expect(page.get_by_text("reference.changed").first).to_be_visible()
        [event] = await rows("SELECT data FROM events WHERE type = 'reference.changed'")
        assert "1 Dock Rd" in event["data"]

    async def test_says_in_words_what_it_refuses(self, page: Page, shop: Shop):  # noqa: F811 - as above
        await at_the_data(page, shop)
        await page.goto(f"{shop.address}{DATA}#/warehouses/1/")

        await page.locator('input[name="country"]').fill("us")
        await page.get_by_role("button", name="Save").first.click()

        await expect(page.get_by_text("Two capital letters").first).to_be_visible()

    async def test_leads_from_a_row_to_its_page_and_back(self, page: Page, shop: Shop):  # noqa: F811 - as above
        number = await at_the_data(page, shop)
        await page.get_by_role("link", name="Labels").first.click()
        await page.get_by_role("link", name="1", exact=True).first.click()

        await expect(page.get_by_text("the engine alone writes this")).to_be_visible()
        way = page.get_by_role("link", name=f"To the page: {number}")
        await expect(way).to_be_visible()
        assert await faults(page, within=".our-way") == []
        await way.click()

        await page.wait_for_url(f"**/admin/returns/{number}")
        await page.get_by_role("link", name="Row in the data").click()
        await page.wait_for_url("**/admin/data/#/returns/1/")
        await expect(page.locator('[name="number"]').first).to_have_value(number)
        await expect(page.get_by_role("link", name=f"To the page: {number}")).to_be_visible()

    async def test_exports_a_list_in_which_no_cell_calculates(self, page: Page, shop: Shop):  # noqa: F811 - as above
        await shop.staff.put_order("=1+1", reference="pi_formula")
        await at_the_data(page, shop)
        await page.goto(f"{shop.address}{DATA}#/orders/")
        await expect(page.get_by_text("=1+1", exact=True).first).to_be_visible()

        await page.get_by_text("Export CSV").first.click()
        async with page.expect_download() as coming:
            await page.get_by_role("button", name="Download").click()

        file = await (await coming.value).path()
        exported = Path(file).read_text(encoding="utf-8")  # noqa: ASYNC240 - a small file
        assert '"\'=1+1"' in exported
        assert '"=1+1"' not in exported


class TestASignInInBetween:
    async def test_leads_on_to_the_row_that_a_link_named(self, page: Page, shop: Shop):  # noqa: F811 - as above
        await shop.staff.hire("mona", Role.MANAGER)

        await page.goto(f"{shop.address}{WAREHOUSE}")

        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        await give_password(page, "not hers")
        await expect(page.get_by_role("alert")).to_be_visible()
        assert await led_to(page, give_password(page)) == WAREHOUSE

    async def test_does_so_past_a_code_too(self, page: Page, shop: Shop):  # noqa: F811 - as above
        mona = await shop.staff.signed_in("mona", Role.MANAGER)
        app, _ = await set_up_app(mona, shop.staff)
        shop.staff.clock.pass_by(timedelta(minutes=1))

        await page.goto(f"{shop.address}{WAREHOUSE}")
        await give_password(page)
        await page.get_by_role("link", name="No app at hand?").click()
        await page.get_by_role("link", name="Take a code of the app instead").click()
        await page.get_by_label("Code").fill(app.code)

        assert await led_to(page, page.keyboard.press("Enter")) == WAREHOUSE

    async def test_leads_back_to_where_the_session_ended(self, page: Page, shop: Shop):  # noqa: F811 - as above
        await at_the_data(page, shop)
        await page.get_by_role("link", name="Warehouses").first.click()
        await expect(page.get_by_role("link", name="1", exact=True).first).to_be_visible()
        await page.context.clear_cookies(name="id")
        await page.get_by_role("link", name="1", exact=True).first.click()

        await page.wait_for_url("**/admin/sign-in?**")
        assert await led_to(page, give_password(page)) == WAREHOUSE


class TestItsForms:
    async def test_void_a_label(self, page: Page, shop: Shop):  # noqa: F811 - as above
        number = await at_the_data(page, shop)
        await page.get_by_role("link", name="Void a label").first.click()

        await page.locator('[name="rma_number"]').fill("nonsense")
        await page.locator('[name="reason"]').fill("The dock moved.")
        await page.get_by_role("button", name="Submit").click()
        await expect(page.get_by_text("is no RMA number").first).to_be_visible()
        await page.locator('[name="rma_number"]').fill(number)
        await page.get_by_role("button", name="Submit").click()

        await expect(page.get_by_text("is void").first).to_be_visible()
        await page.goto(f"{shop.address}/admin/returns/{number}")
        await expect(page.get_by_text("There is no label.")).to_be_visible()

    async def test_export_a_file(self, page: Page, shop: Shop):  # noqa: F811 - as above
        number = await at_the_data(page, shop)
        await page.get_by_role("link", name="Export").first.click()
        day = shop.staff.clock().date().isoformat()

        await page.locator('[name="first_day"]').fill(day)
        await page.locator('[name="last_day"]').fill(day)
        async with page.expect_download() as coming:
            await page.get_by_role("button", name="Submit").click()

        file = await (await coming.value).path()
        assert number in Path(file).read_text(encoding="utf-8")  # noqa: ASYNC240 - a small file


class TestTheReturnsPage:
    async def test_says_on_a_phone_in_one_line_what_became_of_a_mail(self, page: Page, shop: Shop):  # noqa: F811 - as above
        number = await labelled(shop.staff)
        await shop.staff.hire("sue", Role.SUPPORT)
        await page.set_viewport_size(PHONE)
        await sign_in(page, shop, "sue", at=f"/admin/returns/{number}")

        tag = page.locator("#messages summary .tag").first

        await expect(tag).to_contain_text("waiting to be sent")
        lines = "tag => tag.clientHeight / parseFloat(getComputedStyle(tag).lineHeight)"
        assert await tag.evaluate(lines) < 2

    async def test_takes_a_label_back_on_a_phone_and_axe_finds_nothing(
        self,
        page: Page,
        shop: Shop,  # noqa: F811 - as above
    ):
        number = await labelled(shop.staff)
        await shop.staff.hire("sue", Role.SUPPORT)
        await page.set_viewport_size(PHONE)
        await sign_in(page, shop, "sue", at=f"/admin/returns/{number}")
        await page.get_by_text("Make another label").click()
        assert await faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

        await page.get_by_label("Why this one is void").fill("The dock moved.")
        await page.get_by_role("button", name="Void it and make another").click()

        await expect(page.get_by_text("There is no label.")).to_be_visible()
        await expect(page.get_by_text("Label made void")).to_be_visible()
        assert await faults(page) == []
