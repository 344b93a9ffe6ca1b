"""A payment that the bank has otherwise than the shop says, from the desk to the money."""

from collections.abc import AsyncIterator
from copy import deepcopy

import httpx
import pytest

from returns_engine.cli.demo.seed import PASSWORD, STAFF, tell_payment
from returns_engine.rules.words import Role
from returns_engine.sandbox.sample_order import SampleOrder
from returns_engine.sandbox.sample_orders import sample_orders
from returns_engine.sandbox.sample_tenders import LESS_AT_BANK, OTHERWISE_AT_BANK
from tests.journeys.orders import an_order
from tests.journeys.shop import Shop
from tests.portal.conftest import Visitor


@pytest.fixture
async def finn(shop: Shop) -> AsyncIterator[Visitor]:
    """Finance, signed in at the demo's pages."""
    web = shop.running.demo.web
    async with httpx.AsyncClient(base_url=web, follow_redirects=True, timeout=60) as client:
        visitor = Visitor(client)
        await visitor.open("/admin/refunds")
        email = STAFF[Role.FINANCE][0]
        await visitor.send("/admin/sign-in", email=email, password=PASSWORD)
        yield visitor


async def less_at_the_bank(shop: Shop) -> SampleOrder:
    """An order like the demo's; that one was delivered long ago once journeys let weeks go by."""
    order = an_order(shop.now(), discount=0)
    (payment,) = order.stripe_payments()
    await tell_payment(shop.sandbox, payment | {"amount": payment["amount"] - LESS_AT_BANK})
    answer = await shop.send("shop", "PUT", f"/orders/{order.number}", dict(order.document))
    assert answer.status_code == 201, answer.text
    return order


class TestAPaymentThatDiffers:
    async def test_is_among_the_orders_of_the_demo(self, shop: Shop):
        (order,) = [one for one in sample_orders(shop.now()) if one.number == OTHERWISE_AT_BANK]
        (payment,) = order.stripe_payments()

        assert (await shop.ledger(order))["captured"] == payment["amount"] - LESS_AT_BANK

    async def test_keeps_its_refund_until_the_shop_says_what_the_bank_has(
        self, shop: Shop, finn: Visitor
    ):
        order = await less_at_the_bank(shop)
        refund = await shop.proposed(order)
        await shop.approve(refund)
        path = f"/refunds/{refund['id']}"

        async def waits() -> bool:
            return (await shop.get("finance", path))["last_error"] == "payment_mismatch"

        await shop.until(waits)
        await finn.open("/admin/refunds?trouble=payment_mismatch")
        words = " ".join(finn.text.split())
        assert order.number in words
        assert "so nothing was sent" in words
        assert "Have the shop send the order again with the amount that was captured" in words
        assert (
            "Our books: <strong>$280.69</strong>. The provider: <strong>$270.69</strong>" in words
        )
        assert (await shop.ledger(order))["refunded"] == 0

        document = deepcopy(dict(order.document))
        document["payments"][0]["captured"] -= LESS_AT_BANK
        answer = await shop.send("shop", "PUT", f"/orders/{order.number}", document)
        assert answer.status_code == 200, answer.text

        await shop.refund_is(refund, "succeeded")
        assert (await shop.ledger(order))["refunded"] == refund["proposed"]
        await finn.open("/admin/refunds?trouble=payment_mismatch")
        assert order.number not in finn.text
