"""Messages as a list: its kinds in the address, pages with a way back, and the whole as a file."""

from datetime import timedelta

from returns_engine.rules.words import Role
from returns_engine.tables.messages import Message
from tests.admin.conftest import StaffSide
from tests.admin.test_lists import file_link, file_of, onward
from tests.admin.test_messages import mail_in, our_mail, writes
from tests.portal.conftest import Visitor


async def mails_of_strangers(staff: StaffSide, *texts: str) -> None:
    """Mails that fit no case, a minute apart."""
    for place, words in enumerate(texts):
        identity = f"<mail-{place}@example.com>"
        await mail_in(staff, words, From="eve@example.com", Subject="", Message_ID=identity)
        staff.clock.pass_by(timedelta(minutes=1))


async def shown(person: Visitor, asked: str = "") -> str:
    answer = await person.open(f"/admin/messages{asked}")
    assert answer.status_code == 200
    return person.text


class TestTheListOfMessages:
    async def test_goes_on_past_a_page_under_its_filters(self, staff: StaffSide, monkeypatch):
        monkeypatch.setattr("admin.messages.page.PAGE", 1)
        number = await staff.open_return()
        await mails_of_strangers(staff, "The first mail", "The second mail", "The third mail")
        await writes(staff, number)
        person = await staff.signed_in("sue", Role.SUPPORT)

        assert "The third mail" in await shown(person, "?show=without_a_case&sort=newest")
        assert "Back to the newest" not in person.text
        await person.open(onward(person.text))

        assert "The second mail" in person.text
        assert "The third mail" not in person.text
        assert "The first mail" not in person.text
        assert number not in person.text
        back = 'href="/admin/messages?show=without_a_case&amp;sort=newest">Back to the newest'
        assert back in person.text
        await person.open(onward(person.text))
        assert "The first mail" in person.text
        assert 'rel="next"' not in person.text

    async def test_has_a_return_once_where_its_customer_began_to_wait(
        self, staff: StaffSide, monkeypatch
    ):
        monkeypatch.setattr("admin.messages.page.PAGE", 1)
        older, newer = await staff.open_return(), await staff.open_return()
        await writes(staff, older, "Are you there?")
        for words in ("Is it blue?", "Or green?"):
            staff.clock.pass_by(timedelta(minutes=1))
            await writes(staff, newer, words)
        await writes(staff, older, "Hello?")
        person = await staff.signed_in("sue", Role.SUPPORT)

        for sort, [first, then] in (("", [older, newer]), ("&sort=newest", [newer, older])):
            text = await shown(person, f"?show=to_answer{sort}")
            assert (first in text, then in text) == (True, False)
            await person.open(onward(text))
            assert (first in person.text, then in person.text) == (False, True)
            assert 'rel="next"' not in person.text

    async def test_leads_from_the_beginning_of_each_kind_to_all_of_it(
        self, staff: StaffSide, monkeypatch
    ):
        monkeypatch.setattr("admin.messages.page.PAGE", 1)
        number = await staff.open_return()
        await writes(staff, number)
        await mails_of_strangers(staff, "The first mail", "The second mail")
        person = await staff.signed_in("sue", Role.SUPPORT)

        text = await shown(person)

        assert number in text
        assert "The first mail" in text
        assert "The second mail" not in text
        assert text.count("More of these") == 1
        assert '<a href="/admin/messages?show=without_a_case">More of these' in text

    async def test_stays_where_it_was_when_a_mail_is_seen_to(self, staff: StaffSide, monkeypatch):
        monkeypatch.setattr("admin.messages.page.PAGE", 1)
        await mails_of_strangers(staff, "The first mail", "The second mail")
        person = await staff.signed_in("sue", Role.SUPPORT)
        await shown(person, "?show=without_a_case")
        await person.open(onward(person.text))
        row = await Message.select(Message.id).where(Message.text.like("The second%")).first()

        answer = await person.send(f"/admin/messages/{row['id']}/attach", number="nonsense")
        assert answer.status_code == 422
        assert "The second mail" in person.text
        assert 'value="nonsense"' in person.text
        await person.send(f"/admin/messages/{row['id']}/set-aside")

        assert "The second mail" not in person.text
        assert "Nothing waits here." in person.text
        assert 'href="/admin/messages?show=without_a_case">Back to the first page' in person.text

    async def test_says_what_would_stand_in_it(self, staff: StaffSide):
        person = await staff.signed_in("sue", Role.SUPPORT)

        for kind, says in (
            ("to_answer", "Every customer has heard from us."),
            ("not_arrived", "A mail of ours that is refused, or comes back"),
            ("without_a_case", "A mail to us from an address we do not know"),
        ):
            text = await shown(person, f"?show={kind}")
            assert says in text
            assert text.count('class="panel empty"') == 1

    async def test_is_handed_out_as_a_file_with_all_kinds_or_one(
        self, staff: StaffSide, monkeypatch
    ):
        monkeypatch.setattr("admin.messages.page.AT_ONCE", 1)
        number = await staff.open_return()
        await mails_of_strangers(staff, "=1+1", "The second mail")
        person = await staff.signed_in("sue", Role.SUPPORT)
        await shown(person, "?show=without_a_case&sort=newest")
        alone = await file_of(person, file_link(person.text))
        assert [row["words"] for row in alone] == ["The second mail", "'=1+1"]
        await our_mail(number, state="bounced", error="5.1.1 no such user")
        await writes(staff, number, "Is it blue?")

        await shown(person)
        answered, failed, *stray_ones = await file_of(person, file_link(person.text))

        assert answered["kind"] == "to_answer"
        assert (answered["return_number"], answered["order_number"]) == (number, "EKR-1001")
        assert (answered["customer"], answered["words"]) == ("Dana Reyes", "Is it blue?")
        assert (failed["kind"], failed["return_number"]) == ("not_arrived", number)
        assert (failed["state"], failed["error"]) == ("bounced", "5.1.1 no such user")
        assert [row["kind"] for row in stray_ones] == ["without_a_case"] * 2
        assert {row["sender"] for row in stray_ones} == {"eve@example.com"}
