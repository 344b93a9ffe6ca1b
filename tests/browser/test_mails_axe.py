"""Mails as a mail program shows them: by day and by night, with the merchant's color and logo."""

import base64
import dataclasses

import pytest
from playwright.async_api import Page

from returns_engine.documents.mail_logo import mail_logo
from tests.browser.screens import DESKTOP, PHONE, look_at_screen
from tests.browser.test_customer_axe import axe_is_installed  # noqa: F401 - a fixture
from tests.documents.test_mail_logo import drawn
from tests.letters.test_every_letter import letter

LINKS = {
    "policy_url": "https://shop.test/policy",
    "imprint_url": "https://shop.test/imprint",
    "privacy_url": "https://shop.test/privacy",
}
# What a page has and a mail has not: a mail is a part of the mail program's page.
OF_PAGES = ("landmark-one-main", "page-has-heading-one", "region")
LETTERS = ("return_approved", "message_from_us", "lookup_code", "inspection_result")


class TestAMail:
    @pytest.mark.parametrize("accent", [None, "#7a1f5c"])
    async def test_can_be_read_by_everybody(self, page: Page, accent: str | None):
        made = mail_logo(drawn(300, 100))
        assert made is not None
        logo = {**dataclasses.asdict(made), "cid": "logo@shop.test"} if accent else None
        found: list[str] = []
        for name in LETTERS:
            html = letter(name, accent=accent, logo=logo, **LINKS).html
            shown = "data:image/png;base64," + base64.b64encode(made.content).decode()
            await page.set_content(html.replace("cid:logo@shop.test", shown))
            found += await look_at_screen(page, f"mail-{name}-{accent}", DESKTOP, PHONE)
            grounds = await page.evaluate(
                "['.paper', '.sheet'].map(one => "
                "getComputedStyle(document.querySelector(one)).backgroundColor)"
            )
            assert grounds == ["rgb(18, 23, 21)", "rgb(27, 35, 32)"]
        assert [one for one in found if not any(f": {rule}" in one for rule in OF_PAGES)] == []
