"""Messages on the staff's side: what waits, what did not arrive, what fits no case, and notes."""

from typing import Any

import pytest

from returns_engine.queries.messages import read_messages
from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind, Role
from returns_engine.tables.messages import Message
from returns_engine.workflow.take_mail_in import take_mail_in
from returns_engine.workflow.write_message import write_message
from tests.admin.conftest import StaffSide
from tests.api.statements import every_statement
from tests.documents.mails import a_mail, raw

DANA = Actor(kind=ActorKind.CUSTOMER, order="EKR-1001")


async def writes(staff: StaffSide, number: str, words: str = "Is it <b>blue</b>?") -> None:
    await write_message(number, message=words, actor=DANA, now=staff.clock())


async def mail_in(staff: StaffSide, text: str = "It is me.", **headers: str) -> None:
    await take_mail_in(
        raw(a_mail(text, **headers)),
        our_address="aftersales@ekrauto.com",
        photos=staff.services.photos,
        now=staff.clock(),
    )


async def stray(number: str, staff: StaffSide) -> str:
    """A mail from somebody else that names the return; gives its id."""
    await mail_in(staff, From="eve@example.com", Subject=f"About {number}")
    row = await Message.select(Message.id).where(Message.state == "unmatched").first()
    return str(row["id"])


async def our_mail(number: str, **result: Any) -> str:
    row = await Message.select(Message.id).where(Message.return_.number == number).first()
    await Message.update(result).where(Message.id == row["id"])
    return str(row["id"])


class TestWhatWaits:
    async def test_is_counted_on_the_dashboard_and_listed_until_it_is_answered(
        self, staff: StaffSide
    ):
        number = await staff.open_return()
        await writes(staff, number)
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open("/admin")
        assert "Messages to answer" in person.text
        await person.open("/admin/messages")
        assert number in person.text
        assert "Is it &lt;b&gt;blue&lt;/b&gt;?" in person.text

        await person.open(f"/admin/returns/{number}")
        assert "The customer waits for an answer" in person.text
        await person.send(f"/admin/returns/{number}/messages", message="It is blue.")
        assert "The customer waits for an answer" not in person.text
        await person.open("/admin/messages")
        assert number not in person.text
        assert "Every customer has heard from us." in person.text

    async def test_that_needs_no_answer_is_taken_off_the_list(self, staff: StaffSide):
        number = await staff.open_return()
        await writes(staff, number, "Thank you!")
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open(f"/admin/returns/{number}")

        await person.send(f"/admin/returns/{number}/messages/settle")

        assert "The customer waits for an answer" not in person.text
        assert "Messages seen to" in person.text

    async def test_is_for_those_who_write_to_customers(self, staff: StaffSide):
        for name, role in (("wanda", Role.WAREHOUSE), ("finn", Role.FINANCE)):
            person = await staff.signed_in(name, role)
            assert (await person.open("/admin/messages")).status_code == 403
            await person.open("/admin")
            assert 'href="/admin/messages"' not in person.text

    async def test_asks_the_database_eight_times_at_most(self, staff: StaffSide):
        number = await staff.open_return()
        await writes(staff, number)
        await stray(number, staff)
        person = await staff.signed_in("mona", Role.MANAGER)
        for path in ("/admin/messages", f"/admin/returns/{number}", f"/admin/bench/{number}"):
            with every_statement() as said:
                answer = await person.open(path)
            assert answer.status_code == 200
            assert len(said) <= 8, "\n\n".join(said)


class TestAMailThatDidNotArrive:
    async def test_is_listed_with_the_reason_and_sent_again(self, staff: StaffSide):
        number = await staff.open_return()
        mail = await our_mail(number, state="bounced", error="5.1.1 no such user")
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open("/admin/messages")
        assert "5.1.1 no such user" in person.text
        await person.open(f"/admin/returns/{number}")
        assert "Check the address with the customer by phone." in person.text

        await person.send(f"/admin/returns/{number}/messages/{mail}/resend")

        assert "sent again" in person.text
        assert "Somebody has seen to it." in person.text
        assert len(await read_messages(number)) == 2
        await person.open("/admin/messages")
        assert "5.1.1" not in person.text

    async def test_sent_again_by_a_double_click_leaves_once(self, staff: StaffSide):
        number = await staff.open_return()
        mail = await our_mail(number, state="sent")
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open(f"/admin/returns/{number}")
        form = person.form(f"/admin/returns/{number}/messages/{mail}/resend")

        await person.send(form.action, form=form)
        answer = await person.send(form.action, form=form)

        assert answer.status_code == 409
        assert "This mail is about to be sent." in person.text
        assert len(await read_messages(number)) == 2


