"""Another item came than was ordered: told with a photo, and the customer chooses what follows."""

from playwright.async_api import expect

from tests.browser.stories.customer import Customer
from tests.journeys.orders import good, line
from tests.journeys.shop import Shop

TWO_LINES = (line(quantity=1), line("L2", quantity=1, price=6450, tax=516))


class TestAWrongItem:
    async def test_is_told_with_a_photo_and_the_right_one_chosen_rather_than_the_money(
        self, customer: Customer, shop: Shop
    ):
        order = await shop.order(*TWO_LINES)
        await customer.comes_in(order)
        await customer.tap(customer.link("I got the wrong item"))
        await customer.sees("What do you want to send back?")
        await customer.tap(customer.field("Send this item back"))
        await expect(customer.field("What is wrong?")).to_have_value("wrong_item")
        await customer.tap(customer.button("Continue"))
        await customer.sees("A few details")
        await customer.shows_photos(1)
        await customer.tap(customer.field("The right item, with a gift"))
        await customer.tap(customer.button("See the answer"))
        await customer.sees("Yes, you can send this back.")
        await expect(customer.heading("What you get")).to_be_visible()
        await customer.tap(customer.button("Send the request and get my label"))
        number = await customer.number()

        await customer.follow(order, "Your label for return %(number)s")
        await customer.sees("Put the label on your parcel and send it to us.")
        await shop.receive(number)
        await shop.inspect(number, good(found_cause="wrong_label"))
        letter = await customer.follow(order, "We have inspected your return %(number)s")
        assert "arrange your replacement" in letter["text"]
        await customer.sees("We are arranging your replacement.")
