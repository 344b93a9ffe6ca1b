"""Over the limit of one person, on hold, and several at once: the money moves once, and rightly."""

from tests.journeys.orders import asked, good, line, units
from tests.journeys.shop import Shop

DEAR = line(quantity=1, price=150_000, tax=0)


class TestALargeRefund:
    async def test_waits_for_a_second_person_and_for_a_release(self, shop: Shop):
        order = await shop.order(DEAR, discount=0)
        refund = await shop.proposed(order)
        path, body = f"/refunds/{refund['id']}", {"amount": 150_000}

        first = await shop.post("finance", f"{path}/approve", body)
        assert (first["state"], first["needs_second_approval"]) == ("proposed", True)
        await shop.refused("finance", f"{path}/approve", body, 403, "same_person")
        await shop.post("finance", f"{path}/hold", {"reason": "The bank asks about this card."})
        await shop.refused("manager", f"{path}/approve", body, 409, "on_hold")
        customer = await shop.customer(order)
        seen = await shop.send(customer, "GET", f"/returns/{refund['return_number']}")
        assert "The bank asks" not in seen.text
        assert (await shop.ledger(order))["refunded"] == 0

        await shop.post("manager", f"{path}/release")
        await shop.post("manager", f"{path}/approve", body)

        paid = await shop.refund_is(refund, "succeeded")
        assert [one["by"] for one in paid["approvals"]] == ["Finn Baker", "Mara Lind"]
        assert (await shop.ledger(order))["refunded"] == 150_000
        mail = await shop.mail(order, "sent your refund")
        assert "1,500.00" in mail["text"]
        assert "The bank asks" not in mail["text"]
        types = [one["type"] for one in await shop.events(refund["return_number"])]
        in_order = ["refund.first_approved", "refund.held", "refund.released", "refund.approved"]
        assert [one for one in types if one in in_order] == in_order

    async def test_above_every_limit_of_a_role_is_for_the_manager(self, shop: Shop):
        refund = await shop.proposed(await shop.order(line(quantity=1, price=260_000, tax=0)))
        path, body = f"/refunds/{refund['id']}/approve", {"amount": refund["proposed"]}

        problem = await shop.refused("finance", path, body, 403, "above_your_limit")

        assert "2500.00 USD" in problem["detail"]


class TestPlainRefunds:
    async def test_are_approved_together_and_paid_one_by_one(self, shop: Shop):
        order = await shop.order(line(quantity=2, price=5_000, tax=0), discount=0)
        cases = [await shop.ask(order, asked()) for _ in range(2)]
        refunds = []
        for case in cases:
            await shop.receive(case["number"], units())
            refunds.append(await shop.refund(await shop.inspect(case["number"], good())))
        chosen = [{"id": one["id"], "amount": 5_000} for one in refunds]

        answer = await shop.post("finance", "/refunds/approve-batch", {"refunds": chosen})
        again = await shop.post("finance", "/refunds/approve-batch", {"refunds": chosen})

        assert [one["outcome"] for one in answer["items"]] == ["approved", "approved"]
        assert [one["outcome"] for one in again["items"]] == ["changed", "changed"]
        for one in refunds:
            await shop.refund_is(one, "succeeded")
        assert (await shop.ledger(order))["refunded"] == 10_000
