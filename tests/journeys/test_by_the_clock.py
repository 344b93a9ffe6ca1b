from returns_engine.rules.lifecycle.headline import Headline
from tests.journeys.orders import asked, good, units
from tests.journeys.shop import Shop
from tests.journeys.test_forbidden_moves import refuses_all_but


class TestALabelNobodyUsed:
    async def test_expires_after_fourteen_days_and_frees_its_units(self, shop: Shop):
        order = await shop.order()
        number = (await shop.ask(order, asked(2)))["number"]
        await shop.state_is(number, "label_issued")
        await shop.later(days=13, hours=23)
        fresh = (await shop.ask(await shop.order(), asked(2)))["number"]
        await shop.state_is(fresh, "label_issued")
        assert (await shop.case(number))["state"] == "label_issued"
        await shop.later(hours=2)
        expired = await shop.state_is(number, "expired")

        assert expired["next_step"]["who"] == "customer"
        assert (await shop.case(fresh))["state"] == "label_issued"
        await refuses_all_but(shop, number, Headline.EXPIRED)
        await shop.ask(order, asked(1))
        late = {"lines": [units(quantity=2)]}
        problem = await shop.refused(
            "bench", f"/returns/{number}/receipts", late, 422, "exceeds_returnable"
        )
        assert "another return" in problem["detail"]
        assert (await shop.case(number))["state"] == "expired"

    async def test_lets_the_parcel_come_after_all(self, shop: Shop):
        order = await shop.order()
        number = (await shop.ask(order))["number"]
        await shop.state_is(number, "label_issued")
        await shop.later(days=7, minutes=1)
        reminder = await shop.mail(order, "reminder")
        assert [one["filename"] for one in reminder["attachments"]] == [f"{number}.pdf"]
        await shop.later(days=7)
        await shop.state_is(number, "expired")
        assert "lost no right" in (await shop.mail(order, "was not used"))["text"]

        received = await shop.receive(number)
        assert (received["state"], received["flags"]["late"]) == ("received", True)
        refund = await shop.refund(await shop.inspect(number))
        await shop.approve(refund)
        await shop.state_is(number, "closed")

    async def test_goes_on_under_a_new_one_that_was_asked_for(self, shop: Shop):
        number = (await shop.ask(await shop.order()))["number"]
        first = (await shop.state_is(number, "label_issued"))["label"]
        await shop.later(days=14, minutes=1)
        await shop.state_is(number, "expired")

        await shop.post("support", f"/returns/{number}/renew-label")

        again = await shop.state_is(number, "label_issued")
        assert again["label"]["expires_at"] > first["expires_at"]
        assert again["flags"]["late"] is True
        assert (await shop.receive(number))["state"] == "received"


class TestUnitsThatNeverCame:
    async def test_are_given_up_two_weeks_after_the_last_receipt(self, shop: Shop):
        number = (await shop.ask(await shop.order(), asked(2)))["number"]
        await shop.receive(number)
        await shop.inspect(number, good())
        await shop.later(days=14, minutes=1)
        settling = await shop.state_is(number, "settling")

        assert settling["lines"][0]["given_up"] == 1
        last = (await shop.events(number))[-1]
        assert (last["type"], last["actor"]["kind"]) == ("outstanding.given_up", "system")
