"""Where the fault was ours: what is kept, what goes on top, and who says yes to more."""

from tests.journeys.orders import asked, good, line
from tests.journeys.shop import Shop

HOLDER = line(quantity=1, price=600, tax=48)


class TestAWrongItem:
    async def test_of_little_worth_is_kept_and_paid_back_with_a_coupon(self, shop: Shop):
        order = await shop.order(HOLDER, discount=0, shipping=500)
        asked_for = await shop.ask(order, asked(reason="wrong_item"))
        number = asked_for["number"]
        assert asked_for["state"] == "in_review"
        kept = await shop.post("support", f"/returns/{number}/approve")

        assert (kept["state"], kept["goods_expected"], kept["label"]) == ("settling", False, None)
        assert "need not send" in (await shop.mail(order, "you keep it"))["text"]
        refund = await shop.refund(kept)
        assert refund["proposed"] == 648 + 500
        await shop.approve(refund)
        closed = await shop.state_is(number, "closed")
        assert "coupon for your next order: $10.00" in (await shop.mail(order, "sent your"))["text"]
        (coupon,) = closed["compensations"]
        path = f"/compensations/{coupon['id']}/give"
        assert (await shop.post("support", path, {"reference": "SORRY-10"}))["state"] == "given"
        assert "SORRY-10" in (await shop.mail(order, "here is something extra"))["text"]
        assert (await shop.case(number))["state"] == "closed"

    async def test_is_sent_right_with_the_gift_in_the_same_parcel(self, shop: Shop):
        order = await shop.order()
        wish = asked(reason="wrong_item")
        number = (await shop.ask(order, wish, resolution="replacement"))["number"]
        await shop.post("support", f"/returns/{number}/approve")
        await shop.receive(number)
        case = await shop.inspect(number, good(found_cause="packing_error"))
        assert "phone case" in (await shop.mail(order, "something extra"))["text"]
        path = f"/replacements/{case['replacements'][0]['id']}"
        await shop.post("support", f"{path}/order", {"external_order": "EKR-9000"})
        parcel = {"carrier": "ups", "tracking_number": "1Z999AA10123456784"}
        await shop.post("support", f"{path}/ship", parcel)

        (gift,) = (await shop.case(number))["compensations"]
        assert (gift["what"], gift["state"]) == ("phone case", "given")


class TestMoreThanTheCaps:
    async def test_waits_for_finance_and_never_for_who_inspected(self, shop: Shop):
        order = await shop.order(line(quantity=3))
        for _ in range(3):
            number = (await shop.ask(order, asked(reason="defective")))["number"]
            await shop.post("support", f"/returns/{number}/approve")
            await shop.receive(number)
            case = await shop.inspect(number, good(found_cause="sewing"))

        (extra,) = case["compensations"]
        assert extra["state"] == "proposed"
        path = f"/compensations/{extra['id']}"
        await shop.refused(
            "support", f"{path}/give", {"reference": "X"}, 409, "transition_not_allowed"
        )
        await shop.approve(await shop.refund(case))
        await shop.state_is(number, "closed")
        assert (await shop.post("finance", f"{path}/approve"))["state"] == "approved"
        await shop.post("support", f"{path}/give", {"reference": "SORRY-11"})
        assert "SORRY-11" in (await shop.mail(order, "here is something extra"))["text"]
