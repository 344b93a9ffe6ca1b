"""One request sent more than once: by an impatient finger, from two tabs, by the way back."""

import asyncio

from returns_engine.tables.returns import Return
from tests.portal.test_asking import at_review


class TestARequestSentTwice:
    async def test_at_the_same_moment_makes_one_return(self, portal):
        visitor = await portal.signed_in()
        await at_review(visitor, condition__L1="as_received")
        fields: dict[str, list[str]] = {}
        for name, value in visitor.form("/order/send").fields:
            fields.setdefault(name, []).append(value)

        answers = await asyncio.gather(
            *(visitor.client.post("/order/send", data=fields) for _ in range(3))
        )

        assert len({str(answer.url) for answer in answers}) == 1
        assert await Return.count() == 1

    async def test_after_a_look_back_at_the_answer_makes_one_return(self, portal):
        visitor = await portal.signed_in()
        await at_review(visitor, condition__L1="as_received")
        form = visitor.form("/order/send")
        await visitor.send("/order/send", form=form)
        opened = visitor.path

        await visitor.open("/order")
        await visitor.send("/order/send", form=form)

        assert visitor.path == opened
        assert await Return.count() == 1
