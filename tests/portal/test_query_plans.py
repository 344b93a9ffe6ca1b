from tests.portal.conftest import Portal
from tests.portal.test_asking import at_review
from tests.portal.test_who_may import PAGES, STRANGERS_ORDER, Opening, opened
from tests.query_plans import read_whole, seen_statements


async def ask_for_a_return(portal: Portal) -> None:
    """Go the whole way from the order's number to the page of the return."""
    visitor = await portal.signed_in(STRANGERS_ORDER)
    await at_review(visitor, condition__L1="as_received")
    await visitor.send("/order/send")
    assert visitor.path.startswith("/returns/RMA-")


async def open_every_page(opening: Opening) -> None:
    """Open every page and send every form, as the customer of the order and as a newcomer."""
    for row in sorted(PAGES, key=lambda row: row.method):
        for order in ("EKR-1001", None):
            answer = await opening.open(await opening.client(order), row)
            assert answer.status_code < 500, (row.method, row.path)


class TestTheStatementsOf:
    async def test_every_page_of_the_customer_read_no_growing_table_whole(
        self, portal: Portal, empty_database: str
    ):
        opening = await opened(portal)

        with seen_statements() as seen:
            await ask_for_a_return(portal)
            await open_every_page(opening)

        assert len(seen.texts) > 30
        found = read_whole(empty_database, seen.texts)
        assert not found, "\n\n".join(found)
