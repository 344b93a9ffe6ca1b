"""A guest's order and the account that its customer made later (3, 5)."""

from typing import Any

import pytest

from returns_engine.workflow.link_order import link_order
from returns_engine.workflow.refusals import Conflict, NotFound, Refusal, StaleVersion
from tests.workflow.orders import NOW, an_order
from tests.workflow.shop import SUPPORT, put_order, rows, value

_ACCOUNT = "SELECT account_id FROM order_contacts"


async def link(number: str = "EKR-1001", **changes: Any) -> None:
    values = {
        "account_id": "acct-7",
        "contact": " Dana@Example.com",
        "reason": "She named the last four digits of her card.",
        "actor": SUPPORT,
        "now": NOW,
    } | changes
    await link_order(number, **values)


@pytest.mark.usefixtures("database")
class TestAGuestsOrder:
    @pytest.mark.parametrize("contact", [" Dana@Example.com", "(312) 555-0123"])
    async def test_is_linked_by_the_address_or_number_used_for_it(self, contact: str):
        await put_order()

        await link(contact=contact)

        assert await value(_ACCOUNT) == "acct-7"

    async def test_raises_its_version_and_says_why_without_naming_anybody(self):
        await put_order()

        await link()

        assert await value("SELECT version FROM orders") == 2
        event = (
            await rows(
                "SELECT e.type, e.data, t.value FROM events e JOIN event_texts t ON t.event = e.id"
                " WHERE chain = 'order:EKR-1001' ORDER BY sequence DESC LIMIT 1"
            )
        )[0]
        assert event["type"] == "order.linked"
        assert event["value"] == "She named the last four digits of her card."
        assert "acct-7" not in event["data"]
        assert "dana" not in event["data"]

    @pytest.mark.parametrize("contact", ["eve@example.com", "+1 312 555 0999", "x"])
    async def test_is_not_linked_by_another_address(self, contact: str):
        await put_order()

        with pytest.raises(Refusal) as refused:
            await link(contact=contact)

        assert refused.value.fields[0].code == "contact_differs"
        assert await value(_ACCOUNT) is None

    async def test_is_linked_once(self):
        await put_order()
        await link()

        with pytest.raises(Conflict):
            await link(account_id="acct-8")

        assert await value(_ACCOUNT) == "acct-7"

    async def test_stays_linked_when_the_shop_sends_it_again(self):
        await put_order()
        await link()

        await put_order(document=an_order())

        assert await value(_ACCOUNT) == "acct-7"

    async def test_is_not_linked_where_somebody_changed_it_meanwhile(self):
        await put_order()

        with pytest.raises(StaleVersion):
            await link(expected_version=9)
        with pytest.raises(NotFound):
            await link("EKR-0")
