from returns_engine.queries.audit import verify_chains
from returns_engine.tables.engine import engine_at
from tests.journeys.shop import Shop


class TestTheRecord:
    async def test_of_everything_that_happened_here_verifies(self, shop: Shop):
        refund = await shop.proposed()
        await shop.approve(refund)
        await shop.refund_is(refund, "succeeded")
        await shop.state_is(refund["return_number"], "closed")

        async with engine_at(shop.running.demo.database_url, pool_size=2):
            report = await verify_chains()
        assert report.ok, report
