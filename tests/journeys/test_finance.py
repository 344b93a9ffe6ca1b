from tests.journeys.orders import asked
from tests.journeys.shop import Shop

CLAUSE = "return.condition"


class TestARefund:
    async def test_is_not_decided_by_who_inspected_the_goods(self, shop: Shop):
        number = (await shop.ask(await shop.order()))["number"]
        await shop.receive(number)
        refund = await shop.refund(await shop.inspect(number, who="manager"))
        body = {"amount": refund["proposed"]}
        url = f"/refunds/{refund['id']}"
        await shop.refused("manager", f"{url}/approve", body, 403, "same_person")
        await shop.refused("manager", f"{url}/refuse", {"reason": "No."}, 403, "same_person")
        assert (await shop.refund_is(refund, "proposed"))["version"] == refund["version"]

        await shop.approve(refund)
        await shop.refund_is(refund, "succeeded")

    async def test_of_less_than_proposed_needs_note_and_clause(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        url = f"/refunds/{refund['id']}/approve"
        less, note = {"amount": refund["proposed"] - 100}, {"note": "A strap is missing."}
        await shop.refused("finance", url, less, 422, "clause_required")
        await shop.refused("finance", url, {**less, **note}, 422, "clause_required")
        invented = {**less, **note, "clause": "house.rule"}
        await shop.refused("finance", url, invented, 422, "clause_required")
        without_note = {**less, "clause": CLAUSE}
        assert (await shop.send("finance", "POST", url, without_note)).status_code == 422

        await shop.approve(refund, **less, **note, clause=CLAUSE)
        paid = await shop.refund_is(refund, "succeeded")
        assert (paid["amount"], paid["note"], paid["clause"]) == (
            refund["proposed"] - 100,
            note["note"],
            CLAUSE,
        )
        assert (await shop.ledger(order))["refunded"] == refund["proposed"] - 100

    async def test_is_at_least_one_cent_and_at_most_its_maximum(self, shop: Shop):
        refund = await shop.proposed()
        url = f"/refunds/{refund['id']}/approve"
        more = {"amount": refund["maximum"] + 1}
        await shop.refused("finance", url, more, 422, "exceeds_refundable")
        await shop.refused("finance", url, {"amount": 0}, 422, "amount_too_small")
        await shop.refused("finance", url, {}, 400, "invalid_request")

    async def test_is_decided_once(self, shop: Shop):
        refund = await shop.proposed()
        url = f"/refunds/{refund['id']}"
        refused = await shop.post("finance", f"{url}/refuse", {"reason": "Paid back in the shop."})
        assert refused["state"] == "refused"
        body = {"amount": refund["proposed"]}
        problem = await shop.refused(
            "finance", f"{url}/approve", body, 409, "transition_not_allowed"
        )
        assert (problem["state"], problem["action"]) == ("refused", "approve")
        assert (await shop.case(refund["return_number"]))["state"] == "closed"

    async def test_of_an_external_payment_is_recorded_and_never_called(self, shop: Shop):
        order = await shop.order(paid="external")
        refund = await shop.proposed(order)
        approved = await shop.approve(refund)
        assert approved["state"] == "approved"
        url = f"/refunds/{refund['id']}/record"
        recorded = await shop.post("finance", url, {"external_reference": "MP-4711"})

        assert (recorded["state"], recorded["attempts"]) == ("succeeded", 0)
        assert recorded["provider_refund_id"] is None
        closed = await shop.state_is(refund["return_number"], "closed")
        assert closed["lines"][0]["refunded"] == 1
        await shop.refused(
            "finance", url, {"external_reference": "MP-2"}, 409, "transition_not_allowed"
        )

    async def test_of_an_external_payment_may_bring_its_reference_along(self, shop: Shop):
        refund = await shop.proposed(await shop.order(paid="external"))
        assert (await shop.approve(refund, external_reference="MP-1"))["state"] == "succeeded"

    async def test_of_an_external_payment_is_called_off_while_nobody_has_paid(self, shop: Shop):
        order = await shop.order(paid="external")
        refund = await shop.approve(await shop.proposed(order))
        url = f"/refunds/{refund['id']}"
        why = {"reason": "The marketplace has paid you already."}
        assert (await shop.post("finance", f"{url}/refuse", why))["state"] == "canceled"

        await shop.refused(
            "finance", f"{url}/record", {"external_reference": "X"}, 409, "transition_not_allowed"
        )
        assert (await shop.case(refund["return_number"]))["state"] == "closed"

    async def test_that_a_person_paid_can_come_back_and_is_paid_otherwise(self, shop: Shop):
        refund = await shop.approve(await shop.proposed(await shop.order(paid="external")))
        url, paid = f"/refunds/{refund['id']}", {"external_reference": "BANK-90"}
        why = {"reason": "The account is closed."}
        await shop.refused("finance", f"{url}/came-back", why, 409, "transition_not_allowed")
        await shop.post("finance", f"{url}/record", paid)
        back = await shop.post("finance", f"{url}/came-back", why)
        assert (back["state"], back["last_error"]) == ("failed", "came_back")
        assert back["external_reference"] is None

        await shop.refused("finance", f"{url}/retry", {}, 409, "paid_by_hand")
        assert (await shop.post("finance", f"{url}/pay-otherwise", why))["state"] == "approved"
        again = {"external_reference": "BANK-91"}
        assert (await shop.post("finance", f"{url}/record", again))["state"] == "succeeded"

    async def test_is_asked_about_a_reference_that_stands_at_another(self, shop: Shop):
        for changes in ({}, {"for_several": True}):
            refund = await shop.approve(await shop.proposed(await shop.order(paid="external")))
            url, paid = f"/refunds/{refund['id']}/record", {"external_reference": "BANK-77"}
            if changes:
                await shop.refused("finance", url, paid, 422, "reference_repeated")
            assert (await shop.post("finance", url, paid | changes))["state"] == "succeeded"

    async def test_to_a_card_is_not_recorded_by_hand(self, shop: Shop):
        refund = await shop.proposed()
        url = f"/refunds/{refund['id']}/record"
        await shop.refused("finance", url, {"external_reference": "X"}, 422, "not_external")

    async def test_of_the_last_return_leaves_not_a_cent(self, shop: Shop):
        order = await shop.order(discount=1001)
        for _ in range(2):
            case = await shop.ask(order, asked())
            await shop.receive(case["number"])
            refund = await shop.refund(await shop.inspect(case["number"]))
            await shop.approve(refund)
            await shop.refund_is(refund, "succeeded")
        ledger = await shop.ledger(order)
        assert ledger["refunded"] == ledger["captured"]
