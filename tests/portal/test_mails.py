"""The customer's mails and messages on the page of the return."""

from typing import Any
from uuid import uuid4

from returns_engine.letters.forms import TextForm
from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind
from returns_engine.tables.access import RateLimit
from returns_engine.tables.messages import Message
from returns_engine.workflow.review_return import decline_return
from returns_engine.workflow.take_mail_in import take_mail_in
from returns_engine.workflow.write_note import write_note
from tests.api.orders import NOW
from tests.api.statements import every_statement
from tests.documents.mails import a_mail, raw
from tests.portal.test_case import ask
from tests.workflow.pictures import a_picture

STAFF = Actor(kind=ActorKind.STAFF, id="1", person=1)


async def the_mail(state: str = "sent") -> str:
    """The first mail about a return came out as `state`; its id."""
    row = await Message.select(Message.id).where(Message.template == "return_requested").first()
    await Message.update(
        {Message.state: state, Message.error: "secret server words", Message.text: "Hello Dana,"}
    ).where(Message.id == row["id"])
    return str(row["id"])


async def tries() -> list[dict[str, Any]]:
    """What was counted of mails sent again."""
    return await RateLimit.select(RateLimit.hits).where(RateLimit.key.like("resend:%"))


async def mail_in(portal, number: str, mail=None) -> None:
    await take_mail_in(
        raw(mail or a_mail(Subject=number)),
        our_address="aftersales@ekrauto.com",
        photos=portal.services.photos,
        now=NOW,
    )


class TestTheMailsWeSent:
    async def test_are_shown_with_their_result_and_can_be_sent_again(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        mail = await the_mail()
        await visitor.open(f"/returns/{number}")
        assert "Mails we sent you" in visitor.text
        assert "Look in the spam folder first" in visitor.text
        assert "Hello Dana," in visitor.text

        await visitor.send(f"/returns/{number}/mails/{mail}/resend")

        assert "The mail is on its way again." in visitor.text
        assert "about to be sent" in visitor.text
        assert "A mail was sent to you again." in visitor.text
        assert await Message.count().where(Message.resend_of == mail) == 1

    async def test_break_their_lines_where_the_page_does(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        mail = await the_mail()
        said = "Your return was accepted. Your label comes by a mail of its own, in a few minutes."
        await Message.update({Message.text: TextForm().p(said)}).where(Message.id == mail)

        await visitor.open(f"/returns/{number}")

        assert said in visitor.text

    async def test_that_did_not_arrive_say_what_to_do_and_no_word_of_the_server(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        await the_mail("bounced")

        await visitor.open(f"/returns/{number}")

        assert "It could not be delivered." in visitor.text
        assert "secret server words" not in visitor.text

    async def test_are_sent_again_five_times_an_hour_at_most(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        mail = await the_mail()
        for _ in range(6):
            await visitor.open(f"/returns/{number}")
            await visitor.send(f"/returns/{number}/mails/{mail}/resend")
            await Message.update({Message.state: "sent"}, force=True)

        assert "Enough mails were sent again for now." in visitor.text
        assert await Message.count().where(Message.resend_of == mail) == 5

    async def test_sent_again_by_a_double_click_leave_once(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        mail = await the_mail()
        await visitor.open(f"/returns/{number}")
        form = visitor.form(f"/returns/{number}/mails/{mail}/resend")
        for _ in range(2):
            await visitor.send(form.action, form=form)

        assert await Message.count().where(Message.resend_of == mail) == 1

    async def test_sent_again_before_they_left_are_on_their_way_and_use_no_try_up(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        mail = await the_mail()
        await visitor.open(f"/returns/{number}")
        form = visitor.form(f"/returns/{number}/mails/{mail}/resend")
        for press in range(7):
            # Each press is of a page of its own, as in two tabs.
            form.fields = [(n, f"press {press}" if n == "token" else v) for n, v in form.fields]
            await visitor.send(form.action, form=form)

        assert '<div class="note note-good" role="status">It is on its way already.' in visitor.text
        assert await Message.count().where(Message.resend_of == mail) == 1
        assert [row["hits"] for row in await tries()] == [1]

    async def test_of_another_order_are_not_there(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        mail = await the_mail()
        await visitor.open(f"/returns/{number}")
        form = visitor.form(f"/returns/{number}/mails/{mail}/resend")
        await portal.put_order("EKR-1002", reference="pi_2", email="eve@example.com")
        eve = await portal.signed_in("EKR-1002", "eve@example.com")

        unknown = form.action.replace(mail, str(uuid4()))
        assert (await visitor.send(unknown, form=form)).status_code == 404
        form.fields = eve.form("/sign-out").fields
        assert (await eve.send(form.action, form=form)).status_code == 404

    async def test_cost_eight_statements_with_the_page_at_most(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        with every_statement() as said:
            await visitor.open(f"/returns/{number}")

        assert 3 < len(said) <= 8, "\n\n".join(said)


class TestTheCustomersMail:
    async def test_stands_among_the_messages_with_its_photos(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        mail = a_mail("See the <seam>.", Subject=number)
        mail.add_attachment(a_picture(), maintype="image", subtype="jpeg", filename="seam.jpg")
        mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="bill.pdf")
        await mail_in(portal, number, mail)

        await visitor.open(f"/returns/{number}")

        assert "See the &lt;seam&gt;." in visitor.text
        assert "You wrote to us." in visitor.text
        assert "1 file of the mail was not kept" in visitor.text
        photo = "/photos/" + visitor.text.split('<img src="/photos/')[1].split('"')[0]
        assert (await visitor.client.get(photo)).headers["content-type"] == "image/jpeg"

    async def test_of_somebody_else_is_not_there(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        await mail_in(portal, number, a_mail("Send it!", Subject=number, From="eve@example.com"))

        await visitor.open(f"/returns/{number}")

        assert "Send it!" not in visitor.text
        assert "You wrote to us." not in visitor.text


class TestANote:
    async def test_leaves_no_trace_on_the_customers_page(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        await visitor.open(f"/returns/{number}")
        before = visitor.text
        await write_note(number, note="Quite upset.", actor=STAFF, now=NOW)

        await visitor.open(f"/returns/{number}")

        token = visitor.form(f"/returns/{number}/message").fields[0][1]
        assert "Quite upset." not in visitor.text
        assert len(visitor.text) == len(before), token


class TestAMessage:
    async def test_can_be_written_on_a_return_that_is_over(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, "defective")
        await decline_return(number, reason="It was cut.", actor=STAFF, now=NOW)
        await visitor.open(f"/returns/{number}")

        await visitor.send(f"/returns/{number}/message", message="It was not.")

        assert "Your message is with us." in visitor.text
        assert "It was not." in visitor.text
