"""The inbox: all that waits for support in one list, and each thing goes when it is done."""

from datetime import timedelta

from returns_engine.queries.inbox import ON_ITS_WAY
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.choice import ChoiceKind
from returns_engine.rules.words import Role
from returns_engine.workflow.appeal_return import appeal_return
from returns_engine.workflow.ask_carrier import ask_carrier
from returns_engine.workflow.close_outstanding import close_outstanding
from returns_engine.workflow.offer_choice import Offer, offer_choice
from returns_engine.workflow.review_return import decline_return, request_info
from returns_engine.workflow.set_tracking import set_tracking
from tests.admin.conftest import StaffSide
from tests.admin.test_lists import file_of
from tests.admin.test_messages import DANA, our_mail, stray, writes
from tests.api.orders import asked
from tests.api.statements import every_statement
from tests.portal.conftest import Visitor


async def in_review(staff: StaffSide) -> str:
    return await staff.open_return("EKR-1001", asked(reason="defective"))


async def inbox(staff: StaffSide, kind: str = "") -> Visitor:
    person = await staff.signed_in(*(("sue",) if "sue" in staff.people else ("sue", Role.SUPPORT)))
    await person.open(f"/admin/inbox?kind={kind}")
    return person


class TestTheInbox:
    async def test_says_what_would_stand_in_it(self, staff: StaffSide):
        person = await inbox(staff)

        assert "Nothing waits for you." in person.text
        assert "A customer on the phone?" in person.text

    async def test_holds_a_review_until_it_is_decided(self, staff: StaffSide):
        number = await in_review(staff)
        person = await inbox(staff)
        assert f'href="/admin/returns/{number}"' in person.text
        assert "Dana Reyes" in person.text
        assert "To decide" in person.text
        assert '<td data-label="Waits for">' in person.text

        await decline_return(number, reason="No.", actor=SYSTEM, now=staff.clock())

        assert "Nothing waits for you." in (await inbox(staff)).text

    async def test_holds_an_appeal_with_its_words(self, staff: StaffSide):
        number = await in_review(staff)
        await decline_return(number, reason="No.", actor=SYSTEM, now=staff.clock())
        await appeal_return(
            number,
            message="It tore at once.",
            actor=DANA,
            policy=staff.services.policy,
            now=staff.clock(),
        )

        person = await inbox(staff, "appeal")

        assert "It tore at once." in person.text
        assert "To decide" not in person.text

    async def test_holds_a_parcel_that_does_not_arrive_until_it_is_given_up(self, staff: StaffSide):
        number = await staff.open_return()
        sent = {"carrier": "ups", "tracking_number": "1Z999AA10123456784"}
        await set_tracking(number, **sent, actor=DANA, now=staff.clock())
        staff.clock.pass_by(ON_ITS_WAY - timedelta(days=1))
        assert number not in (await inbox(staff)).text
        staff.clock.pass_by(timedelta(days=1))
        assert "Not arrived" in (await inbox(staff, "missing")).text

        await ask_carrier(number, note="We asked.", actor=SYSTEM, now=staff.clock())
        assert number not in (await inbox(staff, "missing")).text
        assert number in (await inbox(staff, "inquiry")).text
        await close_outstanding(number, reason="Lost.", actor=SYSTEM, now=staff.clock())
        assert number not in (await inbox(staff)).text

    async def test_holds_each_message_once_by_its_return(self, staff: StaffSide):
        number = await staff.open_return()
        await writes(staff, number, "First words")
        staff.clock.pass_by(timedelta(minutes=1))
        await writes(staff, number, "Last words")

        person = await inbox(staff, "message")

        assert "Last words" in person.text
        assert "First words" not in person.text
        assert person.text.count(f"/admin/returns/{number}#messages") == 1

    async def test_holds_mails_that_did_not_arrive_and_those_without_a_case(self, staff: StaffSide):
        number = await staff.open_return()
        await our_mail(number, state="bounced", error="5.1.1 no such user")
        await stray(number, staff)

        person = await inbox(staff)

        assert "5.1.1 no such user" in person.text
        assert "eve@example.com" in person.text

    async def test_holds_a_question_once_the_customer_is_silent_for_long(self, staff: StaffSide):
        number = await in_review(staff)
        await request_info(number, message="Which seat?", actor=SYSTEM, now=staff.clock())
        assert "Which seat?" not in (await inbox(staff)).text

        staff.clock.pass_by(timedelta(days=4))

        assert "Which seat?" in (await inbox(staff)).text

    async def test_holds_an_inquiry_since_the_carrier_was_asked(self, staff: StaffSide):
        number = await in_review(staff)
        await ask_carrier(number, note="Asked UPS.", actor=SYSTEM, now=staff.clock())

        person = await inbox(staff, "inquiry")

        assert "Asked UPS." in person.text
        assert f"/admin/returns/{number}#carrier" in person.text

    async def test_holds_a_choice_when_its_deadline_is_near(self, staff: StaffSide):
        await staff.open_return()
        offer = Offer(kind=ChoiceKind.UNDELIVERABLE, units=[("L1", 1)])
        choice_id = await offer_choice(
            "EKR-1001", offer, actor=SYSTEM, policy=staff.services.policy, now=staff.clock()
        )
        assert str(choice_id) not in (await inbox(staff)).text

        staff.clock.pass_by(timedelta(days=13))

        assert f"/admin/choices/{choice_id}" in (await inbox(staff)).text

    async def test_begins_with_what_is_due_first(self, staff: StaffSide, monkeypatch):
        monkeypatch.setattr("admin.inbox.page.PAGE", 1)
        reviewed, answered = await in_review(staff), await staff.open_return()
        staff.clock.pass_by(timedelta(days=9))
        await writes(staff, answered, "Is it blue?")

        person = await inbox(staff)
        assert reviewed in person.text
        assert "overdue" in person.text
        assert answered not in person.text
        onward = person.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
        await person.open(onward.replace("&amp;", "&"))

        assert answered in person.text
        assert "Back to the most urgent" in person.text

    async def test_is_read_in_two_statements_of_its_own(self, staff: StaffSide):
        await writes(staff, await staff.open_return())
        person = await inbox(staff)

        with every_statement() as said:
            await person.open("/admin/inbox")

        assert len([one for one in said if "UNION ALL" in one]) == 2
        assert len(said) <= 6, "\n\n".join(said)

    async def test_is_handed_out_as_a_file_under_its_filter(self, staff: StaffSide):
        number = await in_review(staff)
        await writes(staff, number, "Is it blue?")
        person = await inbox(staff)

        [row] = await file_of(person, "/admin/inbox.csv?kind=message")

        assert (row["return_number"], row["customer"]) == (number, "Dana Reyes")
        assert row["words"] == "Is it blue?"
        assert len(await file_of(person, "/admin/inbox.csv")) == 2

    async def test_is_counted_on_the_dashboard(self, staff: StaffSide):
        await in_review(staff)
        person = await inbox(staff)

        await person.open("/admin")

        assert "In the inbox" in person.text
