"""Cancelled before it left, or missed on its way: in as few taps as can be, without JavaScript."""

import pytest

from returns_engine.tables.returns import DecisionRecord, Return, ReturnLine
from tests.api.orders import line
from tests.portal.test_asking import shipment

CUSTOM = line(line_id="L3", sku="EKR-C", title="Custom covers, Toyota", kind="custom", quantity=1)
CANCEL = "/order?kind=cancellation&take=L1&quantity.L1=2"
MISS = "/order?kind=delivery_problem&take=L1&quantity.L1=2"


async def before_shipping(portal, **changes):
    """Somebody looking at an order of which nothing has left."""
    about = {"shipments": [], "status": "processing", "reference": "pi_2"} | changes
    await portal.put_order("EKR-2", **about)
    return await portal.signed_in("EKR-2")


async def the_return():
    return await Return.select().first()


class TestCancelling:
    async def test_is_one_link_and_two_forms(self, portal):
        visitor = await before_shipping(portal)
        assert "Your order is not shipped yet" in visitor.text
        assert CANCEL.replace("&", "&amp;") in visitor.text

        await visitor.open(CANCEL)
        assert ("take", "L1") in visitor.form("/order/details").fields
        assert ("quantity.L1", "2") in visitor.form("/order/details").fields
        await visitor.send("/order/details", why__L1="late")

        assert "Yes, we can cancel this." in visitor.text
        assert "$270.69" in visitor.text
        assert "It takes too long" in visitor.text
        assert "label" not in visitor.text.lower().split("<main", 1)[1].replace("aria-label", "")
        assert await Return.count() == 0

        await visitor.send("/order/send")
        assert "Your refund is worked out and waits for our approval." in visitor.text
        assert "You asked us to cancel." in visitor.text
        assert "What you send back" not in visitor.text
        assert ((await the_return())["kind"], (await the_return())["state"]) == (
            "cancellation",
            "settling",
        )

    async def test_twice_cancels_once(self, portal):
        visitor = await before_shipping(portal)
        await visitor.open(CANCEL)
        await visitor.send("/order/details", why__L1="changed_mind")
        form = visitor.form("/order/send")

        first = await visitor.send("/order/send", form=form)
        second = await visitor.send("/order/send", form=form)

        assert first.url == second.url
        assert await Return.count() == 1

    async def test_offers_the_units_that_are_not_shipped(self, portal):
        await portal.put_order(
            "EKR-2", reference="pi_2", shipments=[shipment("L1")], status="processing"
        )
        visitor = await portal.signed_in("EKR-2")
        assert "Cancel what is not shipped yet" in visitor.text
        assert "quantity.L1=1" in visitor.text

        await visitor.open("/order?kind=cancellation")
        assert "How many?" not in visitor.text

    async def test_of_the_rest_is_offered_where_what_came_is_too_late_to_come_back(self, portal):
        came = shipment("L1", delivered_at="2026-01-10T17:00:00Z")
        came["shipped_at"] = "2026-01-05T18:00:00Z"
        await portal.put_order("EKR-2", reference="pi_2", shipments=[came], status="processing")
        visitor = await portal.signed_in("EKR-2")
        await visitor.open("/order?kind=return")

        assert "A part of your order is not shipped yet" in visitor.text
        assert "Your order is not shipped yet" not in visitor.text
        assert "Not shipped yet" not in visitor.text
        assert "Can&#39;t come back" in visitor.text
        assert "Cancel what is not shipped yet" in visitor.text

    async def test_a_cover_in_production_is_looked_at_first(self, portal):
        visitor = await before_shipping(
            portal, lines=[CUSTOM], production_started_at="2026-03-01T09:00:00Z"
        )
        await visitor.open("/order?kind=cancellation&take=L3")
        await visitor.send("/order/details", why__L3="changed_mind")

        assert "A person will look at this first." in visitor.text
        assert "A cover already in production can be cancelled only after" in visitor.text
        assert "send the parcel" not in visitor.text
        await visitor.send("/order/send")
        assert (await the_return())["state"] == "in_review"
        assert "I want to keep the order after all" in visitor.text

    async def test_is_of_all_units_unless_fewer_are_chosen_and_says_how_many(self, portal):
        visitor = await before_shipping(portal)
        await visitor.open("/order?kind=cancellation")
        assert ("quantity.L1", "2") in visitor.form("/order/details").fields

        await visitor.send("/order/details", take="L1", quantity__L1="1", why__L1="late")
        assert "1 × Seat covers" in visitor.text

    async def test_without_a_reason_is_told_at_its_field(self, portal):
        visitor = await before_shipping(portal)
        await visitor.open(CANCEL)
        await visitor.send("/order/details")

        assert "Say why you cancel this item." in visitor.text
        assert 'href="#why-1"' in visitor.text

    async def test_something_can_be_changed_before_it_is_sent(self, portal):
        visitor = await before_shipping(portal)
        await visitor.open(CANCEL)
        await visitor.send("/order/details", why__L1="late")
        form = visitor.form("/order/send")
        form.action = "/order/review"

        await visitor.send("/order/review", form=form, go="back")

        assert "What do you want to cancel?" in visitor.text
        assert ("why.L1", "late") in visitor.form("/order/details").fields

    async def test_what_was_shipped_meanwhile_is_refused_and_a_person_can_be_asked(self, portal):
        visitor = await before_shipping(portal)
        await visitor.open(CANCEL)
        await visitor.send("/order/details", why__L1="changed_mind")
        await portal.put_order("EKR-2", reference="pi_2", shipments=[shipment("L1")])

        await visitor.send("/order/send")

        assert visitor.path.startswith("/order/refused/")
        assert "What has not been shipped can be cancelled." in visitor.text
        assert "Can&#39;t be canceled" in visitor.text
        assert "Your order shows what each item still offers" in visitor.text
        assert "Ask a person" in visitor.text
        assert await DecisionRecord.count() == 1

    async def test_of_what_was_paid_in_two_ways_tells_one_refund_from_the_other(self, portal):
        ways = [("external", "gift_card", 5000), ("stripe", "card", 22069)]
        paid = [
            {"payment_id": f"P{n}", "provider": provider, "reference": f"ref_{n}"}
            | {"method": method, "captured": captured, "refundable_until": None}
            for n, (provider, method, captured) in enumerate(ways, 1)
        ]
        visitor = await before_shipping(portal, payments=paid)
        await visitor.open(CANCEL)
        await visitor.send("/order/details", why__L1="late")

        await visitor.send("/order/send")

        assert ">Your refund 1</h2>" in visitor.text
        assert ">Your refund 2</h2>" in visitor.text
        happened = visitor.text.split("What happened so far")[1].split("</section>")[0]
        for which in ("$50.00 · the gift card used to pay", "$220.69 · the card used to pay"):
            assert f'Your refund was worked out.</span> <span class="sum">{which}' in happened

    async def test_of_a_canceled_order_says_why_not(self, portal):
        visitor = await before_shipping(portal, status="canceled")
        assert "kind=cancellation" not in visitor.text

        await visitor.open("/order?kind=cancellation")

        assert "The order was canceled." in visitor.text
        assert "Something else is the matter" in visitor.text


