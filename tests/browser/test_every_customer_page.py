"""Every page of the customer's side, wide and narrow, light and dark: clean and whole."""

import pytest
from playwright.async_api import Page

from tests.api.journey import print_label
from tests.browser.customer_shop import served
from tests.browser.screens import DESKTOP, PHONE, look_at, name_of
from tests.browser.test_customer_axe import axe_is_installed  # noqa: F401 - a fixture
from tests.browser.test_live import come as come_with_a_return
from tests.portal.conftest import Portal, portal, settings  # noqa: F401 - fixtures
from tests.portal.test_who_may import A_CUSTOMERS, PAGES, SEEKERS, THEIRS, Opening, opened, who

# A certificate is there once money has moved: tests/browser/test_refund_axe.py looks at it.
NOT_A_PAGE = (
    ".pdf",
    ".svg",
    "/changes",
    "/small",
    "/photos/{photo_id}",
    "/order/photos",
    "/certificates/{code}",
    "/enter/{link}",
    # Of a return on which no parcel came yet: below.
    "/returns/{number}/label",
    # What is done, and leads on to a page.
    "/language",
    # Forms, whose addresses lead back to their pages.
    "/find",
    "/order/review",
    "/order/send",
    "/ask",
    "/withdraw",
    "/renew-label",
    "/message",
    "/tracking",
    "/answer",
    "/appeal",
    "/consent",
    "/resend",
    "/unsent",
)
# A page behind a choice is shown with one made.
ASKED = {"/order/details": "?take=L1&why.L1=changed_mind"}


@pytest.fixture
async def opening(portal: Portal) -> Opening:  # noqa: F811 - the fixture above
    return await opened(portal)


async def come(page: Page, opening: Opening, address: str, as_whom: str) -> None:
    """Come as the customer of the order, or as nobody where the page is for those."""
    await page.context.clear_cookies()
    if as_whom in {THEIRS, A_CUSTOMERS}:
        token = await opening.api.token("EKR-1001")
        cookie = {"name": "returns_customer", "value": token, "url": address}
        await page.context.add_cookies([cookie])
    if as_whom == SEEKERS:
        await page.goto(address)
        await page.get_by_label("Order number").fill("EKR-1001")
        await page.get_by_label("E-mail address or phone number").fill("dana@example.com")
        await page.get_by_role("button", name="Send me a code").click()
        await page.get_by_label("Code from the mail").wait_for()


class TestEveryPageOfTheCustomer:
    async def test_is_clean_and_whole_whichever_the_width_and_the_scheme(
        self, page: Page, opening: Opening
    ):
        found: list[str] = []
        async with served(opening.portal.app) as address:
            for row in PAGES:
                if row.method != "GET" or row.path.endswith(NOT_A_PAGE):
                    continue
                await come(page, opening, address, who(row))
                there = address + opening.address(row) + ASKED.get(row.path, "")
                found += await look_at(page, there, name_of("portal", row.path), DESKTOP, PHONE)
                if page.url != there:
                    found.append(f"{row.path} leads to {page.url}")

        assert found == []


class TestTheLabelOnAPhone:
    async def test_is_clean_and_whole(self, page: Page, portal: Portal):  # noqa: F811 - the fixture above
        async with served(portal.app) as address:
            number = await come_with_a_return(page, portal, address)
            await print_label(number, b"%PDF-1.4 a label")
            there = f"{address}/returns/{number}/label"
            name = name_of("portal", "/returns/{number}/label")

            assert await look_at(page, there, name, DESKTOP, PHONE) == []
            assert page.url == there
