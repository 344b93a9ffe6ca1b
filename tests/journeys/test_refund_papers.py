"""The papers of one refund, from the money that went to the money that came back."""

import re
from typing import Any

import httpx
import pypdfium2

from tests.journeys.shop import Shop, until


async def certificate(shop: Shop, number: str, *told: str) -> str:
    """Wait until the customer's certificate tells all of `told`, and return its words."""

    async def printed() -> str | None:
        answer = await shop.send("finance", "GET", f"/returns/{number}/certificate.pdf")
        if answer.status_code == 409:
            assert answer.json()["code"] == "certificate_not_ready"
            return None
        document = pypdfium2.PdfDocument(answer.content)
        words = " ".join(
            " ".join(page.get_textpage().get_text_bounded() for page in document).split()
        )
        return words if all(one in words for one in told) else None

    return await until(printed)


async def public_page(shop: Shop, code: str, *told: str) -> str:
    """Wait until the public page of a code tells all of `told`; nobody is signed in."""

    async def shown() -> str | None:
        async with httpx.AsyncClient(base_url=shop.running.demo.web) as anybody:
            page = await anybody.get(f"/certificates/{code}")
        assert page.status_code == 200
        return page.text if all(one in page.text for one in told) else None

    return await until(shown)


def notes(refund: dict[str, Any]) -> list[tuple[int, bool]]:
    return [(one["amount"], one["reverses"] is not None) for one in refund["credit_notes"]]


class TestARefundsPapers:
    async def test_say_what_holds_from_the_first_day_to_a_late_failure(self, shop: Shop):
        order = await shop.order()
        customer = await shop.customer(order)
        refund = await shop.proposed(order)
        number = refund["return_number"]
        early = await shop.send(customer, "GET", f"/returns/{number}/certificate.pdf")
        assert early.status_code == 409

        await shop.approve(refund)
        paid = await shop.refund_is(refund, "succeeded")
        words = await certificate(shop, number, paid["provider_refund_id"], "$135.34")
        own = await shop.send(customer, "GET", f"/returns/{number}/certificate.pdf")
        assert own.content.startswith(b"%PDF")
        noted = await shop.get("finance", f"/refunds/{refund['id']}")
        assert re.fullmatch(r"CN-\d{4}-\d{6}", noted["credit_note"])
        assert notes(noted) == [(13534, False)]
        assert noted["stage"] == "accepted"
        assert noted["sent_on"] < noted["bank_from"] < noted["bank_by"]
        code = re.search(r"RC(-[0-9A-Z]{4}){4}", words)
        assert code is not None
        page = await public_page(shop, code.group(), "genuine", noted["credit_note"], number)
        assert order.document["customer"]["name"] not in page
        assert order.number not in page

        await shop.later(days=3, minutes=1)
        await certificate(shop, number, "Trace number (ARN)")
        (seen,) = (await shop.case(number))["refunds"]
        assert len(seen["trace_number"]) == 23
        told = await shop.mail(order, "by which your bank finds your refund of $135.34")
        assert seen["trace_number"] in told["text"]

        await shop.control("refunds/fail", refund=paid["provider_refund_id"])
        await shop.refund_is(refund, "failed")
        page = await public_page(shop, code.group(), "was returned by the bank later")
        assert "genuine" in page
        await certificate(shop, number, "was returned by the bank later", "reverses")
        failed = await shop.get("finance", f"/refunds/{refund['id']}")
        assert notes(failed) == [(13534, False), (-13534, True)]
        assert failed["credit_note"] == noted["credit_note"]
        assert "came back" in (await shop.mail(order, "came back"))["subject"]
