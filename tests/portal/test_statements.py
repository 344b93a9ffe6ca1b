"""What each page of the customer asks of the database: eight statements at most, no writes."""

from tests.api.statements import every_statement
from tests.portal.conftest import Portal
from tests.portal.test_asking import at_review
from tests.portal.test_who_may import A_CUSTOMERS, HOLDERS, PAGES, SEEKERS, THEIRS, opened, who

MOST = 8
_WRITES = ("INSERT", "UPDATE", "DELETE")
# Following the mailed link is what lets its holder in.
_LETS_IN = "/my-orders/enter/{link}"
# A page behind a choice is asked for with one made.
ASKED = {"/order/details": "?take=L1&why.L1=changed_mind"}


class TestAPageOfTheCustomer:
    async def test_asks_the_database_eight_things_at_most_and_writes_nothing(self, portal: Portal):
        opening = await opened(portal)
        too_many: list[str] = []
        writing: list[str] = []
        counted = 0
        for row in PAGES:
            if row.method != "GET" or who(row) == SEEKERS:
                continue
            theirs = "EKR-1001" if who(row) in {THEIRS, A_CUSTOMERS} else None
            client = await opening.client(theirs)
            address = opening.address(row) + ASKED.get(row.path, "")
            with every_statement() as said:
                answer = await client.get(address)
            # A link of another kind, or a certificate that nobody has, leads to no page.
            assert answer.status_code < 400 or who(row) in HOLDERS, address
            counted += 1
            if len(said) > MOST:
                too_many.append(f"{address}: {len(said)}\n" + "\n".join(said))
            if row.path != _LETS_IN and any(one.strip().startswith(_WRITES) for one in said):
                writing.append(f"{address}:\n" + "\n".join(said))
        assert counted > 10
        assert too_many == []
        assert writing == [], "a page that is only looked at writes"

    async def test_nor_does_what_answers_a_form_of_the_request(self, portal: Portal):
        visitor = await portal.signed_in()
        for issue in ("not_satisfied", "other"):
            with every_statement() as said:
                await visitor.open(f"/order?issue={issue}")
            assert 0 < len(said) <= MOST, "\n".join(said)
        await visitor.open("/order?take=L1&why.L1=changed_mind")
        with every_statement() as said:
            await at_review(visitor, condition__L1="as_received")
        assert "Yes, you can send this back." in visitor.text
        # The choice, which leads to the details, and the review.
        assert 0 < len(said) <= 3 * MOST, "\n".join(said)
