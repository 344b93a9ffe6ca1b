"""The lives that end in goods: a warranty claim, a wrong item, and what an exchange is."""

import io
from datetime import timedelta
from typing import Any

from PIL import Image

from returns_engine.sandbox.sample_order import SampleOrder
from tests.journeys.orders import asked, bad, good
from tests.journeys.shop import Shop

TRACKING = {"carrier": "UPS", "tracking_number": "1Z 999 AA1 01 2345 6784"}
SEAM = {"line_id": "L1", "quantity": 1, "cause": "seam_failure"}


async def customers_photo(shop: Shop, customer: str) -> str:
    """A picture that the customer takes of what is wrong."""
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "tan").save(picture, "JPEG")
    answer = await shop.api.post(
        "/photos",
        files={"file": ("seam.jpg", picture.getvalue(), "image/jpeg")},
        headers={"Authorization": f"Bearer {shop.tokens[customer]}"},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["photo_id"])


async def claimed(shop: Shop) -> tuple[SampleOrder, str]:
    """A warranty claim with a photo, whose cover came back and had failed by itself."""
    order = await shop.order(kind="custom")
    customer = await shop.customer(order)
    line = SEAM | {"photo_ids": [await customers_photo(shop, customer)]}
    case = await shop.ask(order, line, who=customer, kind="warranty")
    assert (case["state"], case["resolution"]) == ("approved", "replacement")
    assert case["decision"]["refund_estimate"] is None
    number = str(case["number"])
    await shop.state_is(number, "label_issued")
    await shop.receive(number)
    await shop.refused(
        "bench", f"/returns/{number}/inspections", {"lines": [good()]}, 422, "found_cause_required"
    )
    inspected = await shop.inspect(number, good(found_cause="seam_failure", grade="D"))
    assert (inspected["state"], inspected["refunds"]) == ("settling", [])
    return order, number


async def the_replacement(shop: Shop, number: str) -> dict[str, Any]:
    case = await shop.case(number)
    return await shop.get("support", f"/replacements/{case['replacements'][-1]['id']}")


class TestAWarrantyClaim:
    async def test_ends_with_a_new_cover_though_it_was_out_of_stock(self, shop: Shop):
        order, number = await claimed(shop)
        one = await the_replacement(shop, number)
        assert (one["state"], one["order_number"]) == ("planned", order.number)
        delivered = order.document["shipments"][0]["delivered_at"]
        assert one["warranty_until"][:4] == str(int(delivered[:4]) + 2)
        url = f"/replacements/{one['id']}"

        expected = (shop.now() + timedelta(days=40)).date().isoformat()
        await shop.post("support", f"{url}/await-stock", {"expected_on": expected})
        letter = await shop.mail(order, "out of stock")
        assert "expected to be in stock again" in letter["text"]
        said = (await shop.case(number))["next_step"]
        assert "waits to be in stock" in said["says"]
        ordered = await shop.post("support", f"{url}/order", {"external_order": "EKR-R-1"})
        assert ordered["external_order"] == "EKR-R-1"
        assert "EKR-R-1" in (await shop.mail(order, "being made ready"))["text"]
        await shop.post("support", f"{url}/ship", TRACKING)
        sent = await shop.mail(order, "on its way")
        assert "1Z999AA10123456784" in sent["text"]
        assert "https://www.ups.com/track?tracknum=1Z999AA10123456784" in sent["text"]
        assert (await shop.case(number))["next_step"]["who"] == "carrier"
        await shop.post("support", f"{url}/deliver")

        closed = await shop.case(number)
        assert (closed["state"], closed["lines"][0]["replaced"]) == ("closed", 1)
        assert (closed["refunds"], closed["lines"][0]["refunded"]) == ([], 0)
        told = [event["type"] for event in await shop.events(number)]
        assert [one for one in told if one.startswith("replacement.")] == [
            "replacement.planned",
            "replacement.awaiting_stock",
            "replacement.ordered",
            "replacement.shipped",
            "replacement.delivered",
        ]
        assert (await shop.ledger(order))["refunded"] == 0

    async def test_becomes_money_when_the_cover_is_made_no_more(self, shop: Shop):
        order, number = await claimed(shop)
        url = f"/replacements/{(await the_replacement(shop, number))['id']}"
        await shop.post("support", f"{url}/await-stock")
        assert "do not know the day" in (await shop.mail(order, "out of stock"))["text"]
        why = {"reason": "This color is made no more."}
        await shop.post("support", f"{url}/cancel", why)
        letter = await shop.mail(order, "cannot send")
        assert why["reason"] in letter["text"]
        assert "worked out your refund" in letter["text"]
        await shop.refused("support", f"{url}/order", {"external_order": "x"}, 409,
                           "transition_not_allowed")  # fmt: skip

        case = await shop.case(number)
        assert case["state"] == "settling"
        refund = await shop.refund(case)
        await shop.refused(
            "manager", f"/replacements/{case['replacements'][0]['id']}/cancel", why, 409,
            "transition_not_allowed",
        )  # fmt: skip
        await shop.approve(refund)
        await shop.refund_is(refund, "succeeded")
        closed = await shop.state_is(number, "closed")
        line = closed["lines"][0]
        assert (line["accepted"], line["refunded"], line["replaced"]) == (1, 1, 0)
        assert (await shop.ledger(order))["refunded"] == refund["proposed"] == 13534
        await shop.mail(order, "we have sent your refund")

    async def test_is_denied_with_evidence_where_people_did_the_damage(self, shop: Shop):
        order = await shop.order(kind="custom")
        customer = await shop.customer(order)
        line = SEAM | {"photo_ids": [await customers_photo(shop, customer)]}
        number = (await shop.ask(order, line, who=customer, kind="warranty"))["number"]
        await shop.receive(number)
        found = bad(1, await shop.photo(), found_cause="cut", note="Cut with a knife.")
        denied = await shop.inspect(number, found)

        assert (denied["state"], denied["replacements"], denied["refunds"]) == ("inspected", [], [])
        letter = await shop.mail(order, "inspected")
        assert "Cut with a knife." in letter["text"]
        assert "replacement" not in letter["text"]


