"""A customer reads Spanish: by the browser's wish, by a link, and as it was kept with the order."""

import html
import re
from typing import Any

import pytest

from returns_engine.queries.rows import first_row
from returns_engine.web.local_address import came_from, local_address
from returns_engine.workflow.keep_language import keep_language
from tests.portal.conftest import Portal, Visitor
from tests.portal.test_asking import a_photo
from tests.portal.test_case import ask

WISH = {"accept-language": "es-MX,es;q=0.9,en;q=0.5"}


async def language_of(order_number: str) -> str | None:
    row = await first_row("SELECT language FROM orders WHERE number = {}", order_number)
    return row["language"] if row else None


async def signed_in(portal: Portal, accept_language: str) -> Visitor:
    """Come in with a browser that asks for a language."""
    visitor = portal.visitor()
    visitor.client.headers["accept-language"] = accept_language
    await come_in(portal, visitor)
    return visitor


async def come_in(portal: Portal, visitor: Visitor, order_number: str = "EKR-1001") -> None:
    await portal.codes_gone()
    await visitor.open("/")
    await visitor.send("/find", order_number=order_number, contact="dana@example.com")
    await visitor.send("/code", code=await portal.code(order_number))
    assert visitor.path == "/order"


def speaks(text: str) -> str:
    return text.partition('<html lang="')[2].partition('"')[0]


class TestTheLanguageOfAPage:
    @pytest.mark.parametrize(
        ("wished", "spoken"),
        [
            ("es-MX,es;q=0.9,en;q=0.5", "es"),
            ("en-US,en;q=0.9,es;q=0.5", "en"),
            ("fr-CA,es;q=0.4,en;q=0.2", "es"),
            ("pt-BR", "en"),
            ("", "en"),
            (";;q=x,,*", "en"),
        ],
    )
    async def test_is_the_best_that_the_browser_asks_for(self, portal, wished, spoken):
        visitor = portal.visitor()
        visitor.client.headers["accept-language"] = wished

        await visitor.open("/")

        assert speaks(visitor.text) == spoken

    async def test_is_changed_by_a_link_in_its_foot_and_stays_on_the_device(self, portal):
        visitor = portal.visitor()
        await visitor.open("/?said=out")
        assert 'href="/language?speak=es&amp;back=%2F%3Fsaid%3Dout"' in visitor.text

        await visitor.open("/language?speak=es&back=%2F%3Fsaid%3Dout")

        assert (visitor.path, speaks(visitor.text)) == ("/", "es")
        assert "Encuentre su pedido" in visitor.text
        await visitor.open("/certificates")
        assert speaks(visitor.text) == "es"

    async def test_is_not_changed_to_one_nobody_speaks(self, portal):
        visitor = portal.visitor()

        await visitor.open("/language?speak=xx&back=/")

        assert (visitor.path, speaks(visitor.text)) == ("/", "en")

    async def test_a_form_that_was_refused_leads_back_to_the_page_it_was_sent_from(self, portal):
        visitor = portal.visitor()
        await visitor.open("/")
        visitor.client.headers["referer"] = "http://shop.test/?said=out"

        answer = await visitor.send("/find", order_number="", contact="")

        assert answer.status_code == 422
        assert "speak=es&amp;back=%2F%3Fsaid%3Dout" in visitor.text

    async def test_an_address_that_is_nowhere_answers_in_it_too(self, portal):
        visitor = portal.visitor()
        visitor.client.headers.update({**WISH, "accept": "text/html"})

        await visitor.open("/returns/RMA-0")
        await visitor.open("/nowhere")

        assert "Aquí no hay nada" in visitor.text


async def change_language(visitor: Visitor, action: str, files: Any = None, **typed: str) -> None:
    """Press the button in the foot that belongs to the page's form."""
    button = re.search(r'form="words" formaction="([^"]+)" name="go" value="speak"', visitor.text)
    assert button is not None
    address = html.unescape(button.group(1))
    await visitor.send(address, files=files, form=visitor.form(action), go="speak", **typed)


