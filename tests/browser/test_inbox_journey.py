"""Support's day in a real browser: a question answered from the inbox, a stray mail filed."""

import pytest
from playwright.async_api import Page, expect

from returns_engine.rules.words import Role
from tests.admin.conftest import settings, staff  # noqa: F401 - fixtures
from tests.admin.test_messages import stray, writes
from tests.admin.test_replies import template
from tests.browser.hands import press
from tests.browser.screens import DESKTOP, PHONE, TABLET
from tests.browser.test_customer_axe import axe_in, axe_is_installed  # noqa: F401 - a fixture
from tests.browser.test_staff_journey import Shop, shop, sign_in  # noqa: F401 - a fixture
from tests.letters.conftest import post  # noqa: F401 - a fixture
from tests.letters.postbox import Post
from tests.letters.test_send_message import body, waiting

SIZES = {"phone": PHONE, "tablet": TABLET, "desktop": DESKTOP}


async def fits(page: Page) -> None:
    """Look at the page as it stands, by day and by night."""
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, page.url
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
        assert await axe_in(page, scheme) == []


@pytest.mark.parametrize("size", SIZES.values(), ids=list(SIZES))
class TestTheInbox:
    async def test_is_done_when_the_question_is_answered_and_the_stray_mail_filed(
        self,
        page: Page,
        shop: Shop,  # noqa: F811 - the fixture above
        post: Post,  # noqa: F811 - the fixture above
        size,
    ):
        number = await shop.staff.open_return()
        await writes(shop.staff, number, "Is it blue?")
        await template("Hello {name}, about {number}:")
        await shop.staff.hire("sue", Role.SUPPORT)
        await page.set_viewport_size(size)
        await sign_in(page, shop, "sue", at="/admin/inbox")
        await expect(page.get_by_text("Is it blue?")).to_be_visible()
        await fits(page)

        await press(page, "j")
        await page.wait_for_url(f"**/admin/returns/{number}#messages")
        await page.get_by_label("Begin with a text of ours").select_option("What happens next")
        await page.get_by_role("button", name="Take it").click()
        message = page.get_by_role("textbox", name="Message It goes out by mail")
        await expect(message).to_have_value(f"Hello Dana Reyes, about {number}:")
        await expect(message).to_be_focused()
        await page.keyboard.press("Control+End")
        await page.keyboard.type(" it is blue.")
        await fits(page)
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(page.get_by_text("The customer waits for an answer")).to_have_count(0)

        mail = await post.send(await waiting("message_from_us"))
        assert mail["To"] == "dana@example.com"
        assert f"Hello Dana Reyes, about {number}: it is blue." in " ".join(body(mail).split())
        await stray(number, shop.staff)
        await page.goto(f"{shop.address}/admin/inbox")
        await expect(page.get_by_text("Is it blue?")).to_have_count(0)
        await page.locator("tr", has_text="Mail without a case").get_by_role("link").click()

        await page.wait_for_url("**/admin/messages?show=without_a_case")
        await expect(page.locator("input[name=number]")).to_have_value(number)
        await fits(page)
        await page.get_by_role("button", name="Put to this case").click()
        await page.wait_for_url(f"**/admin/returns/{number}#messages")
        await expect(page.get_by_text("It is me.").first).to_be_visible()
        await page.goto(f"{shop.address}/admin/inbox")
        await expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
        await expect(page.get_by_text("Mail without a case")).to_have_count(0)
