"""The refund certificate over the API, and what is said while there is none."""

from returns_engine.rules.actor import SYSTEM
from returns_engine.workflow.erase_order import Why, erase_order
from tests.api.conftest import Api
from tests.api.journey import opened
from tests.api.orders import NOW
from tests.api.test_refusals import is_problem
from tests.workflow.certified import paid_outside, write_papers
from tests.workflow.shop import value


class TestACertificate:
    async def test_needs_a_refund_that_was_sent(self, api: Api):
        number = (await opened(api))["number"]
        answer = await (await api.customer()).get(f"/returns/{number}/certificate.pdf")

        problem = is_problem(answer, 409, "certificate_not_ready")
        assert problem["detail"] == "No refund of this return was sent yet."

    async def test_is_being_made_just_after_the_refund(self, api: Api):
        number = await paid_outside()
        customer = await api.customer()
        at_once = await customer.get(f"/returns/{number}/certificate.pdf")
        await write_papers(number)
        then = await customer.get(f"/returns/{number}/certificate.pdf")

        problem = is_problem(at_once, 409, "certificate_not_ready")
        assert "being made" in problem["detail"]
        assert then.content.startswith(b"%PDF")

    async def test_goes_with_the_person_it_was_for(self, api: Api):
        number = await paid_outside()
        await write_papers(number)
        order = await value("SELECT id FROM orders")
        photos = api.app.state.services.photos
        await erase_order(order, why=Why.REQUESTED, actor=SYSTEM, photos=photos, now=NOW)
        answer = await api.by("support").get(f"/returns/{number}/certificate.pdf")

        assert "was erased" in is_problem(answer, 409, "certificate_not_ready")["detail"]
