"""What was ordered is out of stock: the link in the mail, and the money of who cancels by it."""

from playwright.async_api import expect

from tests.browser.stories.customer import Customer
from tests.journeys.shop import Shop
from tests.journeys.test_choices import offer, paid


class TestTheLinkInTheMail:
    async def test_cancels_what_is_out_of_stock_and_leads_on_to_the_money(
        self, customer: Customer, shop: Shop
    ):
        order = await paid(shop, shipped=False)
        choice = await offer(shop, order, "out_of_stock")
        asked = "Please choose: something in your order %(number)s is out of stock"
        await customer.follow(order, asked, to="/choices/")
        await customer.sees("Something you ordered is out of stock. What shall we do?")
        await customer.tap(customer.button("Send my choice"))
        await expect(customer.page.locator(".error-summary")).to_be_visible()
        await customer.looks()
        await customer.tap(customer.page.locator("input[name=option][value=cancel]"))
        await customer.tap_twice(customer.button("Send my choice"), order)
        await customer.sees("Cancel, and get your money back")
        await expect(customer.page.get_by_text("This was settled already")).to_have_count(0)

        letter = await customer.follow(order, "Your choice for order %(number)s", to="/choices/")
        assert "goes back to you" in letter["text"]
        await customer.sees("Cancel, and get your money back")
        await customer.tap(customer.link("Follow it"))
        await customer.enters(order)
        await customer.sees("Your refund is worked out and waits for our approval.")
        chosen = await shop.get("support", f"/choices/{choice['id']}")
        case = await shop.case(chosen["return_number"])
        refund = await shop.refund(case)
        await shop.approve(refund)
        await shop.refund_is(refund, "succeeded")
        await customer.follow(order, "We have sent your refund of %(amount)s")
        await customer.sees(
            "We have sent your refund; your bank may need 5 to 10 business days to show it."
        )
