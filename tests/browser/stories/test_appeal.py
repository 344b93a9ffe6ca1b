"""A customer who disagrees: from the mail that says no to the one that says yes after all."""

import secrets

from playwright.async_api import expect

from returns_engine.sandbox.sample_order import SampleOrder, sample_order
from tests.browser.stories.customer import Customer
from tests.journeys.orders import asked, line
from tests.journeys.shop import Shop

MOST_TAPS = 7


def too_late(shop: Shop) -> SampleOrder:
    number = f"EKR-{secrets.token_hex(4).upper()}"
    return sample_order(shop.now(), number, "too late", [line(quantity=1)], delivered=45)


class TestAnAppeal:
    async def test_is_made_on_the_page_the_mail_leads_to_and_answered_by_mail(
        self, customer: Customer, shop: Shop
    ):
        order = await shop.order()
        number = (await shop.ask(order, asked(reason="defective")))["number"]
        await shop.post("support", f"/returns/{number}/decline", {"reason": "It shows a cut."})
        letter = await customer.follow(order, "About your return %(number)s")
        assert "It shows a cut." in letter["text"]
        await customer.enters(order)
        await customer.sees(
            "We could not accept this return; you see why, and can ask for another person to look."
        )
        await customer.tap(customer.button("Ask for another person"))
        await expect(customer.page.locator(".error-summary")).to_be_visible()
        await customer.looks()
        await customer.field("Why do you see it differently?").fill("It came like that.")
        await customer.tap_twice(customer.button("Ask for another person"), order)
        await customer.sees("Another person looks at your appeal and will answer you.")
        await expect(customer.page.get_by_text("Another person looks at it now.")).to_be_visible()

        await customer.follow(order, "Another person looks at your return %(number)s")
        await customer.sees("Another person looks at your appeal and will answer you.")
        await shop.post("manager", f"/returns/{number}/approve")
        await customer.follow(order, "Your appeal was right: return %(number)s")
        await expect(customer.page.get_by_text("You were right", exact=True)).to_be_visible()
        await customer.follow(order, "Your label for return %(number)s")
        await customer.sees("Put the label on your parcel and send it to us.")


class TestARefusalAtOnce:
    async def test_is_put_before_a_person_in_seven_taps_without_a_question(
        self, customer: Customer, shop: Shop
    ):
        order = await shop.send_in(too_late(shop))
        await customer.comes_in(order)
        await customer.tap(customer.link("I am not happy with it"))
        await customer.sees("What do you want to send back?")
        await customer.tap(customer.page.get_by_text("Do you see it differently?"))
        await customer.choose(customer.field("What is wrong?"), "changed_mind")
        await customer.tap(customer.page.get_by_role("button", name="See our answer"))
        await customer.sees("Our policy says no to this.")
        await customer.tap(customer.button("I see it differently"))
        await customer.sees("We wrote down what you asked, and why the policy says no.")
        await customer.field("Why do you see it differently?").fill("I was in hospital.")
        await customer.tap(customer.button("Ask a person"))
        await customer.number()
        await customer.sees("A person is looking at your request and will answer you.")
        assert customer.taps <= MOST_TAPS
