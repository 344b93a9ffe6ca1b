import base64
from itertools import pairwise

import pytest

from tests.journeys.orders import asked
from tests.journeys.shop import Shop


class TestAReturn:
    @pytest.mark.every_python
    async def test_goes_from_the_customers_request_to_the_customers_money(self, shop: Shop):
        order = await shop.order()
        customer = await shop.customer(order)
        case = await shop.ask(order, asked(), who=customer, resolution="refund")
        number = case["number"]
        assert case["state"] == "approved"
        labeled = await shop.state_is(number, "label_issued")
        assert labeled["label"]["postage"] == "billed_to_account"

        await shop.receive(number)
        inspected = await shop.inspect(number)
        assert inspected["state"] == "settling"
        refund = await shop.refund(inspected)
        assert refund["proposed"] == refund["maximum"] == 13534
        await shop.approve(refund)

        paid = await shop.refund_is(refund, "succeeded")
        assert paid["attempts"] == 1
        closed = await shop.state_is(number, "closed")
        assert closed["lines"][0]["refunded"] == 1
        assert closed["promises"][0]["kept_at"] is not None
        ledger = await shop.ledger(order)
        assert [one["id"] for one in ledger["refunds"]] == [paid["provider_refund_id"]]
        assert ledger["refunded"] == 13534
        seen = await shop.get(customer, f"/orders/{order.number}")
        assert seen["lines"][0]["returnable"] == 1
        await _told_of_everything(shop, order, number)

    async def test_tells_its_life_in_order_by_who_did_what(self, shop: Shop):
        refund = await shop.proposed()
        await shop.approve(refund)
        await shop.refund_is(refund, "succeeded")

        events = await shop.events(refund["return_number"])
        assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
        told = {event["type"]: event["actor"]["kind"] for event in events}
        assert told["return.requested"] == told["refund.approved"] == "api_key"
        assert told["refund.succeeded"] == "system"
        for before, after in pairwise(events):
            assert after["previous_hash"] == before["hash"]


async def _told_of_everything(shop: Shop, order, number: str) -> None:
    """Each step was mailed, in words and in HTML; the label came along, and both dates."""
    await shop.mail(order, "refund")
    mails = await shop.mails(order)
    assert len(mails) == 6, [mail["subject"] for mail in mails]
    for mail in mails:
        assert mail["text"].strip(), mail["subject"]
        assert mail["html"].lstrip().lower().startswith("<!doctype html>"), mail["subject"]
    assert all(number in mail["subject"] + mail["text"] for mail in mails[1:])
    assert any("your parcel has arrived" in mail["subject"].lower() for mail in mails)
    (label,) = [mail for mail in mails if mail["attachments"]]
    assert "label" in label["subject"].lower()
    assert label["attachments"][0]["filename"] == f"{number}.pdf"
    assert base64.b64decode(label["attachments"][0]["content_base64"]).startswith(b"%PDF")
    (sent,) = [mail for mail in mails if "refund" in mail["subject"].lower()]
    assert "135.34" in sent["text"]
    assert "5" in sent["text"]
    assert "10 business days" in sent["text"]