class TestAWrongItem:
    async def test_is_sent_again_where_the_customer_wants_it(self, shop: Shop):
        order = await shop.order()
        customer = await shop.customer(order)
        photo = await customers_photo(shop, customer)
        wrong = asked(reason="wrong_item") | {"photo_ids": [photo]}
        case = await shop.ask(order, wrong, who=customer, resolution="replacement")
        assert case["decision"]["lines"][0]["resolutions"] == ["refund", "replacement", "exchange"]
        number = case["number"]
        await shop.receive(number)
        await shop.inspect(number, good(found_cause="wrong_label"))
        one = await the_replacement(shop, number)
        assert one["warranty_until"] is None
        assert "arrange your replacement" in (await shop.mail(order, "inspected"))["text"]
        await shop.post("support", f"/replacements/{one['id']}/order", {"external_order": "R-2"})
        await shop.post("support", f"/replacements/{one['id']}/ship", TRACKING)
        assert (await shop.case(number))["state"] == "settling"
        await shop.post("support", f"/replacements/{one['id']}/deliver")

        assert (await shop.case(number))["state"] == "closed"
        assert (await shop.ledger(order))["refunded"] == 0

    async def test_is_refunded_with_its_shipping_where_the_customer_wants_money(self, shop: Shop):
        order = await shop.order(shipping=900)
        customer = await shop.customer(order)
        photo = await customers_photo(shop, customer)
        wrong = asked(2, reason="wrong_item") | {"photo_ids": [photo]}
        number = (await shop.ask(order, wrong, who=customer, resolution="refund"))["number"]
        await shop.receive(number, {"line_id": "L1", "quantity": 2})
        refund = await shop.refund(await shop.inspect(number, good(2, found_cause="wrong_label")))
        assert refund["breakdown"]["shipping"] == 900
        await shop.approve(refund)
        await shop.refund_is(refund, "succeeded")

        closed = await shop.state_is(number, "closed")
        assert closed["replacements"] == []
        assert (await shop.ledger(order))["refunded"] == refund["proposed"] == 27069 + 900


class TestAnExchange:
    async def test_is_a_refund_and_a_way_to_order_again(self, shop: Shop):
        order = await shop.order()
        case = await shop.ask(order, asked(), resolution="exchange")
        assert case["resolution"] == "exchange"
        await shop.receive(case["number"])
        refund = await shop.refund(await shop.inspect(case["number"]))
        await shop.approve(refund)
        await shop.refund_is(refund, "succeeded")

        closed = await shop.state_is(case["number"], "closed")
        assert (closed["replacements"], closed["lines"][0]["refunded"]) == ([], 1)
        letter = await shop.mail(order, "we have sent your refund")
        assert "https://ekrauto.example/new" in letter["text"]
