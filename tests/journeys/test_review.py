from tests.journeys.orders import asked
from tests.journeys.shop import Shop

DEFECTIVE = asked(reason="defective")


class TestAReturnInReview:
    async def test_is_asked_about_answered_and_approved(self, shop: Shop):
        order = await shop.order()
        customer = await shop.customer(order)
        case = await shop.ask(order, DEFECTIVE, who=customer)
        url = f"/returns/{case['number']}"
        assert (case["state"], case["decision"]["verdict"]) == ("in_review", "needs_review")

        asks = {"message": "Which seam came open?"}
        waits = await shop.post("support", f"{url}/request-info", asks)
        assert (waits["state"], waits["next_step"]["who"]) == ("needs_info", "customer")
        letter = await shop.mail(order, "question")
        assert "Which seam came open?" in letter["text"]
        answered = await shop.post(customer, f"{url}/answer", {"message": "The left one."})
        assert answered["state"] == "in_review"
        await shop.post("support", f"{url}/approve")

        labeled = await shop.state_is(case["number"], "label_issued")
        assert labeled["label"]["expires_at"]
        told = [event["type"] for event in await shop.events(case["number"])]
        assert [one for one in told if not one.startswith("promise.")][-4:] == [
            "return.info_requested",
            "return.answered",
            "return.approved",
            "label.issued",
        ]
        kept = [one["what"] for one in labeled["promises"] if one["kept_at"]]
        assert kept == ["answer", "answer"]

    async def test_is_declined_in_words_that_the_customer_reads(self, shop: Shop):
        order = await shop.order()
        case = await shop.ask(order, DEFECTIVE)
        reason = "The photos show a cut by a knife."
        declined = await shop.post(
            "support", f"/returns/{case['number']}/decline", {"reason": reason}
        )

        assert declined["state"] == "declined"
        letter = await shop.mail(order, "about your return")
        assert reason in letter["text"]

    async def test_keeps_the_override_of_a_rule_as_an_event_of_its_own(self, shop: Shop):
        case = await shop.ask(await shop.order(), DEFECTIVE)
        body = {"line_id": "L1", "rule": "photos", "reason": "Seen on the telephone."}
        seen = await shop.post("support", f"/returns/{case['number']}/override", body)

        assert (seen["state"], seen["flags"]["overridden"]) == ("in_review", True)
        last = (await shop.events(case["number"]))[-1]
        assert (last["type"], last["data"]["rule"]) == ("rule.overridden", "photos")
        for needless in (body, body | {"rule": "return_window"}, body | {"rule": "warranty"}):
            await shop.refused(
                "support", f"/returns/{case['number']}/override", needless, 422,
                "nothing_to_set_aside",
            )  # fmt: skip


class TestAWithdrawnReturn:
    async def test_gives_its_units_free(self, shop: Shop):
        order = await shop.order()
        customer = await shop.customer(order)
        case = await shop.ask(order, asked(2), who=customer)
        again = {"order_number": order.number, "lines": [asked(1)]}
        await shop.refused(customer, "/returns", again, 422, "exceeds_returnable")

        withdrawn = await shop.post(customer, f"/returns/{case['number']}/withdraw")
        assert withdrawn["state"] == "withdrawn"
        assert (await shop.ask(order, asked(2), who=customer))["state"] == "approved"


class TestARequestThePolicyRefuses:
    async def test_opens_no_return_but_keeps_the_decision(self, shop: Shop):
        order = await shop.order(kind="custom")
        wish = {"order_number": order.number, "lines": [asked()]}
        problem = await shop.refused("support", "/returns", wish, 422, "custom_item")

        assert problem["decision"]["verdict"] == "ineligible"
        assert problem["decision"]["lines"][0]["rules"][3]["outcome"] == "fail"
        assert problem["decision_id"]
        listed = await shop.get("support", f"/returns?order_number={order.number}")
        assert listed["items"] == []
        again = await shop.refused("support", "/returns", wish, 422, "custom_item")
        assert again["decision_id"] != problem["decision_id"]

    async def test_can_be_put_before_a_person_once(self, shop: Shop):
        order = await shop.order(kind="custom")
        stranger = await shop.customer(await shop.order())
        customer = await shop.customer(order)
        wish = {"order_number": order.number, "lines": [asked()]}
        problem = await shop.refused(customer, "/returns", wish, 422, "custom_item")
        url = f"/decisions/{problem['decision_id']}/ask-a-person"
        words = {"message": "It was never fitted."}
        await shop.refused(stranger, url, words, 404, "not_found")

        case = await shop.post(customer, url, words)
        assert (case["state"], case["next_step"]["who"]) == ("in_review", "merchant")
        assert case["decision"]["verdict"] == "ineligible"
        await shop.refused(customer, url, words, 409, "already_asked")
        letter = " ".join((await shop.mail(order, "looking at your return"))["text"].split())
        assert "You hear from us by " in letter

        approved = await shop.post("support", f"/returns/{case['number']}/approve")
        assert approved["state"] in {"approved", "label_issued"}
        assert approved["flags"]["overridden"]
        aside = [one for one in await shop.events(case["number"]) if one["reason"] == "approved"]
        assert [(one["type"], one["data"]["rule"]) for one in aside] == [
            ("rule.overridden", "exclusions")
        ]
        assert aside[0]["actor"]["kind"] != "customer"
        label = " ".join((await shop.mail(order, "your label"))["text"].split())
        assert "When everything comes back as described, you get $" in label
        assert "less the discount of $5.00 that you had on it" in label

    async def test_cannot_be_asked_for_units_that_are_gone(self, shop: Shop):
        order = await shop.order(kind="custom")
        customer = await shop.customer(order)
        wish = {"order_number": order.number, "lines": [asked(2)]}
        problem = await shop.refused(customer, "/returns", wish, 422, "custom_item")
        await shop.ask(order, asked(1, reason="defective"))

        url = f"/decisions/{problem['decision_id']}/ask-a-person"
        await shop.refused(customer, url, {"message": "Both."}, 422, "exceeds_returnable")
