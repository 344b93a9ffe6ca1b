"""The head of the pages for everybody, for who has an order or an account open."""

import pytest

from tests.api.orders import order
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
