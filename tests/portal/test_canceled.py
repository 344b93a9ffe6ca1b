"""An order that was canceled: each page says the same, and what becomes of the money."""

from typing import Any

import pytest

from tests.api.statements import every_statement
from tests.portal.conftest import Portal, Visitor
from tests.portal.test_order_status import UNPAID

NUMBER = "EKR-7"
ADDRESSES = (
    "/order/status",
    "/order",
    "/order?issue=no_confirmation",
    "/order?issue=no_shipping_notice",
)
PROMISES = ("Your order is with us", "As soon as it is", "Being prepared", "How far it is")
CANCELED = "This order was canceled; nothing more is sent."


async def pages(visitor: Visitor) -> list[str]:
    """Return what each page that tells of the order says."""
    said = []
    for address in ADDRESSES:
        with every_statement() as statements:
            answer = await visitor.open(address)
        assert answer.status_code == 200
        assert len(statements) <= 8, address
        said.append(" ".join(visitor.text.split("<main", 1)[1].split()))
    return said


async def canceled(portal: Portal, **changes: Any) -> Visitor:
    about = {"status": "canceled", "shipments": []} | changes
    await portal.put_order(NUMBER, reference="pi_7", **about)
    return await portal.signed_in(NUMBER)


async def before_shipping(portal: Portal) -> Visitor:
    return await canceled(portal, status="processing")


async def cancel_all(visitor: Visitor) -> None:
    await visitor.open("/order?kind=cancellation&take=L1&quantity.L1=2")
    await visitor.send("/order/details", why__L1="late")
    await visitor.send("/order/send")


class TestACanceledOrder:
    async def test_says_what_was_paid_and_how_to_ask_for_it(self, portal: Portal):
        visitor = await canceled(portal)

        for page in await pages(visitor):
            assert CANCELED in page
            assert "You paid $270.69 for it." in page
            assert "Of $270.69 we have no refund on record yet. Ask the shop about it" in page
            assert "and name order EKR-7." in page
            assert "mailto:" in page
            assert not [promise for promise in PROMISES if promise in page]

    async def test_that_nobody_paid_says_so(self, portal: Portal):
        visitor = await canceled(portal, **(UNPAID | {"status": "canceled"}))

        for page in await pages(visitor):
            assert "No payment for it is on record." in page
            assert "we have no refund" not in page

    async def test_whose_money_goes_back_says_that(self, portal: Portal):
        visitor = await before_shipping(portal)
        await cancel_all(visitor)
        await portal.put_order(NUMBER, reference="pi_7", status="canceled", shipments=[])

        for page in await pages(visitor):
            assert "You paid $270.69 for it." in page
            assert "$270.69 goes back to you by the way you paid." in page
            assert "we have no refund" not in page

    @pytest.mark.parametrize(
        ("language", "says"), [("es", "todavía no consta ningún reembolso"), ("en", "no refund")]
    )
    async def test_is_told_in_the_customers_language(self, portal: Portal, language, says):
        visitor = await canceled(portal)
        visitor.client.headers["accept-language"] = language

        assert all(says in page for page in await pages(visitor))


class TestAnOrderAllOfWhichTheCustomerCancelled:
    async def test_promises_no_tracking_number(self, portal: Portal):
        visitor = await before_shipping(portal)
        await cancel_all(visitor)

        for page in await pages(visitor):
            assert "You asked us to cancel." in page
            assert "It is canceled. $270.69 goes back to you by the way you paid." in page
            assert "As soon as it is, the tracking number" not in page
            assert "Being prepared" not in page
