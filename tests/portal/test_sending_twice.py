"""One request sent more than once: by an impatient finger, from two tabs, by the way back."""

import asyncio

import httpx
import pytest

from returns_engine.tables.events import Event
from returns_engine.tables.messages import Message
from returns_engine.tables.returns import Return
from tests.portal.conftest import Form, Visitor
from tests.portal.test_appealing import rejected
from tests.portal.test_asking import at_review
from tests.portal.test_case import ask
from tests.portal.test_mails import the_mail


async def sent_together(visitor: Visitor, form: Form) -> list[httpx.Response]:
    """Send a form three times before the first answer is here."""
    fields: dict[str, list[str]] = {}
    for name, value in form.fields:
        fields.setdefault(name, []).append(value)
    return await asyncio.gather(*(visitor.client.post(form.action, data=fields) for _ in range(3)))


def filled(form: Form, **typed: str) -> Form:
    """Return the form with other words in it."""
    kept = [pair for pair in form.fields if pair[0] not in typed]
    return Form(form.method, form.action, [*kept, *typed.items()])


async def recorded(number: str, happened: str) -> int:
    """Return how often something stands in the record of a return."""
    return await Event.count().where(Event.chain == number, Event.type == happened)


class TestARequestSentTwice:
    async def test_at_the_same_moment_makes_one_return(self, portal):
        visitor = await portal.signed_in()
        await at_review(visitor, condition__L1="as_received")

        answers = await sent_together(visitor, visitor.form("/order/send"))

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


class TestWhatIsWrittenOnAReturnsPage:
    @pytest.fixture
    async def visitor(self, portal):
        return await portal.signed_in()

    async def test_a_message_sent_at_the_same_moment_is_written_once(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        form = filled(visitor.form(f"/returns/{number}/message"), message="Is it there?")

        answers = await sent_together(visitor, form)

        assert {(one.status_code, str(one.url)) for one in answers} == {
            (200, f"http://shop.test/returns/{number}?said=written")
        }
        assert await Message.count().where(Message.direction == "in") == 1
        assert await recorded(number, "message.written") == 1

    async def test_another_message_from_the_same_page_is_another_message(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        form = visitor.form(f"/returns/{number}/message")

        for words in ("Is it there?", "And the other one?", "Is it there?"):
            await visitor.send(form.action, form=form, message=words)

        assert await recorded(number, "message.written") == 2

    async def test_the_same_words_on_a_page_loaded_again_are_meant(self, visitor):
        number = await ask(visitor, condition__L1="as_received")

        for _ in range(2):
            await visitor.send(f"/returns/{number}/message", message="And today?")

        assert await recorded(number, "message.written") == 2

    async def test_what_was_refused_can_be_sent_again(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        form = visitor.form(f"/returns/{number}/message")

        await visitor.send(form.action, form=form, message=" ")
        await visitor.send(form.action, form=form, message="Now.")

        assert "Your message is with us." in visitor.text

    async def test_a_tracking_number_is_announced_once(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        form = visitor.form(f"/returns/{number}/tracking")
        form = filled(form, carrier="fedex", tracking_number="1234 5678 9012")

        answers = await sent_together(visitor, form)

        assert {one.url.query for one in answers} == {b"said=tracking"}
        assert await recorded(number, "parcel.announced") == 1

    async def test_what_we_may_keep_is_given_once(self, visitor, portal):
        number, _ = await rejected(visitor, portal)
        form = filled(visitor.form(f"/returns/{number}/consent"), disposition="scrap")

        answers = await sent_together(visitor, form)

        assert {one.url.query for one in answers} == {b"said=kept"}
        assert await recorded(number, "consent.given") == 1

    async def test_a_mail_asked_for_twice_is_sent_again_once(self, visitor):
        number = await ask(visitor, condition__L1="as_received")
        mail = await the_mail()
        await visitor.open(f"/returns/{number}")
        form = visitor.form(f"/returns/{number}/mails/{mail}/resend")

        answers = await sent_together(visitor, form)

        assert {one.url.query for one in answers} == {b"said=resent"}
        assert await recorded(number, "mail.resent") == 1
