from typing import Any

import httpx

from returns_engine.tables.engine import engine_at, the_engine
from tests.journeys.shop import Shop, until

_LINE = """
SELECT l.kind, l.at_provider, l.in_books, r.state FROM reconciliation_lines l
JOIN reconciliations r ON r.id = l.reconciliation WHERE l.provider_refund_id = $1
"""


async def in_the_dashboard(shop: Shop, reference: str, amount: int) -> str:
    """Refund a payment as somebody does who is signed in at the bank."""
    sandbox = shop.running.demo.sandbox
    async with httpx.AsyncClient(base_url=sandbox.address, auth=(sandbox.api_key, "")) as bank:
        form = {"payment_intent": reference, "amount": str(amount)}
        made = await bank.post("/v1/refunds", data=form)
    assert made.is_success, made.text
    refund_id: str = made.json()["id"]
    return refund_id


class TestTheDaysComparison:
    async def test_finds_what_was_refunded_in_the_dashboard_and_no_webhook_told(self, shop: Shop):
        refund = await shop.proposed(order := await shop.order())
        await shop.approve(refund)
        paid = await shop.refund_is(refund, "succeeded")
        reference = order.document["payments"][0]["reference"]
        url = (await shop.sandbox.get("/_test/webhooks")).json()["url"]
        await shop.control("webhooks", url=None)
        try:
            made = await in_the_dashboard(shop, reference, 700)
        finally:
            await shop.control("webhooks", url=url)
        await shop.later(days=1)

        async with engine_at(shop.running.demo.database_url, pool_size=2):

            async def compared() -> dict[str, Any] | None:
                row = await the_engine().fetch_row(_LINE, made)
                return dict(row) if row else None

            line = await until(compared)
            ours = await the_engine().fetch_row(_LINE, paid["provider_refund_id"])
        assert line == {"kind": "outside", "at_provider": 700, "in_books": 700, "state": "done"}
        assert ours is None
        assert (await shop.ledger(order))["refunded"] == refund["proposed"] + 700