class TestChangingItOnTheWay:
    async def test_keeps_the_details_of_a_request(self, portal):
        visitor = await portal.signed_in()
        await visitor.send("/order/details", take="L1", why__L1="defective")

        photo = {"photos.L1": ("seam.jpg", a_photo(), "image/jpeg")}
        await change_language(visitor, "/order/review", photo, comment__L1="The left seam")

        assert (visitor.page.status_code, speaks(visitor.text)) == (200, "es")
        assert "The left seam</textarea>" in visitor.text
        assert 'name="photo.L1"' in visitor.text
        await change_language(visitor, "/order/review")
        assert speaks(visitor.text) == "en"
        assert "The left seam</textarea>" in visitor.text

    async def test_asks_for_nothing_that_is_not_filled_in_yet(self, portal):
        visitor = await portal.signed_in()
        await visitor.send("/order/details", take="L1", why__L1="changed_mind")

        await change_language(visitor, "/order/review", comment__L1="Still in the box")

        assert visitor.page.status_code == 200
        assert 'role="alert"' not in visitor.text
        await visitor.send("/order/review")
        assert visitor.page.status_code == 422

    async def test_keeps_the_words_that_wait_for_a_code_and_tries_none(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        visitor.client.cookies.set("returns_customer", "over", domain="shop.test")
        await visitor.send(f"/returns/{number}/message", message="Still here?")
        await change_language(visitor, "/find", order_number="EKR-1001")
        assert 'value="EKR-1001"' in visitor.text
        assert speaks(visitor.text) == "es"
        await portal.codes_gone()
        await visitor.send("/find", order_number="EKR-1001", contact="dana@example.com")

        for _ in range(6):
            await change_language(visitor, "/code", code="000 000")
            assert 'value="000000"' in visitor.text
            assert visitor.page.status_code == 200
        await visitor.send("/code", code=await portal.code())

        assert ("message", "Still here?") in visitor.form(f"/returns/{number}/message").fields

    async def test_is_said_to_leave_behind_what_a_page_cannot_take_along(self, portal):
        behind = "<noscript><p>Have you written something here? Send it first"
        visitor = await portal.signed_in()
        assert behind not in visitor.text

        await ask(visitor, condition__L1="as_received")

        assert behind in visitor.text

    async def test_leads_to_no_other_site(self, portal):
        visitor = portal.visitor()
        await visitor.open("/")
        token = dict(visitor.form("/find").fields)["_csrf_token"]

        address = "/language?speak=es&to=//evil.test"
        answer = await visitor.client.post(
            address, data={"_csrf_token": token}, follow_redirects=False
        )

        assert (answer.status_code, answer.headers["location"]) == (307, "/")


class TestTheLanguageOfAnOrder:
    async def test_is_kept_when_its_customer_comes_in(self, portal):
        visitor = await signed_in(portal, accept_language="es-US")

        assert await language_of("EKR-1001") == "es"
        assert "¿Qué salió mal?" in visitor.text

    async def test_speaks_again_on_a_device_that_asks_for_another(self, portal):
        first = await signed_in(portal, accept_language="en-US")
        await first.open("/language?speak=es&back=/order")
        assert speaks(first.text) == "es"

        second = await signed_in(portal, accept_language="en-US")

        assert speaks(second.text) == "es"
        assert await language_of("EKR-1001") == "es"

    async def test_is_no_choice_for_the_device_nor_for_another_order(self, portal):
        await signed_in(portal, accept_language="en-US")
        await portal.put_order("EKR-1002", reference="pi_2")
        await come_in(portal, portal.visitor(), "EKR-1002")
        await keep_language("EKR-1002", chosen="es", asked=None)

        visitor = await signed_in(portal, accept_language="es-MX")
        assert speaks(visitor.text) == "en"
        await visitor.send("/sign-out")
        assert (visitor.path, speaks(visitor.text)) == ("/", "es")

        await come_in(portal, visitor, "EKR-1002")
        assert speaks(visitor.text) == "es"
        assert await language_of("EKR-1002") == "es"
        assert await language_of("EKR-1001") == "en"

    async def test_ends_with_the_order_that_is_opened_next(self, portal):
        await signed_in(portal, accept_language="en-US")
        await portal.put_order("EKR-1002", reference="pi_2")
        visitor = await signed_in(portal, accept_language="es-MX")
        assert speaks(visitor.text) == "en"

        await come_in(portal, visitor, "EKR-1002")

        assert speaks(visitor.text) == "es"
        assert await language_of("EKR-1002") == "es"

    async def test_gives_way_to_what_is_chosen(self, portal):
        visitor = await portal.signed_in()
        await visitor.open("/language?speak=es&back=/order")
        await visitor.open("/language?speak=en&back=/order")

        assert await language_of("EKR-1001") == "en"


class TestWhereALinkLeadsBackTo:
    @pytest.mark.parametrize(
        "asked",
        ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:x", "", "///evil.test"],
    )
    def test_is_never_another_site(self, asked):
        assert local_address(asked) == "/"

    def test_is_a_page_with_its_choices(self):
        assert local_address("/order?take=L1") == "/order?take=L1"

    def test_is_where_a_form_came_from_on_this_site(self):
        assert came_from("https://shop.test/order?take=L1", "shop.test", "") == "/order?take=L1"
        assert came_from("https://evil.test/order", "shop.test", "") == "/"
        assert came_from("", "shop.test", "") == "/"

    def test_is_a_page_under_our_path_and_no_other_of_the_shop(self):
        assert came_from("https://shop.test/back/order", "shop.test", "/back") == "/order"
        assert came_from("https://shop.test/back", "shop.test", "/back") == "/"
        assert came_from("https://shop.test/backpacks", "shop.test", "/back") == "/"
        assert came_from("https://shop.test/cart", "shop.test", "/back") == "/"
