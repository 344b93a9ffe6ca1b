"""A warranty claim is called a claim on each of its pages, never a return."""

from typing import Any

import pytest

from returns_engine.workflow.review_return import decline_return
from tests.api.journey import print_label
from tests.api.orders import NOW
from tests.portal.conftest import Portal, Visitor
from tests.portal.test_asking import CUSTOM, a_photo, shipment
from tests.portal.test_case import STAFF

A_PHOTO = [("photos.L3", ("seam.jpg", a_photo(), "image/jpeg"))]


@pytest.fixture
async def visitor(portal: Portal) -> Visitor:
    parcels = [shipment("L3", delivered_at="2025-06-01T12:00:00Z")]
    await portal.put_order("EKR-2", reference="pi_2", lines=[CUSTOM], shipments=parcels)
    return await portal.signed_in("EKR-2")


async def claimed(visitor: Visitor, *, photos: Any = A_PHOTO) -> str:
    """Claim on the warranty, and return the number."""
    await visitor.open("/order?kind=warranty")
    await visitor.send("/order/details", take="L3", why__L3="seam_failure")
    await visitor.send("/order/review", files=photos)
    await visitor.send("/order/send")
    return visitor.path.removeprefix("/returns/")


def main_words(visitor: Visitor) -> str:
    """Return what stands between head and foot, which name the returns policy on every page."""
    return " ".join(visitor.text.partition("<main")[2].partition("</main>")[0].split())


class TestAWarrantyClaim:
    async def test_that_is_accepted_says_so_of_the_claim(self, visitor: Visitor):
        await claimed(visitor)

        assert "<h1>Your claim is accepted; we are making your label.</h1>" in visitor.text
        for said in ("You made this warranty claim.", "Your claim was accepted."):
            assert said in visitor.text
        assert "Withdraw this claim" in visitor.text
        assert "as long as the warranty lasts." in visitor.text

    async def test_says_before_it_is_sent_what_comes_next(self, visitor: Visitor):
        await visitor.open("/order?kind=warranty")
        await visitor.send("/order/details", take="L3", why__L3="seam_failure")
        await visitor.send("/order/review", files=A_PHOTO)

        assert "You get a label, and instructions for sending." in visitor.text
        assert "When a return is accepted" not in visitor.text

    async def test_speaks_spanish(self, visitor: Visitor):
        await visitor.open("/language?speak=es&back=%2Forder")
        await claimed(visitor)

        assert "<h1>Su reclamo fue aceptado; estamos haciendo su etiqueta.</h1>" in visitor.text
        assert "Retirar este reclamo" in visitor.text

    async def test_shows_its_label_as_a_code(self, visitor: Visitor):
        number = await claimed(visitor)
        await print_label(number, b"%PDF-1.4 a label")

        await visitor.open(f"/returns/{number}/label")

        assert f'Warranty claim <span class="code-text">{number}</span>' in visitor.text
        assert "Back to your claim" in visitor.text

    async def test_that_is_withdrawn_under_way_belongs_to_none(self, visitor: Visitor):
        number = await claimed(visitor)
        await print_label(number, b"%PDF-1.4 a label")
        form = f"/returns/{number}/tracking"
        await visitor.send(form, carrier="dhl", tracking_number="3318810025")
        assert "it belongs to no claim then" in visitor.text

        await visitor.send(f"/returns/{number}/withdraw")

        assert "You withdrew this claim; nothing more is due." in visitor.text
        assert "Then it belongs to no claim any more" in visitor.text
        assert "You withdrew your claim." in visitor.text

    async def test_that_is_declined_offers_another_person(self, visitor: Visitor):
        number = await claimed(visitor, photos=None)
        await decline_return(number, reason="A cut.", actor=STAFF, now=NOW)

        await visitor.open(f"/returns/{number}")

        assert "We could not accept this claim; you see why" in visitor.text
        assert "look at your claim again." in visitor.text
        assert "If you are right, your claim is accepted." in visitor.text

    @pytest.mark.parametrize("after", [None, "withdraw"])
    async def test_is_nowhere_called_a_return(self, visitor: Visitor, after: str | None):
        number = await claimed(visitor)
        if after:
            await visitor.send(f"/returns/{number}/{after}")

        words = main_words(visitor).lower()

        for called in ("your return", "this return", "the return's", "no return"):
            assert called not in words
