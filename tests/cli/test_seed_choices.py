"""What the demo puts to its sample customers, so that a link lies in the mailbox at once."""

from datetime import UTC, datetime

import pytest

from returns_engine.cli.demo.seed import put_order
from returns_engine.cli.demo.seed_choices import OUT_OF_STOCK, UNDELIVERABLE, seed_choices
from returns_engine.documents.policy_file import load_policy
from returns_engine.queries.choice_view import list_choices
from returns_engine.sandbox.sample_orders import sample_orders
from returns_engine.tables.messages import Message

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.usefixtures("database")
async def test_two_choices_are_put_once_however_often_the_demo_starts():
    for order in sample_orders(NOW):
        if order.number in {OUT_OF_STOCK, UNDELIVERABLE}:
            await put_order(order, NOW)
    for _ in range(2):
        await seed_choices(load_policy(None), NOW)

    found = {one["order_number"]: one["default"] for one in (await list_choices()).items}
    assert found == {OUT_OF_STOCK: "wait", UNDELIVERABLE: "refund"}
    assert await Message.count() == 2


@pytest.mark.usefixtures("database")
async def test_nothing_is_put_about_orders_that_are_not_there():
    await seed_choices(load_policy(None), NOW)

    assert (await list_choices()).items == []
