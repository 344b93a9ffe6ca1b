"""The head of the pages for everybody, for who has an order or an account open."""

from typing import NoReturn

import pytest

from tests.api.orders import order
from tests.api.statements import every_statement
from tests.portal.conftest import Portal
from tests.portal.test_my_orders import asked_for, links

FOR_EVERYBODY = ("/policy", "/help", "/how-fast", "/certificates", "/my-orders", "/")


class TestTheHeadOfAPageForEverybody:
    @pytest.mark.parametrize("path", FOR_EVERYBODY)
    async def test_leads_back_to_the_order_that_is_open(self, portal: Portal, path: str):
        visitor = await portal.signed_in()

        await visitor.open(path)

        assert 'href="/order/status"' in visitor.text
        assert 'action="/sign-out"' in visitor.text

    @pytest.mark.parametrize("path", FOR_EVERYBODY)
    async def test_offers_nothing_of_an_order_to_who_has_none(self, portal: Portal, path: str):
        visitor = portal.visitor()

        await visitor.open(path)

        assert 'href="/order/status"' not in visitor.text
        assert 'action="/sign-out"' not in visitor.text

    async def test_leads_back_to_all_orders_of_the_account(self, portal: Portal):
        customer = order()["customer"] | {"email": "ana@example.com", "account_id": "A1"}
        await portal.put_order("EKR-61", reference="pi_61", customer=customer)
        visitor = await asked_for(portal, "ana@example.com")
        await visitor.open(f"/my-orders/enter/{(await links(portal))[0]}")
        await visitor.send("/my-orders/open", form=visitor.form("/my-orders/open"))
        assert visitor.path == "/order/status"

        assert 'href="/my-orders"' in visitor.text


BACK = 'href="/order">Back to your order</a>'
A_PERSON = {"accept": "text/html"}
WRONG = [("/nowhere", 404), ("/returns/RMA-00000000", 404), ("/sign-out", 405), ("/help", 500)]


def broken(*_: object) -> NoReturn:
    raise RuntimeError


class TestAPageThatSaysWhatWentWrong:
    @pytest.mark.parametrize(("path", "status"), WRONG)
    async def test_leads_back_to_the_order_that_is_open_and_asks_nothing_for_it(
        self, portal: Portal, monkeypatch: pytest.MonkeyPatch, path: str, status: int
    ):
        monkeypatch.setattr("returns_engine.web.portal.policy_pages.page", broken)
        visitor = await portal.signed_in()

        with every_statement() as said:
            answer = await visitor.client.get(path, headers=A_PERSON)

        assert answer.status_code == status
        assert BACK in answer.text
        onward = "Open it with its own order" if "returns" in path else "To the start"
        assert f">{onward}</a>" in answer.text
        # A return is looked for, and whose it is; all else is answered without a question.
        assert len(said) == (2 if path.startswith("/returns/") else 0)

    @pytest.mark.parametrize(("path", "status"), WRONG[:1] + WRONG[2:])
    async def test_offers_no_order_to_who_has_none(
        self, portal: Portal, monkeypatch: pytest.MonkeyPatch, path: str, status: int
    ):
        monkeypatch.setattr("returns_engine.web.portal.policy_pages.page", broken)
        visitor = portal.visitor()

        answer = await visitor.client.get(path, headers=A_PERSON)

        assert answer.status_code == status
        assert "Back to your order" not in answer.text
        assert 'href="/">To the start</a>' in answer.text

    async def test_of_too_many_cookies_says_to_delete_them(self, portal: Portal):
        visitor = portal.visitor()

        answer = await visitor.client.get("/", headers={**A_PERSON, "cookie": "a=" + "b" * 66_000})

        assert answer.status_code == 431
        assert "Delete the cookies" in answer.text

    async def test_of_the_staffs_side_leads_to_no_order(self, portal: Portal):
        visitor = await portal.signed_in()

        answer = await visitor.client.get("/admin/nowhere", headers=A_PERSON)

        assert answer.status_code == 404
        assert "Back to your order" not in answer.text
