"""The request on a phone: screens and taps counted after the code, with and without JavaScript."""

from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.test_customer_axe import axe_is_installed, faults  # noqa: F401 - a fixture
from tests.browser.test_customer_journey import (
    NUMBER,
    PHONE,
    Shop,
    portal,  # noqa: F401 - a fixture
    settings,  # noqa: F401 - a fixture
    shop,  # noqa: F401 - a fixture
)

MOST_TAPS, MOST_SCREENS = 9, 5
ENGLISH = {
    "number": "Order number",
    "contact": "E-mail address or phone number",
    "ask": "Send me a code",
    "code": "Code from the mail",
    "enter": "Show my order",
    "unhappy": "I am not happy with it",
    "wrong": "I got the wrong item",
    "take": "Send this item back",
    "why": "What is wrong?",
    "on": "Continue",
    "yes": "Yes, all of that",
    "answer": "See the answer",
    "send": "Send the request and get my label",
    "person": "Send the request",
}
SPANISH = {
    "number": "Número de pedido",
    "contact": "Correo electrónico o teléfono",
    "ask": "Envíenme un código",
    "code": "Código del correo",
    "enter": "Ver mi pedido",
    "unhappy": "No estoy conforme con el artículo",
    "wrong": "Recibí el artículo equivocado",
    "take": "Devolver este artículo",
    "why": "¿Qué defecto tiene?",
    "on": "Continuar",
    "yes": "Sí, todo eso",
    "answer": "Ver la respuesta",
    "send": "Enviar la solicitud y recibir mi etiqueta",
    "person": "Enviar la solicitud",
}


@dataclass
class Thumb:
    """A thumb that counts what it taps, and the screens that it sees."""

    page: Page
    taps: int = 0
    screens: list[str] = field(default_factory=list)

    async def tap(self, place: Locator) -> None:
        self.taps += 1
        await place.click()

    async def choose(self, place: Locator, value: str) -> None:
        """Open a list and tap one of it: two taps."""
        self.taps += 2
        await place.select_option(value)

    async def see(self) -> None:
        """Count the screen that is open."""
        heading = await self.page.get_by_role("heading", level=1).inner_text()
        self.screens.append(heading)


async def let_in(page: Page, shop: Shop, words: dict[str, str]) -> Thumb:  # noqa: F811 - the fixture above
    await page.goto(shop.address)
    await page.get_by_label(words["number"]).fill(NUMBER)
    await page.get_by_label(words["contact"]).fill("dana@example.com")
    await page.get_by_role("button", name=words["ask"]).click()
    await page.get_by_label(words["code"]).fill(await shop.portal.code(NUMBER))
    await page.get_by_role("button", name=words["enter"]).click()
    await page.wait_for_url("**/order")
    return Thumb(page)


@pytest.mark.parametrize(
    ("script", "locale", "words"),
    [(True, "en-US", ENGLISH), (False, "en-US", ENGLISH), (False, "es-MX", SPANISH)],
    ids=["with a script", "without", "in Spanish without"],
)
class TestARequest:
    async def test_of_one_item_takes_five_screens_and_nine_taps_at_most(
        self,
        browser: Browser,
        shop: Shop,  # noqa: F811 - the fixture above
        *,
        script: bool,
        locale: str,
        words: dict[str, str],
    ):
        context = await browser.new_context(
            java_script_enabled=script,
            locale=locale,
            viewport=PHONE,  # type: ignore[arg-type]  # sizes
        )
        page = await context.new_page()
        thumb = await let_in(page, shop, words)

        await thumb.see()
        await thumb.tap(page.get_by_role("link", name=words["unhappy"]))
        await page.wait_for_url("**issue=not_satisfied**")
        await thumb.see()
        await thumb.tap(page.get_by_label(words["take"]).first)
        await thumb.choose(page.get_by_label(words["why"]).first, "changed_mind")
        await thumb.tap(page.get_by_role("button", name=words["on"]))
        await page.wait_for_url("**/order/details**")
        await thumb.see()
        await thumb.tap(page.get_by_label(words["yes"]))
        await thumb.tap(page.get_by_role("button", name=words["answer"]))
        await expect(page.get_by_role("button", name=words["send"])).to_be_visible()
        await thumb.see()
        await thumb.tap(page.get_by_role("button", name=words["send"]))
        await page.wait_for_url("**/returns/RMA-**")
        await thumb.see()

        assert len(set(thumb.screens)) == len(thumb.screens) <= MOST_SCREENS
        assert thumb.taps <= MOST_TAPS
        await context.close()


class TestAWrongItem:
    async def test_is_told_with_a_photo_in_fewer_taps_than_nine(self, page: Page, shop: Shop):  # noqa: F811 - the fixture above
        await page.set_viewport_size(PHONE)
        thumb = await let_in(page, shop, ENGLISH)
        found = await faults(page)

        await thumb.tap(page.get_by_role("link", name=ENGLISH["wrong"]))
        await thumb.tap(page.get_by_label(ENGLISH["take"]).first)
        found += await faults(page)
        await thumb.tap(page.get_by_role("button", name=ENGLISH["on"]))
        await expect(page.get_by_label("Photos of what is wrong")).to_be_visible()
        found += await faults(page)
        await thumb.tap(page.get_by_role("button", name=ENGLISH["answer"]))
        await thumb.tap(page.get_by_role("button", name=ENGLISH["person"]))
        await page.wait_for_url("**/returns/RMA-**")

        assert found == []
        assert thumb.taps < MOST_TAPS
