"""Spanish on a phone: a touch away, and no page keeps any English."""

import re

import pytest
from babel.messages.pofile import read_po
from playwright.async_api import Browser, Page, expect

from returns_engine.texts.catalogue import LOCALES
from tests.browser.customer_shop import served
from tests.browser.test_customer_journey import (
    PHONE,
    Shop,
    portal,  # noqa: F401 - a fixture
    settings,  # noqa: F401 - a fixture
    shop,  # noqa: F401 - a fixture
)
from tests.browser.test_every_customer_page import (
    ASKED,
    NOT_A_PAGE,
    opening,  # noqa: F401 - a fixture
)
from tests.portal.test_who_may import A_CUSTOMERS, PAGES, SEEKERS, THEIRS, Opening, who
from tests.rules.eligibility.cases import EKR

# Words of one letter case are found in codes and names by chance.
SHORTEST, MANY = 8, 300


def english_sentences() -> set[str]:
    """Return English texts without places to fill in, and the clauses that say why."""
    with (LOCALES / "es" / "LC_MESSAGES" / "messages.po").open("rb") as source:
        catalogue = read_po(source, locale="es")
    texts = {
        message.id
        for message in catalogue
        if isinstance(message.id, str)
        and len(message.id) >= SHORTEST
        and " " in message.id
        and message.string != message.id
        and not re.search(r"%\(|<", message.id)
    }
    return texts | {clause.says for clause in EKR.clauses.values()}


@pytest.fixture
async def phone(browser: Browser) -> Page:
    """A phone whose owner reads Spanish."""
    context = await browser.new_context(viewport=PHONE, locale="es-MX")  # type: ignore[arg-type]  # sizes
    return await context.new_page()


class TestInSpanish:
    async def test_is_one_touch_away_in_the_foot_of_a_page(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        await page.set_viewport_size(PHONE)
        await page.goto(shop.address)
        link = page.get_by_role("link", name="Español")
        box = await link.bounding_box()
        assert box is not None
        assert min(box["height"], box["width"]) >= 44

        await link.click()

        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "¿Algo no está bien? Lo resolvemos."
        )
        await expect(page.get_by_role("link", name="English")).to_be_visible()


class TestEveryPageInSpanish:
    async def test_has_no_english_sentence_left(self, phone: Page, opening: Opening):  # noqa: F811 - the fixture above
        english = english_sentences()
        assert len(english) > MANY
        left: list[str] = []
        async with served(opening.portal.app) as address:
            for row in PAGES:
                if row.method != "GET" or row.path.endswith(NOT_A_PAGE):
                    continue
                await phone.context.clear_cookies()
                if who(row) in {THEIRS, A_CUSTOMERS}:
                    token = await opening.api.token("EKR-1001")
                    cookie = {"name": "returns_customer", "value": token, "url": address}
                    await phone.context.add_cookies([cookie])  # type: ignore[list-item]  # a cookie
                if who(row) == SEEKERS:
                    finding = {"order_number": "EKR-1001", "contact": "dana@example.com"}
                    await phone.goto(address)
                    await phone.locator("[name=order_number]").fill(finding["order_number"])
                    await phone.locator("[name=contact]").fill(finding["contact"])
                    await phone.locator("main form button").first.click()
                await phone.goto(address + opening.address(row) + ASKED.get(row.path, ""))
                text = " ".join((await phone.locator("body").text_content() or "").split())
                left += [f"{row.path}: {one}" for one in english if one in text]

        assert sorted(left) == []
