"""The whole way in Spanish: pages, mails and their links, for who reads Spanish."""

import pytest
from playwright.async_api import expect

from tests.browser.stories.customer import Customer
from tests.browser.stories.test_refund import SEND, TWO_LINES, answered, chosen, paid_back
from tests.journeys.shop import Shop


@pytest.fixture
def locale() -> str:
    return "es-MX"


class TestInSpanish:
    async def test_a_refund_goes_from_the_code_to_the_money_with_spanish_mails(
        self, customer: Customer, shop: Shop
    ):
        order = await shop.order(*TWO_LINES)
        await customer.comes_in(order)
        await chosen(customer)
        await answered(customer)
        await customer.tap(customer.button(SEND))
        number = await customer.number()

        letter = await customer.follow(order, "Your label for return %(number)s")
        assert "Hola, Dana Reyes" in letter["text"]
        await customer.sees("Put the label on your parcel and send it to us.")
        await paid_back(shop, number)
        await customer.follow(order, "We have sent your refund of %(amount)s")
        await customer.sees(
            "We have sent your refund; your bank may need 5 to 10 business days to show it."
        )
        await expect(customer.page.locator("html")).to_have_attribute("lang", "es")
