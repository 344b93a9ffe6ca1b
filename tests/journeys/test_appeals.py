"""A customer who disagrees: heard once, by another person, and what follows is done to the end."""

from tests.journeys.orders import asked, bad, good, units
from tests.journeys.shop import Shop

WORDS = {"message": "Please look again: nobody ever used it."}
DEFECTIVE = asked(reason="defective")
CLAUSE = "return.condition.unused"


class TestADeclinedReturn:
    async def declined(self, shop: Shop):
        order = await shop.order()
        customer = await shop.customer(order)
        url = f"/returns/{(await shop.ask(order, DEFECTIVE, who=customer))['number']}"
        await shop.post("support", f"{url}/decline", {"reason": "The photos show a cut."})
        letter = await shop.mail(order, "about your return")
        assert "ask for another person to look" in " ".join(letter["text"].split())
        return order, customer, url

    async def test_is_accepted_after_all_where_another_person_finds_so(self, shop: Shop):
        order, customer, url = await self.declined(shop)
        await shop.refused("support", f"{url}/appeal", WORDS, 403, "customers_only")
        heard = await shop.post(customer, f"{url}/appeal", WORDS)
        assert (heard["state"], heard["appeal"]["against"]) == ("in_review", ["declined"])
        await shop.refused("support", f"{url}/approve", {}, 403, "same_person")
        await shop.mail(order, "another person looks")

        await shop.post("manager", f"{url}/approve")
        labeled = await shop.state_is(heard["number"], "label_issued")
        assert labeled["appeal"]["outcome"] == "upheld"
        await shop.mail(order, "your appeal was right")
        await shop.mail(order, "your label")
        await shop.refused(customer, f"{url}/appeal", WORDS, 409, "transition_not_allowed")

    async def test_stays_declined_where_the_other_person_agrees(self, shop: Shop):
        order, customer, url = await self.declined(shop)
        await shop.post(customer, f"{url}/appeal", WORDS)
        reason = {"reason": "A second look shows the cut too."}
        await shop.refused("support", f"{url}/decline", reason, 403, "same_person")
        final = await shop.post("manager", f"{url}/decline", reason)

        assert (final["state"], final["appeal"]["outcome"]) == ("declined", "dismissed")
        assert reason["reason"] in (await shop.mail(order, "about your appeal"))["text"]
        await shop.refused(customer, f"{url}/appeal", WORDS, 409, "transition_not_allowed")


class TestARejectionAtTheBench:
    async def test_is_judged_anew_by_another_person_even_after_it_went_home(self, shop: Shop):
        order = await shop.order()
        customer = await shop.customer(order)
        number = (await shop.ask(order, who=customer))["number"]
        url = f"/returns/{number}"
        await shop.mail(order, "your label")
        await shop.receive(number)
        await shop.inspect(number, bad(1, await shop.photo()))
        home = {"lines": [units()], "carrier": "ups", "tracking_number": "1Z999AA10123456784"}
        assert (await shop.post("bench", f"{url}/send-back", home))["state"] == "closed"

        await shop.post(customer, f"{url}/appeal", WORDS)
        await shop.post("support", f"{url}/approve")
        again = await shop.state_is(number, "label_issued")
        assert again["lines"][0]["received"] == 0
        assert "come in again" in (await shop.mail(order, "your appeal was right"))["text"]
        await shop.receive(number)
        verdict = {"lines": [good()]}
        await shop.refused("bench", f"{url}/inspections", verdict, 403, "same_person")
        refund = await shop.refund(await shop.inspect(number, who="manager"))
        amount = {"amount": refund["proposed"]}
        approve = f"/refunds/{refund['id']}/approve"
        await shop.refused("manager", approve, amount, 403, "same_person")
        await shop.approve(refund)

        await shop.state_is(number, "closed")
        assert (await shop.ledger(order))["refunded"] == refund["proposed"]

    async def test_stands_and_the_goods_go_home_or_stay_as_the_customer_says(self, shop: Shop):
        order = await shop.order()
        customer = await shop.customer(order)
        number = (await shop.ask(order, asked(2), who=customer))["number"]
        url = f"/returns/{number}"
        await shop.receive(number, units(quantity=2))
        await shop.inspect(number, bad(2, await shop.photo()))
        letter = " ".join((await shop.mail(order, "inspected"))["text"].split())
        assert "unless you let us keep it" in letter
        assert "ask for another person to look" in letter
        await shop.post(customer, f"{url}/appeal", WORDS)
        await shop.refused("support", f"{url}/consent", {}, 403, "customers_only")
        reason = {"reason": "The hair is in the seam."}
        stands = await shop.post("support", f"{url}/decline", reason)
        assert (stands["state"], stands["next_step"]["who"]) == ("inspected", "merchant")

        keep = {"lines": [units()], "disposition": "scrap"}
        kept = await shop.post(customer, f"{url}/consent", keep)
        assert (kept["state"], kept["lines"][0]["disposed"]) == ("inspected", 1)
        await shop.mail(order, "these items stay with us")
        more = {**keep, "lines": [units(quantity=2)]}
        await shop.refused(customer, f"{url}/consent", more, 422, "exceeds_rejected")
        home = {"lines": [units()], "carrier": "ups", "tracking_number": "1Z999AA10123456784"}
        assert (await shop.post("bench", f"{url}/send-back", home))["state"] == "closed"
        assert (await shop.ledger(order))["refunded"] == 0


class TestALoweredRefund:
    async def test_is_made_up_for_to_the_cent_by_somebody_else(self, shop: Shop):
        order = await shop.order()
        customer = await shop.customer(order)
        lowered = await shop.proposed(order)
        less = {"note": "A seam is open.", "clause": CLAUSE}
        await shop.approve(lowered, amount=lowered["proposed"] - 3500, **less)
        await shop.state_is(lowered["return_number"], "closed")
        url = f"/returns/{lowered['return_number']}"
        letter = await shop.mail(order, "we have sent your refund")
        assert "ask for another person to look" in " ".join(letter["text"].split())
        await shop.post(customer, f"{url}/appeal", WORDS)
        await shop.refused("finance", f"{url}/approve", {}, 403, "missing_scope")
        upheld = await shop.post("support", f"{url}/approve")

        assert (upheld["state"], upheld["lines"][0]["refunded"]) == ("settling", 1)
        more = await shop.refund(upheld)
        assert (more["proposed"], more["maximum"]) == (3500, 3500)
        approve = f"/refunds/{more['id']}/approve"
        await shop.refused("finance", approve, {"amount": 3500}, 403, "same_person")
        await shop.post("manager", approve, {"amount": 3500})
        await shop.state_is(lowered["return_number"], "closed")
        assert (await shop.ledger(order))["refunded"] == lowered["proposed"]
