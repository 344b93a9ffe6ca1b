from tests.journeys.orders import asked, bad, good, line, units
from tests.journeys.shop import Shop


class TestAPartThatIsRejected:
    async def test_is_not_refunded_and_goes_home_before_the_return_closes(self, shop: Shop):
        order = await shop.order(line(quantity=3, price=10000, tax=900), discount=0)
        number = (await shop.ask(order, asked(3)))["number"]
        url = f"/returns/{number}"
        await shop.receive(number, units(quantity=3))
        photo = await shop.photo()
        no_note = {"lines": [bad(1, photo, note=None)]}
        no_photo = {"lines": [bad(1, photo, photo_ids=[])]}
        ours = {"lines": [bad(1, photo, disposition="scrap")]}
        inspections = f"{url}/inspections"
        await shop.refused("bench", inspections, no_note, 422, "rejection_needs_evidence")
        await shop.refused("bench", inspections, no_photo, 422, "rejection_needs_evidence")
        await shop.refused("bench", inspections, ours, 422, "goods_are_the_customers")

        inspected = await shop.inspect(number, good(2), bad(1, photo))
        assert (inspected["lines"][0]["accepted"], inspected["lines"][0]["rejected"]) == (2, 1)
        refund = await shop.refund(inspected)
        assert refund["proposed"] == 20600
        await shop.approve(refund)
        await shop.refund_is(refund, "succeeded")
        waiting = await shop.state_is(number, "inspected")
        assert waiting["lines"][0]["refunded"] == 2
        result = await shop.mail(order, "inspected")
        assert "dog hair" in result["text"]

        home = {"lines": [units()], "carrier": "ups", "tracking_number": "1Z999AA10123456784"}
        await shop.refused(
            "bench", f"{url}/send-back", {**home, "lines": [units(quantity=2)]}, 422,
            "exceeds_rejected",
        )  # fmt: skip
        await shop.refused(
            "bench", f"{url}/send-back", {**home, "tracking_number": "by hand!"}, 422,
            "tracking_number_impossible",
        )  # fmt: skip
        sent = await shop.post("bench", f"{url}/send-back", home)
        assert sent["state"] == "closed"
        await shop.refused("bench", f"{url}/send-back", home, 409, "transition_not_allowed")

    async def test_leaves_nothing_to_refund_when_it_is_the_whole(self, shop: Shop):
        number = (await shop.ask(await shop.order()))["number"]
        await shop.receive(number)
        rejected = await shop.inspect(number, bad(1, await shop.photo()))

        assert (rejected["state"], rejected["refunds"]) == ("inspected", [])
        home = {"lines": [units()], "carrier": "ups", "tracking_number": "1Z999AA10123456784"}
        assert (await shop.post("bench", f"/returns/{number}/send-back", home))["state"] == "closed"


class TestTwoParcels:
    async def test_are_refunded_one_by_one_and_together_exactly(self, shop: Shop):
        # 3 units for 99.99 less 10.00, with 8.35 of tax: no third of it is whole.
        order = await shop.order(line(quantity=3, price=3333, tax=835), discount=1000)
        number = (await shop.ask(order, asked(3)))["number"]
        first = await shop.receive(number, units(quantity=1))
        assert first["state"] == "partially_received"
        early = await shop.refund(await shop.inspect(number))
        await shop.approve(early)
        await shop.refund_is(early, "succeeded")
        assert (await shop.case(number))["state"] == "partially_received"

        await shop.receive(number, units(quantity=2))
        done = await shop.inspect(number, good(2))
        assert (done["state"], len(done["refunds"])) == ("settling", 2)
        late = next(one for one in done["refunds"] if one["id"] != early["id"])
        late = await shop.get("finance", f"/refunds/{late['id']}")
        captured = order.document["payments"][0]["captured"]
        assert early["proposed"] + late["proposed"] == captured
        await shop.approve(late)
        await shop.state_is(number, "closed")
        assert (await shop.ledger(order))["refunded"] == captured

    async def test_with_a_rejection_in_each_refund_what_was_accepted_alone(self, shop: Shop):
        order = await shop.order(line(quantity=5, price=3333, tax=835), discount=1000)
        number = (await shop.ask(order, asked(5)))["number"]
        photo = await shop.photo()
        await shop.receive(number, units(quantity=2))
        first = await shop.inspect(number, good(), bad(1, photo))
        await shop.receive(number, units(quantity=3))
        both = await shop.inspect(number, good(2), bad(1, photo))

        assert (both["state"], first["state"]) == ("settling", "partially_received")
        assert (both["lines"][0]["accepted"], both["lines"][0]["rejected"]) == (3, 2)
        refunds = [await shop.refund(both, place) for place in range(2)]
        # Three fifths of 166.65 less 10.00, and of 8.35 of tax, each to the cent below.
        assert sorted(one["proposed"] for one in refunds) == [3300, 6600]
        for refund in refunds:
            await shop.approve(refund)
        await shop.state_is(number, "inspected")
        assert (await shop.ledger(order))["refunded"] == 9900

    async def test_hold_no_more_than_was_asked_for(self, shop: Shop):
        number = (await shop.ask(await shop.order()))["number"]
        receipts = f"/returns/{number}/receipts"
        two = {"lines": [units(quantity=2)]}
        other = {"lines": [units("L9")]}
        await shop.refused("bench", receipts, two, 422, "exceeds_expected")
        await shop.refused("bench", receipts, other, 422, "not_in_return")
        assert (await shop.case(number))["lines"][0]["received"] == 0

    async def test_that_are_lost_on_their_way_are_given_up(self, shop: Shop):
        order = await shop.order()
        number = (await shop.ask(order))["number"]
        sent = {"carrier": "ups", "tracking_number": "1Z999AA10123456784"}
        await shop.post("support", f"/returns/{number}/tracking", sent)
        gone = {"reason": "The carrier lost it."}
        closed = await shop.post("support", f"/returns/{number}/close-outstanding", gone)

        assert (closed["state"], closed["lines"][0]["given_up"]) == ("closed", 1)
        assert closed["refunds"] == []
        receipts = f"/returns/{number}/receipts"
        late = {"lines": [units()]}
        await shop.refused("bench", receipts, late, 409, "transition_not_allowed")
        assert (await shop.ask(order))["state"] == "approved"

    async def test_are_not_waited_for_when_the_second_is_given_up(self, shop: Shop):
        order = await shop.order()
        number = (await shop.ask(order, asked(2)))["number"]
        await shop.receive(number)
        refund = await shop.refund(await shop.inspect(number))
        await shop.approve(refund)
        await shop.refund_is(refund, "succeeded")
        reason = {"reason": "The customer keeps the other one."}
        closed = await shop.post("bench", f"/returns/{number}/close-outstanding", reason)

        assert closed["state"] == "closed"
        assert (await shop.ask(order))["state"] == "approved"