class TestAParcelThatIsMissed:
    async def test_is_looked_for_first_and_then_told(self, portal):
        visitor = await portal.signed_in()
        assert MISS.replace("&", "&amp;") in visitor.text

        await visitor.open(MISS)
        assert "What did not arrive?" in visitor.text
        await visitor.send("/order/details", why__L1="not_received")

        assert "Please look here first" in visitor.text
        assert "your neighbors" in visitor.text
        assert "https://www.ups.com/track?tracknum=1Z999AA10123456784" in visitor.text
        assert "Is it as you received it?" not in visitor.text
        assert 'type="file"' not in visitor.text

        await visitor.send(
            "/order/review", comment__L1="Not at the neighbors' either.", resolution="replacement"
        )
        assert "a person asks the carrier" in visitor.text
        assert "$" not in visitor.text.split("<main", 1)[1], "the same again, not money"

        await visitor.send("/order/send")
        assert "A person is looking at your request and will answer you." in visitor.text
        assert "You told us about your parcel." in visitor.text
        row = await the_return()
        assert (row["kind"], row["resolution"]) == ("delivery_problem", "replacement")
        assert (await ReturnLine.select().first())["requested"] == 2

    @pytest.mark.parametrize(
        ("why", "check"),
        [
            ("late", "newer than anything we know"),
            ("undeliverable", "Is the address of the order right?"),
            ("not_received", "wait a day"),
        ],
    )
    async def test_has_the_checks_that_fit(self, portal, why, check):
        visitor = await portal.signed_in()

        await visitor.open(f"/order/details?kind=delivery_problem&take=L1&why.L1={why}")

        assert check in visitor.text

    async def test_of_a_kind_that_does_not_fit_is_told(self, portal):
        visitor = await portal.signed_in()

        await visitor.open("/order/details?kind=delivery_problem&take=L1&why.L1=defective")

        assert "Say what happened to this item." in visitor.text

    async def test_that_never_left_cannot_be_missed(self, portal):
        visitor = await before_shipping(portal)
        assert "kind=delivery_problem" not in visitor.text

        await visitor.open("/order?kind=delivery_problem")

        assert "Nothing of this line has been shipped." in visitor.text

    async def test_is_named_as_what_it_is(self, portal):
        visitor = await portal.signed_in()
        await visitor.open("/order/details?kind=delivery_problem&take=L1&why.L1=late")
        await visitor.send("/order/review")
        await visitor.send("/order/send")

        assert "It is late" in visitor.text
        assert "It came too late" not in visitor.text
        await visitor.open("/order")
        assert "Delivery problem" in visitor.text


class TestTheWays:
    async def test_are_those_that_an_item_has(self, portal):
        await portal.put_order(
            "EKR-2", reference="pi_2", lines=[CUSTOM], shipments=[shipment("L3")]
        )

        visitor = await portal.signed_in("EKR-2")

        assert "kind=cancellation" not in visitor.text
        assert "kind=delivery_problem&amp;take=L3" in visitor.text
        assert "kind=warranty&amp;take=L3" in visitor.text
