"""The sign-in with an authenticator app in a real browser: by keyboard, on a phone, with axe."""

from datetime import timedelta

import pyotp
from playwright.async_api import Page, expect

from tests.admin.authenticator import demand_second_step
from tests.admin.conftest import PASSWORD, settings, staff  # noqa: F401 - fixtures
from tests.browser.test_customer_axe import axe_is_installed, faults  # noqa: F401 - a fixture
from tests.browser.test_staff_journey import Shop, shop, sign_in, sign_out  # noqa: F401 - a fixture

PHONE = {"width": 390, "height": 844}


class TestSigningInWithAnApp:
    async def test_is_set_up_at_the_first_sign_in_and_asked_for_at_the_next(
        self,
        page: Page,
        shop: Shop,  # noqa: F811 - the fixture above
    ):
        demand_second_step(shop.staff)
        await page.set_viewport_size(PHONE)
        await page.goto(f"{shop.address}/admin/approvals")
        await expect(page.get_by_label("E-mail")).to_be_focused()
        await page.keyboard.type("fay@ekr.test")
        await page.keyboard.press("Tab")
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")

        await page.wait_for_url("**/admin/account/second-step")
        await expect(page.get_by_text("Your role needs it.")).to_be_visible()
        await page.get_by_text("It cannot scan?").click()
        assert await faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        drawn = "document.querySelector('.qr').naturalWidth"
        assert await page.evaluate(drawn) > 100
        key = "".join((await page.locator("#app-key").inner_text()).split())
        app = pyotp.TOTP(key)
        await page.get_by_label("Type the six digits").fill(app.at(shop.staff.clock()))
        await page.keyboard.press("Enter")
        await expect(page.locator(".recovery-codes li")).to_have_count(10)
        assert await faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        await page.get_by_role("link", name="I have kept them").click()
        await page.wait_for_url("**/admin")
        await sign_out(page)

        shop.staff.clock.pass_by(timedelta(minutes=1))
        await page.goto(f"{shop.address}/admin/approvals")
        await expect(page.get_by_label("E-mail")).to_be_focused()
        await page.keyboard.type("fay@ekr.test")
        await page.keyboard.press("Tab")
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/admin/sign-in/code?**")
        await expect(page.get_by_label("Code")).to_be_focused()
        assert await faults(page) == []
        await page.keyboard.type("000")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("not right")
        assert await faults(page) == []
        await page.get_by_label("Code").fill(app.at(shop.staff.clock()))
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/admin/approvals")


class TestTheAccount:
    async def test_axe_finds_nothing_on_phone_and_desktop(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        await sign_in(page, shop, "wanda", at="/admin/account")
        await shop.staff.signed_in("wanda")
        await page.reload()
        await expect(page.get_by_role("button", name="Sign out everywhere else")).to_be_visible()
        assert await faults(page) == []
        await page.set_viewport_size(PHONE)
        assert await faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

        await page.get_by_label("Password now").fill("not hers")
        await page.get_by_label("New password", exact=False).first.fill("a new long password")
        await page.get_by_label("New password again").fill("a new long password")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("This is not your password.")).to_be_visible()
        assert await faults(page) == []
