"""A draft of a request: kept as it is filled in, offered to who comes back, gone when sent."""

from datetime import timedelta

import pytest

from returns_engine.tables.drafts import RequestDraft
from returns_engine.tables.messages import Message
from returns_engine.workflow.forget_what_is_over import forget_what_is_over
from tests.api.orders import NOW
from tests.api.statements import every_statement
from tests.portal.test_asking import a_photo

STATEMENTS = 8
SEAM = [("photos.L1", ("seam.jpg", a_photo(), "image/jpeg"))]


@pytest.fixture
async def left(portal):
    """Somebody who filled in everything, saw the answer, and went away."""
    visitor = await portal.signed_in()
    await visitor.open("/order?issue=broken")
    await visitor.send("/order/details", take="L1", why__L1="defective")
    await visitor.send(
        "/order/review", files=SEAM, comment__L1="The left seam", resolution="refund"
    )
    return visitor


class TestADraft:
    async def test_is_offered_to_who_comes_back(self, portal, left):  # noqa: ARG002 - a draft is there
        # Both codes are of the same moment; the second one is wanted.
        await Message.delete().where(Message.template == "lookup_code")
        back = await portal.signed_in()
        await back.open("/order")
        assert "You began a request" in back.text
        assert "Saved on March 30, 2026, and not sent yet." in back.text

        await back.open("/order/details?issue=broken&take=L1&quantity.L1=1&why.L1=defective")

        assert "The left seam" in back.text
        assert 'name="photo.L1"' in back.text

    async def test_is_kept_as_soon_as_items_are_chosen(self, portal):
        visitor = await portal.signed_in()

        await visitor.send("/order/details", take="L1", why__L1="changed_mind")

        await visitor.open("/order")
        assert "You began a request" in visitor.text

    async def test_is_not_written_by_looking_at_a_page(self, portal):
        visitor = await portal.signed_in()

        await visitor.open("/order/details?take=L1&quantity.L1=1&why.L1=changed_mind")

        assert "Is it as you received it?" in visitor.text
        assert await RequestDraft.count() == 0

    async def test_is_changed_by_no_page_that_is_gone_back_to(self, portal):
        visitor = await portal.signed_in()
        await visitor.send("/order/details", take="L1", why__L1="changed_mind")
        before = await RequestDraft.select().first()

        await visitor.open("/order/details?take=L1&quantity.L1=1&why.L1=wrong_model_chosen")

        assert await RequestDraft.select().first() == before

    async def test_is_none_of_what_cannot_come_back(self, portal):
        visitor = await portal.signed_in()

        await visitor.send("/order/details", take="L1", quantity__L1="9", why__L1="changed_mind")

        assert "Our policy says no to this." in visitor.text
        assert await RequestDraft.count() == 0

    async def test_goes_with_the_way_back_and_puts_no_words_in_an_address(self, portal):
        visitor = await portal.signed_in()
        await visitor.send("/order/details", take="L1", why__L1="changed_mind")

        await visitor.send(
            "/order/review", comment__L1="Still in the box", condition__L1="as_received", go="items"
        )
        assert visitor.path == "/order"
        assert "box" not in str(visitor.page.url)
        await visitor.send("/order/details", why__L1="wrong_model_chosen")

        assert "Still in the box" in visitor.text
        assert ("condition.L1", "as_received") in visitor.form("/order/review").fields

    async def test_never_decides_before_it_is_looked_at(self, portal):
        visitor = await portal.signed_in()
        await visitor.send("/order/details", take="L1", why__L1="changed_mind")
        await visitor.send("/order/review", condition__L1="flawed", flaw__L1="unused")
        assert "Our policy says no to this." in visitor.text

        await visitor.open("/order/details?take=L1&quantity.L1=1&why.L1=changed_mind")

        assert "Is it as you received it?" in visitor.text

    async def test_is_what_was_typed_and_never_sent(self, portal):
        visitor = await portal.signed_in()
        await visitor.send("/order/details", take="L1", why__L1="changed_mind")

        typed = [*visitor.form("/order/review").fields, ("comment.L1", "The left seam")]
        answer = await visitor.client.post("/order/draft", data=dict(typed))
        assert answer.status_code == 204

        await visitor.open("/order/details?take=L1&quantity.L1=1&why.L1=changed_mind")
        assert ("comment.L1", "The left seam") in visitor.form("/order/review").fields

    async def test_is_none_of_what_was_typed_for_another_order(self, portal):
        visitor = await portal.signed_in()
        await visitor.send("/order/details", take="L1", why__L1="changed_mind")
        await portal.put_order("EKR-2", reference="pi_2")
        there = await portal.signed_in("EKR-2")

        typed = dict(visitor.form("/order/review").fields)
        typed["_csrf_token"] = dict(there.form("/order/details").fields)["_csrf_token"]
        await there.client.post("/order/draft", data=typed)

        await there.open("/order")
        assert "You began a request" not in there.text

    async def test_is_none_of_what_names_no_item(self, portal):
        visitor = await portal.signed_in()

        typed = [pair for pair in visitor.form("/order/details").fields if pair[0] != "take"]
        answer = await visitor.client.post("/order/draft", data=dict(typed))

        assert answer.status_code == 204
        assert await RequestDraft.count() == 0

    async def test_is_thrown_away(self, left):
        await left.open("/order")

        await left.send("/order/draft/forget")

        assert left.path == "/order"
        assert "You began a request" not in left.text
        assert await RequestDraft.count() == 0

    async def test_is_gone_when_it_is_sent(self, left):
        await left.send("/order/send")

        await left.open("/order")
        assert "You began a request" not in left.text

    async def test_of_another_order_is_nobody_elses(self, portal, left):  # noqa: ARG002 - a draft is there
        await portal.put_order("EKR-2", reference="pi_2", email="eve@example.com")
        eve = await portal.signed_in("EKR-2", "eve@example.com")

        await eve.open("/order")

        assert "You began a request" not in eve.text

    async def test_is_gone_after_a_week(self, left):  # noqa: ARG002 - a draft is there
        await forget_what_is_over(now=NOW + timedelta(days=6))
        assert await RequestDraft.count() == 1

        await forget_what_is_over(now=NOW + timedelta(days=8))

        assert await RequestDraft.count() == 0

    async def test_keeps_no_comment_without_end(self, portal):
        visitor = await portal.signed_in()
        await visitor.send("/order/details", take="L1", why__L1="defective")

        await visitor.send("/order/review", comment__L1="x" * 3000)

        assert "Shorten your comment to 2,000 characters." in visitor.text
        kept = await RequestDraft.select(RequestDraft.fields).first()
        assert "x" * 2000 in kept["fields"]
        assert "x" * 2001 not in kept["fields"]


class TestItsPages:
    async def test_cost_eight_statements_each_at_most(self, left):
        said = {}
        for path in ("/order", "/order/details?take=L1&quantity.L1=1&why.L1=defective"):
            with every_statement() as statements:
                await left.open(path)
            said[path] = len(statements)
        with every_statement() as statements:
            await left.send("/order/review")
        said["review"] = len(statements)

        assert {path: count for path, count in said.items() if count > STATEMENTS} == {}
