"""A seam gave way: the claim with its photos, and the new cover."""

from playwright.async_api import expect

from tests.browser.stories.customer import Customer
from tests.journeys.orders import good, line
from tests.journeys.shop import Shop

TWO_LINES = (line(quantity=1), line("L2", quantity=1, price=6450, tax=516))
TRACKING = {"carrier": "ups", "tracking_number": "1Z999AA10123456784"}


class TestAWarrantyClaim:
    async def test_is_made_with_two_photos_and_followed_by_its_mails_to_the_new_cover(
        self, customer: Customer, shop: Shop
    ):
        order = await shop.order(*TWO_LINES, kind="custom")
        await customer.comes_in(order)
        await customer.tap(customer.link("Something gave way in use"))
        await customer.sees("Claim on the warranty")
        await customer.tap(customer.field("Claim for this item"))
        await customer.choose(customer.field("What is wrong?"), "seam_failure")
        await customer.tap(customer.button("Continue"))
        await customer.sees("A few details")
        await customer.shows_photos(2)
        await customer.tap(customer.button("See the answer"))
        await customer.sees("Yes, the warranty covers this.")
        await expect(customer.page.get_by_text("· 2 photos")).to_be_visible()
        await customer.tap(customer.button("Send the request and get my label"))
        number = await customer.number()

        letter = await customer.follow(order, "Your label for claim %(number)s")
        assert [one["filename"] for one in letter["attachments"]] == [f"{number}.pdf"]
        await customer.sees("Put the label on your parcel and send it to us.")
        await shop.receive(number)
        case = await shop.inspect(number, good(found_cause="seam_failure", grade="D"))
        await customer.follow(order, "We have inspected what you sent us: claim %(number)s")
        await customer.sees("We are arranging your replacement.")

        replacement = f"/replacements/{case['replacements'][0]['id']}"
        await shop.post("support", f"{replacement}/order", {"external_order": "EKR-R-1"})
        await shop.post("support", f"{replacement}/ship", TRACKING)
        letter = await customer.follow(order, "Your replacement is on its way: claim %(number)s")
        assert TRACKING["tracking_number"] in letter["text"]
        await customer.sees("Your replacement is on its way to you.")
