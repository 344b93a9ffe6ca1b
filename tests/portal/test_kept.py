import pytest

from returns_engine.documents.policy_file import load_policy
from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind
from returns_engine.tables.compensations import Compensation
from returns_engine.tables.refunds import Refund
from returns_engine.workflow.approve_refund import approve_refund
from returns_engine.workflow.decide_compensation import give_compensation
from tests.api.orders import NOW, line
from tests.portal.test_asking import a_photo, at_review

FINANCE = Actor(kind=ActorKind.STAFF, id="2", person=2)
HOLDER = line(quantity=1, unit_price=600, tax=48, title="Phone holder", category="accessory")
PHOTO = {"photos.L1": ("photo.jpg", a_photo(), "image/jpeg")}


@pytest.fixture
async def visitor(portal):
    """Somebody who got the wrong phone holder."""
    shipment = {
        "shipment_id": "S1",
        "carrier": "ups",
        "tracking_number": "1Z999AA10123456784",
        "shipped_at": "2026-02-24T18:00:00Z",
        "delivered_at": "2026-03-02T04:30:00Z",
        "delivery_evidence": "carrier_scan",
        "lines": [{"line_id": "L1", "quantity": 1}],
    }
    payment = {
        "payment_id": "P1",
        "provider": "external",
        "reference": "m-2",
        "method": "marketplace",
        "captured": 648,
        "refundable_until": None,
    }
    await portal.put_order(
        "EKR-2", lines=[HOLDER], discount=0, payments=[payment], shipments=[shipment]
    )
    return await portal.signed_in("EKR-2")


class TestWhatIsNotWorthSendingBack:
    async def test_is_kept_and_the_page_says_so_before_and_after(self, visitor):
        await at_review(visitor, why="wrong_item", files=PHOTO)
        assert "Yes, and you can keep it." in visitor.text
        assert "You keep this and need not send it." in visitor.text
        assert "get my label" not in visitor.text
        assert '<span class="tag tag-good">You keep it</span>' in visitor.text
        assert "Can come back" not in visitor.text

        await visitor.send("/order/send")
        assert "Keep it: you need not send anything back." in visitor.text
        assert "What it is about" in visitor.text
        assert "Inspected" not in visitor.text

    async def test_is_not_promised_while_a_person_still_looks(self, visitor):
        await at_review(visitor, why="wrong_item")
        assert "If it is accepted, you keep this and need not send it." in visitor.text

        await visitor.send("/order/send")
        assert "keep it" not in visitor.text.lower()


class TestSomethingExtra:
    async def test_is_shown_once_it_is_certain_and_with_its_code(self, visitor):
        await at_review(visitor, why="wrong_item", files=PHOTO)
        await visitor.send("/order/send")
        extra = "coupon for your next order: $10.00"
        assert extra not in visitor.text

        refund = await Refund.select().first()
        await approve_refund(
            refund["id"],
            amount=648,
            note=None,
            clause=None,
            external_reference="PP-1",
            policy=load_policy(None),
            actor=FINANCE,
            now=NOW,
        )
        await visitor.open(visitor.path)
        assert extra in visitor.text
        assert "Its code follows by mail." in visitor.text

        coupon = await Compensation.select().first()
        await give_compensation(coupon["id"], reference="SORRY-10", actor=FINANCE, now=NOW)
        await visitor.open(visitor.path)
        assert "SORRY-10" in visitor.text
        assert "We gave you something extra, because the fault was ours." in visitor.text