class TestAMailThatFitsNoCase:
    async def test_is_put_to_the_case_it_names(self, staff: StaffSide):
        number = await staff.open_return()
        mail = await stray(number, staff)
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open("/admin/messages")
        assert "eve@example.com" in person.text

        await person.send(f"/admin/messages/{mail}/attach")

        assert person.path == f"/admin/returns/{number}"
        assert "It is me." in person.text
        assert "colleagues alone" in person.text
        assert "The customer waits for an answer" not in person.text

    async def test_that_names_nothing_is_listed_too(self, staff: StaffSide):
        await mail_in(staff, "Do you ship to Canada?", From="eve@example.com", Subject="")
        person = await staff.signed_in("sue", Role.SUPPORT)

        answer = await person.open("/admin/messages")

        assert answer.status_code == 200
        assert "(no subject)" in person.text
        assert "Do you ship to Canada?" in person.text

    async def test_is_not_put_to_a_case_that_is_not_there(self, staff: StaffSide):
        number = await staff.open_return()
        mail = await stray(number, staff)
        person = await staff.signed_in("sue", Role.SUPPORT)
        for typed in ("nonsense", "RMA-00000000"):
            await person.open("/admin/messages")
            answer = await person.send(f"/admin/messages/{mail}/attach", number=typed)
            assert answer.status_code == 422
            assert "There is no return, and no order, with this number." in person.text
            assert f'value="{typed}"' in person.text

    @pytest.mark.parametrize("typed", ["EKR-1001", "ekr-1001"])
    async def test_is_put_to_the_only_case_of_an_order(self, staff: StaffSide, typed: str):
        number = await staff.open_return()
        mail = await stray(number, staff)
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open("/admin/messages")

        await person.send(f"/admin/messages/{mail}/attach", number=typed)

        assert person.path == f"/admin/returns/{number}"
        assert "It is me." in person.text

    async def test_asks_which_where_an_order_has_several_or_none(self, staff: StaffSide):
        numbers = [await staff.open_return(), await staff.open_return()]
        await staff.put_order("EKR-2002", reference="pi_2002", email="x@y.test")
        mail = await stray(numbers[0], staff)
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open("/admin/messages")

        answer = await person.send(f"/admin/messages/{mail}/attach", number="EKR-1001")
        assert answer.status_code == 422
        assert f"Type the number of one: {numbers[1]}, {numbers[0]}" in person.text
        await person.send(f"/admin/messages/{mail}/attach", number="EKR-2002")
        assert "Nobody asked for a return of this order" in person.text

    async def test_is_set_aside_once(self, staff: StaffSide):
        mail = await stray(await staff.open_return(), staff)
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open("/admin/messages")
        form = person.form(f"/admin/messages/{mail}/set-aside")

        await person.send(form.action, form=form)
        assert "eve@example.com" not in person.text
        answer = await person.send(form.action, form=form)
        assert answer.status_code == 409
        assert "Somebody has seen to this mail already." in person.text


class TestTheCustomersMail:
    async def test_shows_its_words_and_what_was_not_kept(self, staff: StaffSide):
        number = await staff.open_return()
        await mail_in(staff, "a" * 2_010, Subject=number)
        person = await staff.signed_in("sue", Role.SUPPORT)

        await person.open(f"/admin/returns/{number}")

        assert "By mail from dana@example.com" in person.text
        assert "10 more characters were not kept." in person.text


class TestANote:
    async def test_is_left_by_any_colleague_and_read_by_all(self, staff: StaffSide):
        number = await staff.open_return()
        for name, role in (
            ("sue", Role.SUPPORT),
            ("wanda", Role.WAREHOUSE),
            ("finn", Role.FINANCE),
        ):
            person = await staff.signed_in(name, role)
            await person.open(f"/admin/returns/{number}")
            await person.send(f"/admin/returns/{number}/notes", note=f"{name} was <here>.")
            assert f"{name} was &lt;here&gt;." in person.text

        bench = await staff.signed_in("wanda")
        await bench.open(f"/admin/bench/{number}")
        assert "sue was &lt;here&gt;." in bench.text
        assert "finn was &lt;here&gt;." in bench.text

    async def test_is_kept_though_somebody_else_wrote_meanwhile(self, staff: StaffSide):
        number = await staff.open_return()
        sue = await staff.signed_in("sue", Role.SUPPORT)
        sam = await staff.signed_in("sam", Role.SUPPORT)
        for person in (sue, sam):
            await person.open(f"/admin/returns/{number}")
        await sue.send(f"/admin/returns/{number}/notes", note="First.")

        await sam.send(f"/admin/returns/{number}/notes", note="Second.")

        assert "First." in sam.text
        assert "Second." in sam.text

    async def test_needs_words(self, staff: StaffSide):
        number = await staff.open_return()
        person = await staff.signed_in("sue", Role.SUPPORT)
        await person.open(f"/admin/returns/{number}")

        answer = await person.send(f"/admin/returns/{number}/notes", note=" ")

        assert answer.status_code == 422
        assert "Write the note first." in person.text
