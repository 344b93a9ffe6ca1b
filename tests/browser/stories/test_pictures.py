"""The shop's own pictures of what was ordered, from the host that the shop named."""

from playwright.async_api import expect

from tests.browser.stories.customer import Customer
from tests.journeys.orders import line
from tests.journeys.shop import Shop, until

IS_DRAWN = "picture => picture.complete && picture.naturalWidth > 0"


class TestThePicturesOfWhatWasOrdered:
    async def test_are_seen_where_items_are_chosen(self, customer: Customer, shop: Shop):
        pictures = f"{shop.running.demo.sandbox.address}/pictures"
        order = await shop.order(
            line() | {"image_url": f"{pictures}/EKR-F150-BLK"},
            line("L2") | {"image_url": "https://elsewhere.example/seat.jpg"},
        )
        await customer.comes_in(order)
        await customer.tap(customer.link("I am not happy with it"))
        await customer.sees("What do you want to send back?")
        (picture,) = await customer.page.locator("img.item-picture").all()
        await picture.scroll_into_view_if_needed()
        await until(lambda: picture.evaluate(IS_DRAWN))
        # What comes from elsewhere is not asked for: a drawing stands there.
        await expect(customer.page.locator(".item-picture svg")).to_have_count(1)
