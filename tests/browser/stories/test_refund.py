"""From a change of mind to the money: the request, the label, the parcel, and the mails."""

import base64

from playwright.async_api import expect

from returns_engine.sandbox.sample_order import SampleOrder
from tests.browser.stories.customer import Customer
from tests.journeys.orders import line
from tests.journeys.shop import Shop

SEND = "Send the request and get my label"
MOST_TAPS, MOST_SCREENS = 9, 5
TWO_LINES = (line(), line("L2", quantity=1, price=6450, tax=516))


async def chosen(customer: Customer) -> None:
    """Go from the first screen to the details of one item that is not wanted any more."""
    await customer.tap(customer.link("I am not happy with it"))
    await customer.sees("What do you want to send back?")
    await customer.tap(customer.field("Send this item back"))
    await customer.choose(customer.field("What is wrong?"), "changed_mind")
    await customer.tap(customer.button("Continue"))
    await customer.sees("A few details")


async def answered(customer: Customer) -> None:
    """Go from the details to the answer."""
    await customer.tap(customer.field("Yes, all of that"))
    await customer.tap(customer.button("See the answer"))
    await customer.sees("Yes, you can send this back.")


async def paid_back(shop: Shop, number: str) -> str:
    """Let the parcel come in, be found good, and be paid; return the amount as it is written."""
    await shop.receive(number)
    refund = await shop.refund(await shop.inspect(number))
    await shop.approve(refund)
    await shop.refund_is(refund, "succeeded")
    return f"{refund['proposed'] / 100:.2f}"


async def returns_of(shop: Shop, order: SampleOrder) -> list[str]:
    found = await shop.get("support", f"/returns?order_number={order.number}")
    return [one["number"] for one in found["items"]]


class TestARefund:
    async def test_takes_five_screens_and_nine_taps_and_its_mails_lead_to_the_money(
        self, customer: Customer, shop: Shop
    ):
        order = await shop.order(*TWO_LINES)
        await customer.comes_in(order)
        await chosen(customer)
        await answered(customer)
        await customer.tap_twice(customer.button(SEND), order)
        number = await customer.number()
        assert len(customer.met) + 1 <= MOST_SCREENS
        assert customer.taps <= MOST_TAPS
        await customer.page.go_back()
        await customer.tap(customer.button(SEND))
        assert await customer.number() == number
        assert await returns_of(shop, order) == [number]

        letter = await customer.follow(order, "Your label for return %(number)s")
        assert base64.b64decode(letter["attachments"][0]["content_base64"]).startswith(b"%PDF")
        await customer.sees("Put the label on your parcel and send it to us.")
        assert (await customer.opened("Open the label (PDF)")).startswith(b"%PDF")
        amount = await paid_back(shop, number)
        letter = await customer.follow(order, "We have sent your refund of %(amount)s")
        assert amount in letter["text"]
        await customer.sees(
            "We have sent your refund; your bank may need 5 to 10 business days to show it."
        )


class TestADraft:
    async def test_is_kept_on_the_way_back_and_for_who_comes_back_on_another_day(
        self, customer: Customer, shop: Shop
    ):
        order = await shop.order(*TWO_LINES)
        await customer.comes_in(order)
        await chosen(customer)
        await customer.field("Tell us more, if you like").fill("Still in its box")
        await answered(customer)
        await customer.page.go_back()
        await customer.sees("A few details")
        await customer.tap(customer.button("Back"))
        await customer.sees("What do you want to send back?")
        await expect(customer.field("Send this item back")).to_be_checked()
        await expect(customer.field("What is wrong?")).to_have_value("changed_mind")

        await customer.page.context.clear_cookies()
        await customer.comes_in(order)
        await expect(customer.heading("You began a request")).to_be_visible()
        await customer.tap(customer.link("Go on where you stopped"))
        await customer.sees("A few details")
        await expect(customer.field("Yes, all of that")).to_be_checked()
        await expect(customer.field("Tell us more, if you like")).to_have_value("Still in its box")
        await customer.tap(customer.button("See the answer"))
        await customer.sees("Yes, you can send this back.")
