"""What comes back without being asked for (46): matched, sent back, or come too late."""

import io

import httpx
import pypdfium2
import zxingcpp

from tests.journeys.orders import asked, units
from tests.journeys.shop import Shop

HOME = {"carrier": "ups", "tracking_number": "1Z999AA10123456799"}


def codes_on(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        picture = document[0].render(scale=203 / 72).to_pil().convert("L")
    return [code.text for code in zxingcpp.read_barcodes(picture)]


class TestAParcelNobodyAnnounced:
    async def test_is_matched_and_refunded_once_its_customer_asked(self, shop: Shop):
        order = await shop.order()
        found = {"contents": f"covers, order {order.number}", "photo_ids": [await shop.photo()]}
        parcel = await shop.post("bench", "/parcels", found)
        path = f"/parcels/{parcel['id']}"
        theirs = parcel["suggestions"][0]
        assert (theirs["order_number"], theirs["return_number"]) == (order.number, None)

        async def printed() -> httpx.Response | None:
            answer = await shop.send("bench", "GET", f"{path}/label.pdf")
            return answer if answer.status_code == 200 else None

        assert codes_on((await shop.until(printed)).content) == [parcel["number"]]

        await shop.post("bench", f"{path}/ask", {"order_number": order.number})
        mail = await shop.mail(order, "did you send us a parcel")
        assert parcel["number"] in mail["text"]
        assert "http" in mail["text"]
        number = (await shop.ask(order, who=await shop.customer(order)))["number"]
        theirs = (await shop.get("bench", path))["suggestions"][0]
        assert (theirs["return_number"], theirs["takes_parcels"]) == (number, True)

        await shop.post("bench", f"{path}/match", {"return_number": number})
        scanned = await shop.post("bench", "/scan", {"code": parcel["number"]})
        assert (scanned["kind"], scanned["return_number"]) == ("parcel", number)
        receipt = {"lines": [units()], "parcel_reference": parcel["number"]}
        await shop.post("bench", f"/returns/{number}/receipts", receipt)
        refund = await shop.refund(await shop.inspect(number))
        await shop.approve(refund)
        await shop.refund_is(refund, "succeeded")
        await shop.state_is(number, "closed")

        await shop.mail(order, "we have sent your refund")
        arrivals = [m for m in await shop.mails(order) if "has arrived" in m["subject"]]
        assert len(arrivals) == 1

    async def test_goes_back_to_whoever_sent_it(self, shop: Shop):
        order = await shop.order()
        parcel = await shop.post("bench", "/parcels", {"contents": f"order {order.number}"})
        path = f"/parcels/{parcel['id']}"
        sent = await shop.post("bench", f"{path}/send-back", HOME | {"order_number": order.number})

        assert sent["state"] == "sent_back"
        mail = await shop.mail(order, "we have sent your parcel back")
        assert HOME["tracking_number"] in mail["text"]
        number = (await shop.ask(order))["number"]
        await shop.refused(
            "bench", f"{path}/match", {"return_number": number}, 409, "transition_not_allowed"
        )

    async def test_of_a_withdrawn_return_is_no_return(self, shop: Shop):
        order = await shop.order()
        number = (await shop.ask(order, asked()))["number"]
        await shop.post("support", f"/returns/{number}/withdraw")
        receipt = {"lines": [units()]}
        told = await shop.refused(
            "bench", f"/returns/{number}/receipts", receipt, 409, "transition_not_allowed"
        )
        assert "/parcels" in told["detail"]

        parcel = await shop.post("bench", "/parcels", {"came_with": number})
        path = f"/parcels/{parcel['id']}"
        assert parcel["suggestions"][0]["return_number"] == number
        assert parcel["suggestions"][0]["takes_parcels"] is False
        await shop.refused(
            "bench", f"{path}/match", {"return_number": number}, 409, "transition_not_allowed"
        )
        anew = (await shop.ask(order))["number"]
        counted = {"return_number": anew, "lines": [units()]}
        matched = await shop.post("bench", f"{path}/match", counted)

        assert matched["counted_at"] is not None
        assert (await shop.case(anew))["state"] == "received"
        assert (await shop.case(number))["state"] == "withdrawn"
