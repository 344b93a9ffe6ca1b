"""One request of which something is replaced and something refunded: per item what it gets."""

from typing import Any

import pytest

from tests.portal.conftest import ITEMS, Portal, Visitor
from tests.portal.test_asking import a_photo
from tests.workflow.orders import a_line, a_payment, an_order

COVERS = a_line("L1")
HOLDER = a_line("L2", title="Phone holder", quantity=1, unit_price=5000, tax=400)
A_PHOTO = [("photos.L1", ("wrong.jpg", a_photo(), "image/jpeg"))]
# The holder's price less its share of the discount, and its tax; both items come to $324.69.
HOLDERS, BOTH = "$52.39", "$324.69"


@pytest.fixture
async def visitor(portal: Portal) -> Visitor:
    payments = [a_payment(captured=32469, provider="external")]
    await portal.put_order("EKR-1002", **an_order(COVERS, HOLDER, payments=payments))
    return await portal.signed_in("EKR-1002")


async def at_review(visitor: Visitor, **changes: Any) -> None:
    await visitor.open(ITEMS)
    await visitor.send(
        "/order/details",
        take=["L1", "L2"],
        quantity__L1="2",
        why__L1="wrong_item",
        why__L2="changed_mind",
    )
    details = {"resolution": "replacement", "condition__L2": "as_received"} | changes
    await visitor.send("/order/review", files=A_PHOTO, **details)


def words(visitor: Visitor) -> str:
    return " ".join(visitor.text.split())


class TestBeforeItIsSent:
    async def test_each_item_says_what_it_gets_and_the_refund_is_exact(self, visitor: Visitor):
        await at_review(visitor)

        page = words(visitor)
        assert "<span>1 × Phone holder</span> <strong>Money back</strong>" in page
        assert (
            "<span>2 × Seat covers, Ford F-150, black</span>"
            " <strong>The right item, with a gift</strong>"
        ) in page
        assert "Should we not be able to send it, we aim to give you your money back" in page
        assert f"<td>{HOLDERS}</td>" in page
        assert "Sent by us" in page
        assert BOTH not in page

    async def test_what_comes_next_speaks_of_both(self, visitor: Visitor):
        await at_review(visitor)

        assert "when the replacement leaves." in visitor.text
        assert "We tell you whether your refund was approved" in visitor.text

    async def test_it_is_said_in_spanish_too(self, visitor: Visitor):
        await visitor.open("/language?speak=es&back=%2Forder")
        await at_review(visitor)

        page = words(visitor)
        assert "Lo que le enviamos no le cuesta nada." in page
        assert "Por lo que no se reemplaza." in page
        assert "52,39" in page or "52.39" in page

    async def test_all_refunded_keeps_the_whole_amount(self, visitor: Visitor):
        await at_review(visitor, resolution="refund")

        assert f"<td>{BOTH}</td>" in visitor.text
        assert "For what is not replaced." not in visitor.text


class TestTheCase:
    async def test_ends_in_both(self, visitor: Visitor):
        await at_review(visitor)
        await visitor.send("/order/send")

        assert "<span>Replaced and refunded</span>" in visitor.text

    async def test_shows_the_refund_of_what_is_not_replaced(self, visitor: Visitor):
        await at_review(visitor)
        await visitor.send("/order/send")

        page = words(visitor)
        assert f"You get back</th><td>{HOLDERS}</td>" in page
        assert "I changed my mind · Money back</span>" in page
        assert BOTH not in page
